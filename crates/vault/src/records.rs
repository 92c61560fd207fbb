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
    pub id: String,
    pub name: String,
    pub uri: ResourceUri,
    pub protection: ResourceProtection,
    /// RFC 8707 `resource`, verbatim from the metadata.
    pub resource_parameter: Option<String>,
    pub issuer: Option<Issuer>,
    pub scopes_to_request: Scopes,
    pub scopes_supported: Scopes,
    /// What the person chose to ask for, instead of what the server asks for.
    pub chosen_scopes: Option<Scopes>,
    /// What an operation lacked when the server last said so (RFC 6750 `insufficient_scope`).
    pub missing_scopes: Scopes,
    pub login_method: LoginMethod,
    /// The one account that may log in here.
    pub locked_to: Option<Account>,
    /// The server takes only tokens that are bound to a key (RFC 9449).
    pub needs_dpop: bool,
    pub concessions: Concessions,
    pub conceded_at: BTreeMap<Concession, Timestamp>,
    pub trace: Vec<Step>,
    pub added_at: Timestamp,
    pub checked_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceProtection {
    Unknown,
    NotProtected,
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
    Enterprise { provider: Issuer },
    /// The platform's word for this workload, a file with a JWT that the platform keeps fresh (SEP-1933).
    Workload { token_file: String },
}

/// A company's identity provider that speaks for the person (SEP-990).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    pub issuer: Issuer,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub auth_method: AuthMethod,
    pub token_endpoint: String,
    /// Who is logged in there, for showing.
    pub account: Option<String>,
    pub id_token: Option<Secret>,
    pub id_token_expires_at: Option<Timestamp>,
    pub refresh_token: Option<Secret>,
    pub added_at: Timestamp,
}

/// Which redirect an issuer is known to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedirectPreference {
    DeepLink,
    Loopback,
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
