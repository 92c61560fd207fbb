//! Proofs that we hold the key which a token is bound to (RFC 9449; PROTOCOL.md 7.12).

use crate::challenge;
use crate::http::Response;
use crate::jwt::{KeyError, SigningKey};
use crate::secret::Secret;
use crate::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// The newest nonce of each origin (RFC 9449 §8, §9): shared by everything that a process sends.
#[derive(Debug, Default)]
pub struct Nonces(Mutex<HashMap<String, String>>);

/// More servers than a person has; a flood of origins forgets rather than grows.
const MOST_ORIGINS: usize = 512;
const LONGEST_NONCE: usize = 1024;

/// One key, and what its proofs have to say.
#[derive(Debug)]
pub struct Proofs {
    key: SigningKey,
    nonces: Arc<Nonces>,
}

impl Proofs {
    pub fn new(key: &Secret, nonces: Arc<Nonces>) -> Result<Self, KeyError> {
        Ok(Self { key: SigningKey::from_secret(key)?, nonces })
    }

    /// The key, to be kept with the tokens that are bound to it.
    pub fn key(&self) -> Secret {
        self.key.to_secret()
    }

    /// A proof for one request (RFC 9449 §4.2): never used twice, good for this method and URL, and with an access
    /// token for that one only.
    pub fn proof(&self, method: &str, url: &str, access_token: Option<&Secret>, now: Timestamp, random: [u8; 32]) -> Secret {
        let header = json!({ "typ": "dpop+jwt", "jwk": self.key.jwk() });
        let mut claims = json!({
            "jti": URL_SAFE_NO_PAD.encode(random),
            "htm": method,
            "htu": without_query(url),
            "iat": now.0,
        });
        if let Some(token) = access_token {
            claims["ath"] = URL_SAFE_NO_PAD.encode(Sha256::digest(token.expose())).into();
        }
        if let Some(nonce) = self.nonces.known(url) {
            claims["nonce"] = nonce.into();
        }
        self.key.sign(header, &claims)
    }

    /// Takes the nonce that an answer brings, whatever else it says (RFC 9449 §8.2).
    pub fn learn(&self, url: &str, response: &Response) {
        let usable = |nonce: &&str| {
            !nonce.is_empty() && nonce.len() <= LONGEST_NONCE && nonce.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
        };
        if let (Some(origin), Some(nonce)) = (origin(url), response.header("dpop-nonce").filter(usable)) {
            self.nonces.keep(origin, nonce.to_owned());
        }
    }
}

impl Nonces {
    fn known(&self, url: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&origin(url)?).cloned()
    }

    fn keep(&self, origin: String, nonce: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_ORIGINS {
            known.clear();
        }
        known.insert(origin, nonce);
    }
}

/// Whether the same request is wanted again with the nonce that came (RFC 9449 §8: from the token endpoint; §9: from
/// the resource).
pub fn wants_nonce(response: &Response) -> bool {
    const ERROR: &str = "use_dpop_nonce";
    if response.header("dpop-nonce").is_none() {
        return false;
    }
    match response.status {
        400 => serde_json::from_slice::<Value>(&response.body).is_ok_and(|body| body["error"] == ERROR),
        401 => {
            let headers = response.all("www-authenticate");
            let challenges = headers.iter().flat_map(|header| challenge::parse(header));
            challenges.into_iter().any(|challenge| challenge.scheme == "dpop" && challenge.error.as_deref() == Some(ERROR))
        }
        _ => false,
    }
}

fn origin(url: &str) -> Option<String> {
    Some(Url::parse(url).ok()?.origin().ascii_serialization())
}

/// RFC 9449 §4.2: `htu` has neither query nor fragment.
fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
