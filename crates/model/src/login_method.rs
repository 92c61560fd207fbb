//! Login methods: how a server is logged in to.

use oauth::uri::Issuer;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a server is logged in to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LoginMethod {
    /// The person, in the browser of this machine (OAuth 2.1 §4.1).
    #[default]
    Browser,
    /// The person, in a browser elsewhere (RFC 8628).
    Device,
    /// The program itself (RFC 6749 §4.4).
    ClientCredentials,
    /// The company's provider, by its issuer.
    Enterprise {
        /// The provider's issuer.
        #[ts(type = "string")]
        provider: Issuer,
    },
    /// A file with a JWT that the platform keeps fresh.
    Workload {
        /// The path of that file.
        token_file: String,
    },
}

/// A [`LoginMethod`] without what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LoginMethodKind {
    /// The browser of this machine.
    Browser,
    /// A browser elsewhere.
    Device,
    /// The program itself.
    ClientCredentials,
    /// The company's provider.
    Enterprise,
    /// The platform.
    Workload,
}
