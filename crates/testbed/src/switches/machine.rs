//! The switches for clients that need no person (RFC 6749 section 4.4, RFC 7523).

use serde::{Deserialize, Serialize};

/// What is offered to clients without a person, and how their assertions are judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MachineSwitches {
    /// The client credentials grant.
    pub client_credentials: bool,
    /// No login of people: only programs have access, and whoever asks is registered for that.
    pub programs_only: bool,
    /// Whom a client assertion must be for.
    pub assertion_audience: AssertionAudience,
}

/// The `aud` of a client assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssertionAudience {
    /// The issuer, or the token endpoint.
    Either,
    /// The issuer alone, as newer specifications have it.
    Issuer,
    /// The token endpoint alone, as older servers have it.
    TokenEndpoint,
}

impl Default for MachineSwitches {
    fn default() -> Self {
        Self {
            client_credentials: false,
            programs_only: false,
            assertion_audience: AssertionAudience::Either,
        }
    }
}
