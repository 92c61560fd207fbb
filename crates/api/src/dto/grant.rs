//! What was granted.

use super::GrantKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A login, without its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Grant {
    /// Its id.
    pub id: String,
    /// The server.
    pub resource_id: String,
    /// Whose login it is.
    pub account: String,
    /// Nobody says whose it is: `account` stands in for a name.
    pub unnamed: bool,
    /// The issuer.
    pub issuer: String,
    /// What it is now.
    pub state: GrantState,
    /// Why a login is needed, or how it was taken back.
    pub message: Option<String>,
    /// The issuer has not confirmed: `revocation_retry` and `revocation_let_go` are for this.
    pub revocation_open: bool,
    /// What was asked for.
    pub scopes_requested: Vec<String>,
    /// What was granted.
    pub scopes_granted: Vec<String>,
    /// Granted without having been asked for: shown in red.
    pub scopes_unasked: Vec<String>,
    /// Something renews it.
    pub has_refresh_token: bool,
    /// Why it ends with its access token, if nothing renews it: no refresh token came, or the issuer refuses to use it.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub not_renewed: Option<String>,
    /// The next login asks for consent by name, which may bring a refresh token.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub consent_may_help: Option<bool>,
    /// How it was had.
    pub kind: GrantKind,
    /// Its tokens are bound to a key (RFC 9449): no agent is ever given one.
    pub sender_constrained: bool,
    /// The issuer says who this is, so that the server can be locked to it.
    pub identified: bool,
    /// When the person logged in.
    #[ts(type = "number")]
    pub granted_at: i64,
    /// When it was renewed last.
    #[ts(type = "number | null")]
    pub refreshed_at: Option<i64>,
    /// When it ends.
    #[ts(type = "number | null")]
    pub expires_at: Option<i64>,
}

/// What a login is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// It has tokens.
    Active,
    /// The person has to log in again.
    LoginNeeded,
    /// Taken back, and proven.
    Revoked,
    /// Given up here, without that proof; `revocation_open` says whether it can be tried again.
    RemovedHere,
}

/// A name for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountName {
    /// The grant.
    pub grant_id: String,
    /// The name to show.
    pub name: String,
}

/// `grant_id` of null: any account may log in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountLock {
    /// The server.
    pub resource_id: String,
    /// A login of that account; None: any account.
    pub grant_id: Option<String>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantId {
    /// Its id.
    pub id: String,
}
