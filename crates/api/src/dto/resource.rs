//! MCP servers (RFC 9728 protected resources) as the window shows them.

use super::{
    AllowedConcession, ClientInfo, Failure, Grant, PendingLogin, Permit, PermitOffer, Receipt,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resource {
    pub id: String,
    pub name: String,
    pub uri: String,
    pub state: ResourceState,
    /// One sentence for the list: "Expires in …" is the window's; this is what went wrong, if anything.
    pub message: Option<String>,
    pub account: Option<String>,
    #[ts(type = "number | null")]
    pub expires_at: Option<i64>,
    pub issuer: Option<String>,
    pub scopes: Vec<String>,
    /// A login lives there, whatever else is under way.
    pub logged_in: bool,
    /// What a login that is under way waits for.
    pub waiting: Option<Waiting>,
    /// The demo server that this program starts by itself.
    pub is_demo: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    Browser,
    /// The person types a code in a browser elsewhere.
    Code,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ResourceState {
    /// Answers without a token: nothing to log in to.
    NotProtected,
    LoginNeeded,
    LoggingIn,
    Active,
    /// Taken back, and proven.
    Revoked,
    /// Given up here, without that proof.
    RemovedHere,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceDetail {
    pub resource: Resource,
    pub authorization_server: Option<AuthorizationServer>,
    /// The addresses of it that a person entered.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub endpoints_entered: Option<EndpointsEntered>,
    /// Scopes that the next login asks for.
    pub scopes_to_request: Vec<String>,
    /// Scopes that the server says it knows (RFC 9728 `scopes_supported`).
    pub scopes_offered: Vec<String>,
    /// The name is the server's own word for itself, and nobody's else.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub named_by_itself: Option<bool>,
    pub grants: Vec<Grant>,
    pub pending: Option<PendingLogin>,
    /// How the last login failed, until another one begins.
    pub login_failure: Option<Failure>,
    pub concessions: Vec<AllowedConcession>,
    pub login_method: LoginMethod,
    /// What the authorization server offers, or the person chose.
    pub login_methods: Vec<LoginMethodKind>,
    /// What every login asks for, if the person chose it.
    pub scopes_chosen: Option<Vec<String>>,
    /// The one account that may log in.
    pub locked_to: Option<String>,
    /// Scopes that an operation lacked when the server last said so.
    pub step_up: Vec<String>,
    pub issuer_change: Option<IssuerChange>,
    /// The server takes only tokens that are bound to a key (RFC 9449).
    pub needs_dpop: bool,
    pub client: Option<ClientInfo>,
    pub permits: Vec<Permit>,
    /// What agents had before a login was taken back, now that the same account is logged in again.
    pub permit_offers: Vec<PermitOffer>,
    /// What issuers have not taken back yet.
    pub revocations_open: Vec<Receipt>,
    /// How the server was found to be protected, step by step.
    pub trace: Vec<TraceStep>,
    #[ts(type = "number")]
    pub added_at: i64,
    #[ts(type = "number | null")]
    pub checked_at: Option<i64>,
}

/// Verified metadata (RFC 8414), as far as a person wants to see it before the browser opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuthorizationServer {
    pub issuer: String,
    pub authorization_host: String,
    pub token_host: String,
    pub registration_host: Option<String>,
    pub registration: Option<RegistrationKind>,
    pub client_id: Option<String>,
    pub can_revoke: bool,
    pub sends_iss: bool,
    /// Every host of a login in one sentence.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub login_goes: Option<String>,
    #[serde(default)]
    #[ts(optional = nullable)]
    pub basis: Option<EndpointBasis>,
}

/// The addresses of an authorization server that publishes none, as its owner gave them. `url`: the server's, added or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndpointsEnter {
    pub url: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub issuer: Option<String>,
    pub revocation_endpoint: Option<String>,
    /// Chosen by the caller; every notice of the discovery that follows carries it.
    pub trace_id: String,
    /// Departures that the person has allowed, by name.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub concessions: Option<Vec<String>>,
}

/// The addresses that were entered, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndpointsEntered {
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub issuer: Option<String>,
    pub revocation_endpoint: Option<String>,
}

/// How the endpoints are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndpointBasis {
    /// The issuer's own document names them.
    Published,
    /// Nothing names them: they are where the revision of 2025-03-26 assumed them to be.
    Assumed,
    /// You entered them.
    Entered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationKind {
    PreRegistered,
    MetadataDocument,
    Dynamic,
}

/// One request of discovery (or of login), with what it showed. Secrets are removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TraceStep {
    pub title: String,
    /// `GET https://…`
    pub request: Option<String>,
    pub status: Option<u16>,
    /// What came back, as far as it matters.
    pub answer: Option<String>,
    pub verdict: Verdict,
    pub detail: String,
    /// The rule that it follows: "RFC 9728 §3.1".
    pub rule: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    /// Not what was hoped for, and allowed: the next place is tried.
    Next,
    Warning,
    Problem,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceAdd {
    pub url: String,
    pub name: Option<String>,
    /// Chosen by the caller; every notice of this discovery carries it.
    pub trace_id: String,
    /// Departures that the person has allowed, by name.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub concessions: Option<Vec<String>>,
}

/// How a server is logged in to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LoginMethod {
    Browser,
    Device,
    ClientCredentials,
    /// The company's provider, by its issuer.
    Enterprise {
        provider: String,
    },
    /// A file with a JWT that the platform keeps fresh.
    Workload {
        token_file: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LoginMethodKind {
    Browser,
    Device,
    ClientCredentials,
    Enterprise,
    Workload,
}

/// The server names another authorization server than the one that a login is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IssuerChange {
    pub old: String,
    pub new: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginMethodSet {
    pub resource_id: String,
    pub method: LoginMethod,
}

/// `scopes` of null: what the server asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScopesChoose {
    pub resource_id: String,
    pub scopes: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceId {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceRemove {
    pub id: String,
    /// Also if an issuer has not taken back what was granted.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub let_go: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceRename {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceCheck {
    pub id: String,
    pub trace_id: String,
}
