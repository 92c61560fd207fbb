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
