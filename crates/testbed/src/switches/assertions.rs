//! The switches for what others vouch for: a company's identity provider (SEP-990), and a platform for its workloads (RFC 7523).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Somebody whose word is taken, and the keys to know it by. Nothing is fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrustedIssuer {
    /// The `iss` of its assertions.
    pub issuer: String,
    /// Its public keys, as a key set.
    pub jwks: Value,
}

/// Both ends of enterprise-managed authorization.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnterpriseSwitches {
    /// This testbed is an identity provider: its token endpoint exchanges id tokens for ID-JAGs (RFC 8693).
    pub provider: bool,
    /// The provider refuses every exchange with this `error`, as a policy would.
    pub exchange_refused: Option<String>,
    /// The authorization servers that the provider vouches to; any if absent.
    pub audiences: Option<Vec<String>>,
    /// `client_id` in ID-JAGs: what the client is called over there; the same as here if absent.
    pub client_there: Option<String>,
    /// The provider answers with an access token in place of an ID-JAG.
    pub exchange_gives_access_token: bool,
    /// The identity providers whose ID-JAGs are taken here.
    pub trusted: Vec<TrustedIssuer>,
    /// Whether `authorization_grant_profiles_supported` keeps silent about that.
    pub unadvertised: bool,
    /// Every ID-JAG is refused with this `error`.
    pub refused: Option<String>,
}

/// Workloads that are known by their platform's JWT, and have no client id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkloadSwitches {
    /// The platforms whose JWTs are taken.
    pub trusted: Vec<TrustedIssuer>,
    /// Every workload is refused with this `error`.
    pub refused: Option<String>,
}
