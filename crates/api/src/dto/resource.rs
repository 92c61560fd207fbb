//! MCP servers (RFC 9728 protected resources) as the window shows them.

use super::{
    AllowedConcession, ClientInfo, EndpointBasis, EndpointsEntered, Grant, LoginMethod,
    LoginMethodKind, PendingLogin, Permit, PermitOffer, Problem, Receipt, RegistrationKind,
    ResourceState, TraceStep,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A server, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resource {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub uri: String,
    /// What it is now.
    pub state: ResourceState,
    /// One sentence for the list: "Expires in …" is the window's; this is what went wrong, if anything.
    pub message: Option<String>,
    /// Who is logged in.
    pub account: Option<String>,
    /// When the access token ends.
    #[ts(type = "number | null")]
    pub expires_at: Option<i64>,
    /// The issuer.
    pub issuer: Option<String>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// A login lives there, whatever else is under way.
    pub logged_in: bool,
    /// What a login that is under way waits for.
    pub waiting: Option<LoginPrompt>,
    /// The demo server that this program starts by itself.
    pub is_demo: bool,
}

/// What a login waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LoginPrompt {
    /// For the browser of this machine.
    Browser,
    /// The person types a code in a browser elsewhere.
    Code,
}

/// A server's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceDetail {
    /// The server.
    pub resource: Resource,
    /// What its authorization server offers.
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
    /// Its logins, the newest first.
    pub grants: Vec<Grant>,
    /// The login under way.
    pub pending: Option<PendingLogin>,
    /// How the last login failed, until another one begins.
    pub login_failure: Option<Problem>,
    /// What the person allowed.
    pub concessions: Vec<AllowedConcession>,
    /// How it is logged in to.
    pub login_method: LoginMethod,
    /// What the authorization server offers, or the person chose.
    pub login_methods: Vec<LoginMethodKind>,
    /// What every login asks for, if the person chose it.
    pub scopes_chosen: Option<Vec<String>>,
    /// The one account that may log in.
    pub locked_to: Option<String>,
    /// Scopes that an operation lacked when the server last said so.
    pub step_up: Vec<String>,
    /// The server names another authorization server than a login is of.
    pub issuer_change: Option<IssuerChange>,
    /// The server takes only tokens that are bound to a key (RFC 9449).
    pub needs_dpop: bool,
    /// The client id that the next login goes by.
    pub client: Option<ClientInfo>,
    /// What it may use.
    pub permits: Vec<Permit>,
    /// What agents had before a login was taken back, now that the same account is logged in again.
    pub permit_offers: Vec<PermitOffer>,
    /// What issuers have not taken back yet.
    pub revocations_open: Vec<Receipt>,
    /// How the server was found to be protected, step by step.
    pub trace: Vec<TraceStep>,
    /// When the person added it.
    #[ts(type = "number")]
    pub added_at: i64,
    /// When it was discovered last.
    #[ts(type = "number | null")]
    pub checked_at: Option<i64>,
}

/// Verified metadata (RFC 8414), as far as a person wants to see it before the browser opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuthorizationServer {
    /// The issuer.
    pub issuer: String,
    /// The host of the login page.
    pub authorization_host: String,
    /// The host of the token endpoint.
    pub token_host: String,
    /// The host where programs are registered.
    pub registration_host: Option<String>,
    /// How the client id was had.
    pub registration: Option<RegistrationKind>,
    /// Our client id there.
    pub client_id: Option<String>,
    /// It has a revocation endpoint (RFC 7009).
    pub can_revoke: bool,
    /// Its answers say who they are from (RFC 9207).
    pub sends_iss: bool,
    /// Every host of a login in one sentence.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub login_goes: Option<String>,
    /// How its endpoints are known.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub basis: Option<EndpointBasis>,
}

/// The addresses of an authorization server that publishes none, as its owner gave them. `url`: the server's, added or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndpointsEnter {
    /// The server's address.
    pub url: String,
    /// The login page.
    pub authorization_endpoint: String,
    /// The token endpoint.
    pub token_endpoint: String,
    /// The issuer, where there is one.
    pub issuer: Option<String>,
    /// The revocation endpoint.
    pub revocation_endpoint: Option<String>,
    /// Chosen by the caller; every notice of the discovery that follows carries it.
    pub trace_id: String,
    /// Departures that the person has allowed, by name.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub concessions: Option<Vec<String>>,
}

/// A server to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceAdd {
    /// As the person typed it.
    pub url: String,
    /// None: its own word for itself.
    pub name: Option<String>,
    /// Chosen by the caller; every notice of this discovery carries it.
    pub trace_id: String,
    /// Departures that the person has allowed, by name.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub concessions: Option<Vec<String>>,
}

/// The server names another authorization server than the one that a login is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IssuerChange {
    /// The login's.
    pub old: String,
    /// The one that the server names now.
    pub new: String,
}

/// How a server shall be logged in to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginMethodSet {
    /// The server.
    pub resource_id: String,
    /// The method.
    pub method: LoginMethod,
}

/// `scopes` of null: what the server asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScopesChoose {
    /// The server.
    pub resource_id: String,
    /// The scopes.
    pub scopes: Option<Vec<String>>,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceId {
    /// Its id.
    pub id: String,
}

/// A server to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceRemove {
    /// Its id.
    pub id: String,
    /// Also if an issuer has not taken back what was granted.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub let_go: Option<bool>,
}

/// Another name for a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceRename {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A server to be discovered again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResourceCheck {
    /// Its id.
    pub id: String,
    /// Chosen by the caller; every notice of the discovery carries it.
    pub trace_id: String,
}
