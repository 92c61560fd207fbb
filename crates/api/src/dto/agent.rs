//! Local programs that ask for access, and what they may use.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Agent {
    pub id: String,
    pub name: String,
    #[ts(type = "number")]
    pub added_at: i64,
    #[ts(type = "number | null")]
    pub last_used_at: Option<i64>,
    pub permits: Vec<Permit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Permit {
    pub agent_id: String,
    pub agent_name: String,
    pub grant_id: String,
    pub resource_id: String,
    pub resource_name: String,
    pub account: String,
    /// None: all that was granted.
    pub scopes: Option<Vec<String>>,
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    #[ts(type = "number")]
    pub given_at: i64,
    /// What it is worth now: the token endpoint answers by this and nothing else.
    pub standing: PermitStanding,
    /// Why it is not active, in one sentence.
    pub standing_message: Option<String>,
    /// What to do about it.
    pub standing_hint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PermitStanding {
    Active,
    /// Its time is over.
    Ended,
    LoginNeeded,
    /// The login was taken back. If the same account is logged in again, the permit is in `permit_offers`.
    LoginRevoked,
    /// The server names another authorization server than the login's.
    IssuerChanged,
    /// The server is locked to another account.
    AccountLocked,
    /// It is for fewer scopes than the token carries.
    Narrower,
    /// The tokens are bound to a key, and no agent is given one.
    KeyBound,
}

/// "Let this agent use it again?": yes is `permit_give` with `grant_id`, no is `permit_remove` with `before_grant_id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PermitOffer {
    pub agent_id: String,
    pub agent_name: String,
    pub before_grant_id: String,
    pub grant_id: String,
    pub resource_id: String,
    pub resource_name: String,
    pub account: String,
    pub scopes: Option<Vec<String>>,
    #[ts(type = "number | null")]
    pub until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferQuery {
    pub resource_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentRename {
    pub id: String,
    pub name: String,
}

/// Shown once: only a hash of the key is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentKey {
    pub agent: Agent,
    pub key: String,
    /// A command line that fetches a token with it.
    pub example: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentAdd {
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentId {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PermitGive {
    pub agent_id: String,
    pub grant_id: String,
    pub scopes: Option<Vec<String>>,
    #[ts(type = "number | null")]
    pub until: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PermitId {
    pub agent_id: String,
    pub grant_id: String,
}
