//! Proofs that we hold the key which a token is bound to (RFC 9449).

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
    kept: Secret,
    nonces: Arc<Nonces>,
}

impl Proofs {
    /// The proofs of a key that was kept. The nonces are those of the whole process.
    pub fn new(key: &Secret, nonces: Arc<Nonces>) -> Result<Self, KeyError> {
        Ok(Self {
            key: SigningKey::from_secret(key)?,
            kept: key.clone(),
            nonces,
        })
    }

    /// The key, to be kept with the tokens that are bound to it.
    pub fn key(&self) -> Secret {
        self.kept.clone()
    }

    /// A proof for one request (RFC 9449 §4.2): never used twice, good for this method and URL, and with an access
    /// token for that one only.
    pub fn proof(
        &self,
        method: &str,
        url: &str,
        access_token: Option<&Secret>,
        now: Timestamp,
        random: [u8; 32],
    ) -> Result<Secret, KeyError> {
        let header = json!({ "typ": "dpop+jwt", "jwk": self.key.jwk() });
        let mut claims = json!({
            "jti": URL_SAFE_NO_PAD.encode(random),
            "htm": method,
            "htu": target(url),
            "iat": now.0,
        });
        if let Some(token) = access_token {
            claims["ath"] = URL_SAFE_NO_PAD
                .encode(Sha256::digest(token.expose()))
                .into();
        }
        if let Some(nonce) = self.nonces.known(url) {
            claims["nonce"] = nonce.into();
        }
        self.key.sign(header, &claims)
    }

    /// Takes the nonce that an answer brings, whatever else it says (RFC 9449 §8.2).
    pub fn learn(&self, url: &str, response: &Response) {
        let usable = |nonce: &&str| {
            !nonce.is_empty()
                && nonce.len() <= LONGEST_NONCE
                && nonce.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
        };
        if let (Some(origin), Some(nonce)) =
            (origin(url), response.header("dpop-nonce").filter(usable))
        {
            self.nonces.keep(origin, nonce.to_owned());
        }
    }
}

impl Nonces {
    fn known(&self, url: &str) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&origin(url)?)
            .cloned()
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
    let in_body =
        || serde_json::from_slice::<Value>(&response.body).is_ok_and(|body| body["error"] == ERROR);
    let in_challenge = || {
        challenge::ours(&response.all("www-authenticate"))
            .iter()
            .any(|challenge| challenge.error.as_deref() == Some(ERROR))
    };
    match response.status {
        400 => in_body(),
        // Some token endpoints say it with the status of a failed client authentication.
        401 => in_challenge() || in_body(),
        _ => false,
    }
}

fn origin(url: &str) -> Option<String> {
    Some(Url::parse(url).ok()?.origin().ascii_serialization())
}

