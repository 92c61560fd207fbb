//! What is kept of a resource, and how enums are written as text.

use crate::VaultError;
use oauth::concession::Concessions;
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::trace::Step;
use oauth::uri::{Issuer, ResourceUri};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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
    pub concessions: Concessions,
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

/// Which redirect an issuer is known to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedirectPreference {
    DeepLink,
    Loopback,
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
