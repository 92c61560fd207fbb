//! The claims of an id token that name a person (OpenID Connect Core §2).

use crate::secret::Secret;
use crate::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// OpenID Connect Core §2, the claims that name a person. Read from an answer that came over TLS from the
/// token endpoint itself (§3.1.3.7 rule 6), and used for showing only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct IdToken {
    /// The issuer's own name for the person.
    pub sub: Option<String>,
    /// For showing.
    pub email: Option<String>,
    /// For showing.
    pub preferred_username: Option<String>,
    /// For showing.
    pub name: Option<String>,
    /// Seconds since 1970.
    pub exp: Option<i64>,
}

impl IdToken {
    /// The claims of a token as it came; nothing about its signature is said by that.
    pub fn read(token: &Secret) -> Option<Self> {
        claims(token.expose())
    }

    /// When the token ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.exp.map(Timestamp)
    }

    /// What a person would call this account.
    pub fn display_name(&self) -> Option<&str> {
        [&self.email, &self.preferred_username, &self.name, &self.sub]
            .into_iter()
            .find_map(|claim| claim.as_deref().filter(|text| !text.is_empty()))
    }
}

pub(super) fn claims(token: &str) -> Option<IdToken> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}
