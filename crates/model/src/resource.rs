//! Servers: MCP servers as protected resources (RFC 9728).

use crate::{Account, LoginMethod};
use oauth::concession::{Concession, Concessions};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::trace::Step;
use oauth::uri::{Issuer, ResourceUri};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// An MCP server as it was found, and what the person chose for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRecord {
    /// Its name in this vault.
    pub id: String,
    /// The name that the person reads.
    pub name: String,
    /// Where it is.
    pub uri: ResourceUri,
    /// Whether it asks for a token.
    pub protection: ResourceProtection,
    /// RFC 8707 `resource`, verbatim from the metadata.
    pub resource_parameter: Option<String>,
    /// The authorization server that it names.
    pub issuer: Option<Issuer>,
    /// What it asks for in its challenge or its metadata.
    pub scopes_to_request: Scopes,
    /// RFC 9728 `scopes_supported`.
    pub scopes_supported: Scopes,
    /// What the person chose to ask for, instead of what the server asks for.
    pub chosen_scopes: Option<Scopes>,
    /// What an operation lacked when the server last said so (RFC 6750 `insufficient_scope`).
    pub missing_scopes: Scopes,
    /// How it is logged in to.
    pub login_method: LoginMethod,
    /// The one account that may log in here.
    pub locked_to: Option<Account>,
    /// The server takes only tokens that are bound to a key (RFC 9449).
    pub needs_dpop: bool,
    /// Departures from the specification that the person allowed here.
    pub concessions: Concessions,
    /// When the person allowed each.
    pub conceded_at: BTreeMap<Concession, Timestamp>,
    /// The last discovery, step by step.
    pub trace: Vec<Step>,
    /// When the person added it.
    pub added_at: Timestamp,
    /// When it was discovered last.
    pub checked_at: Option<Timestamp>,
}

/// Whether a server asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceProtection {
    /// It could not be seen yet.
    Unknown,
    /// It answers without a token.
    NotProtected,
    /// It asks for a token.
    Protected,
}

/// What a person may do with a server now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ResourceState {
    /// Answers without a token: nothing to log in to.
    NotProtected,
    /// Nobody is logged in.
    LoginNeeded,
    /// A login is under way.
    LoggingIn,
    /// Somebody is logged in.
    Active,
    /// Taken back, and proven.
    Revoked,
    /// Given up here, without that proof.
    RemovedHere,
}
