//! What is kept of a resource, and how enums are written as text.

use crate::VaultError;
use model::Account;
use oauth::concession::{Concession, Concessions};
use oauth::registration::AuthMethod;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::trace::Step;
use oauth::uri::{Issuer, ResourceUri};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An MCP server as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRecord {
    /// Random.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// Its URI.
    pub uri: ResourceUri,
    /// Whether it asks for tokens.
    pub protection: ResourceProtection,
    /// RFC 8707 `resource`, verbatim from the metadata.
    pub resource_parameter: Option<String>,
    /// Its authorization server; None if it has none.
    pub issuer: Option<Issuer>,
    /// What it asks a client to ask for.
    pub scopes_to_request: Scopes,
    /// What it says that there is.
    pub scopes_supported: Scopes,
    /// What the person chose to ask for, instead of what the server asks for.
    pub chosen_scopes: Option<Scopes>,
    /// What an operation lacked when the server last said so (RFC 6750 `insufficient_scope`).
    pub missing_scopes: Scopes,
    /// How a person logs in to it.
    pub login_method: LoginMethod,
    /// The one account that may log in here.
    pub locked_to: Option<Account>,
    /// The server takes only tokens that are bound to a key (RFC 9449).
    pub needs_dpop: bool,
    /// The departures from the specification that the person allowed.
    pub concessions: Concessions,
    /// When each was allowed.
    pub conceded_at: BTreeMap<Concession, Timestamp>,
    /// The steps of its last discovery.
    pub trace: Vec<Step>,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last looked at.
    pub checked_at: Option<Timestamp>,
}

/// Whether a server asks for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceProtection {
    /// It was not seen yet.
    Unknown,
    /// It answers without a token.
    NotProtected,
    /// It asks for a token.
    Protected,
}

/// How a server is logged in to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LoginMethod {
    /// The person, in the browser of this machine.
    #[default]
    Browser,
    /// The person, in a browser elsewhere (RFC 8628).
    Device,
    /// The program itself (RFC 6749 §4.4).
    ClientCredentials,
    /// The company's identity provider, by its issuer (SEP-990).
    Enterprise {
        /// The provider's issuer identifier.
        provider: Issuer,
    },
    /// The platform's word for this workload, a file with a JWT that the platform keeps fresh (SEP-1933).
    Workload {
        /// Where the platform keeps it.
        token_file: String,
    },
}

/// A company's identity provider that speaks for the person (SEP-990).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its issuer identifier.
    pub issuer: Issuer,
    /// The client id that its owner gave for this program.
    pub client_id: String,
    /// The secret that belongs to it, if there is one.
    pub client_secret: Option<Secret>,
    /// How the client proves itself there.
    pub auth_method: AuthMethod,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Who is logged in there, for showing.
    pub account: Option<String>,
    /// What it says of the person (OpenID Connect Core §2).
    pub id_token: Option<Secret>,
    /// When that ends.
    pub id_token_expires_at: Option<Timestamp>,
    /// What another id token is got with.
    pub refresh_token: Option<Secret>,
    /// When it was entered.
    pub added_at: Timestamp,
}

/// Which redirect an issuer is known to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedirectPreference {
    /// The private-use scheme (RFC 8252 §7.1).
    DeepLink,
    /// The loopback address (RFC 8252 §7.3).
    Loopback,
    /// The loopback listener's name.
    Localhost,
}

/// The `snake_case` name of a unit variant.
pub(crate) fn to_text<T: Serialize>(value: &T) -> Result<String, VaultError> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(text) => Ok(text),
        other => Err(VaultError::Format(other.to_string())),
    }
}

pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, VaultError> {
    Ok(serde_json::from_value(text.into())?)
}

pub(crate) fn moment(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.map(Timestamp)
}

/// SQLite has signed integers only; generations never come near the difference.
pub(crate) fn signed(generation: u64) -> i64 {
    i64::try_from(generation).unwrap_or(i64::MAX)
}
