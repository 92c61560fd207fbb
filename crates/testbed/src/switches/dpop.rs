//! The switches of DPoP (RFC 9449).

use serde::{Deserialize, Serialize};

/// Tokens that are bound to a key, and what is asked of the proofs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DpopSwitches {
    /// Whether either server knows of it.
    pub support: DpopSupport,
    /// `dpop_signing_alg_values_supported` of both servers, and what they take.
    pub algorithms: Vec<String>,
    /// The authorization server demands its nonce in proofs.
    pub authorization_server_nonce: bool,
    /// The MCP server demands its nonce in proofs.
    pub resource_nonce: bool,
    /// A nonce works once, and each answer brings the next one.
    pub nonce_once: bool,
    /// No nonce is ever the right one.
    pub nonce_never_fits: bool,
    /// The token endpoint does not look at proofs: it binds nothing and says `token_type` Bearer.
    pub proofs_ignored: bool,
}

/// How much both servers make of DPoP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DpopSupport {
    /// They never heard of it.
    Nothing,
    /// Whoever sends a proof gets a bound token.
    Offered,
    /// No proof, no token, and no other token at the MCP server: `dpop_bound_access_tokens_required`.
    Required,
}

impl Default for DpopSwitches {
    fn default() -> Self {
        Self {
            support: DpopSupport::Nothing,
            algorithms: vec!["ES256".into()],
            authorization_server_nonce: false,
            resource_nonce: false,
            nonce_once: false,
            nonce_never_fits: false,
            proofs_ignored: false,
        }
    }
}

impl DpopSwitches {
    pub(crate) fn on(&self) -> bool {
        self.support != DpopSupport::Nothing
    }
}
