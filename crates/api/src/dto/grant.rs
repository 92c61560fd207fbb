//! What was granted.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Grant {
    pub id: String,
    pub resource_id: String,
    pub account: String,
    pub issuer: String,
    pub state: GrantState,
    /// Why a login is needed, or how it was taken back.
    pub message: Option<String>,
    /// The issuer has not confirmed: `revocation_retry` and `revocation_let_go` are for this.
    pub revocation_open: bool,
    pub scopes_requested: Vec<String>,
    pub scopes_granted: Vec<String>,
    /// Granted without having been asked for: shown in red.
    pub scopes_unasked: Vec<String>,
    pub has_refresh_token: bool,
    /// Why it ends with its access token, if nothing renews it: no refresh token came, or the issuer refuses to use it.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub not_renewed: Option<String>,
    /// The next login asks for consent by name, which may bring a refresh token.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub consent_may_help: Option<bool>,
    pub kind: GrantKind,
    /// Its tokens are bound to a key (RFC 9449): no agent is ever given one.
    pub sender_constrained: bool,
    /// The issuer says who this is, so that the server can be locked to it.
    pub identified: bool,
    #[ts(type = "number")]
    pub granted_at: i64,
    #[ts(type = "number | null")]
    pub refreshed_at: Option<i64>,
    #[ts(type = "number | null")]
    pub expires_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    Active,
    LoginNeeded,
    /// Taken back, and proven.
    Revoked,
    /// Given up here, without that proof; `revocation_open` says whether it can be tried again.
    RemovedHere,
}

/// How the tokens are got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    AuthorizationCode,
    Device,
    ClientCredentials,
    EnterpriseManaged,
    WorkloadIdentity,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountName {
    pub grant_id: String,
    pub name: String,
}

/// `grant_id` of null: any account may log in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountLock {
    pub resource_id: String,
    pub grant_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantId {
    pub id: String,
}