/// RFC 9449 §4.2: `htu` has neither query nor fragment. As the URL goes over the wire, so without a default port
/// and never without a path.
fn target(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else {
        return url.to_owned();
    };
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://h.example/mcp";

    fn proofs() -> Proofs {
        let key = SigningKey::from_random([7; 32]).expect("a key");
        let kept = key.to_secret().expect("a P-256 key");
        Proofs::new(&kept, Arc::default()).expect("the key just made")
    }

    fn parts(proof: Result<Secret, KeyError>) -> [Value; 2] {
        let proof = proof.expect("a key that signs");
        let part = |index| {
            let text = proof.expose().split('.').nth(index).expect("three parts");
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
        };
        [part(0), part(1)]
    }

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        Response::new(status, headers, body.to_owned())
    }

    /// RFC 9449 §4.2: each member, and none more.
    #[test]
    fn a_proof_says_what_the_rfc_asks_for() {
        let proofs = proofs();
        let [header, claims] =
            parts(proofs.proof("POST", URL, None, Timestamp(1_562_262_616), [0; 32]));
        assert_eq!(
            header,
            json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": proofs.key.jwk() })
        );
        assert!(header["jwk"].get("d").is_none());
        let jti = "A".repeat(43);
        assert_eq!(
            claims,
            json!({ "jti": jti, "htm": "POST", "htu": URL, "iat": 1_562_262_616 })
        );
    }

    /// RFC 9449 §4.2 and §7.1: the token and its hash, as printed there.
    #[test]
    fn with_a_token_the_proof_is_good_for_that_one_only() {
        let token = Secret::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
        let [_, claims] = parts(proofs().proof("GET", URL, Some(&token), Timestamp(0), [1; 32]));
        assert_eq!(claims["ath"], "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    }

    #[test]
    fn the_target_is_the_url_as_it_is_sent() {
        for (url, target) in [
            ("https://h.example/mcp?a=b#c", URL),
            ("https://H.Example:443/mcp", URL),
            ("https://h.example", "https://h.example/"),
            ("https://h.example/?q", "https://h.example/"),
            ("http://127.0.0.1:8080/a%2Fb", "http://127.0.0.1:8080/a%2Fb"),
        ] {
            let [_, claims] = parts(proofs().proof("GET", url, None, Timestamp(0), [1; 32]));
            assert_eq!(claims["htu"], target, "{url}");
        }
    }

    /// RFC 9449 §8.2: the newest one counts, and one server's nonce is not another's.
    #[test]
    fn nonces_are_kept_by_origin() {
        let proofs = proofs();
        let nonce = |url: &str| {
            parts(proofs.proof("GET", url, None, Timestamp(0), [1; 32]))[1]
                .get("nonce")
                .cloned()
        };
        for (given, kept) in [
            ("one", "one"),
            ("two", "two"),
            ("", "two"),
            ("a b", "two"),
            ("a\r\nb", "two"),
            (&"x".repeat(2000), "two"),
        ] {
            proofs.learn(URL, &response(200, &[("dpop-nonce", given)], ""));
            assert_eq!(
                nonce("https://h.example:443/other"),
                Some(kept.into()),
                "{given:?}"
            );
        }
        proofs.learn(URL, &response(401, &[], ""));
        assert_eq!(
            nonce(URL),
            Some("two".into()),
            "an answer without a nonce changes nothing"
        );
        for other in [
            "https://as.example/mcp",
            "https://h.example:8443/mcp",
            "http://h.example/mcp",
        ] {
            assert_eq!(nonce(other), None, "{other}");
        }
    }

    #[test]
    fn a_flood_of_origins_is_forgotten() {
        let nonces = Nonces::default();
        for port in 0..2000 {
            nonces.keep(format!("https://h:{port}"), "n".into());
        }
        assert!(nonces.0.lock().expect("no panic before").len() <= MOST_ORIGINS);
    }

    #[test]
    fn a_nonce_is_wanted_where_the_answer_says_so_and_brings_one() {
        let nonce = ("dpop-nonce", "n");
        let (error, other) = (
            r#"{"error":"use_dpop_nonce"}"#,
            r#"{"error":"invalid_dpop_proof"}"#,
        );
        let asks = (
            "www-authenticate",
            r#"Bearer, DPoP error="use_dpop_nonce", algs="ES256""#,
        );
        for (wanted, response) in [
            (true, response(400, &[nonce], error)),
            (true, response(401, &[nonce], error)),
            (true, response(401, &[asks, nonce], "")),
            (false, response(400, &[], error)),
            (false, response(401, &[asks], "")),
            (false, response(400, &[nonce], other)),
            (false, response(400, &[nonce], "<html>")),
            (false, response(400, &[nonce], "[]")),
            (false, response(200, &[nonce], error)),
            (
                false,
                response(
                    401,
                    &[nonce, ("www-authenticate", "DPoP error=invalid_token")],
                    "",
                ),
            ),
            (
                false,
                response(
                    401,
                    &[nonce, ("www-authenticate", "Basic error=use_dpop_nonce")],
                    "",
                ),
            ),
        ] {
            assert_eq!(
                wants_nonce(&response),
                wanted,
                "{response:?} {:?}",
                response.headers
            );
        }
    }
}
