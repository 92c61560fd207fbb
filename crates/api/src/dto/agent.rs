//! Local programs that ask for access, and what they may use.

use super::PermitStanding;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An agent, and what it may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Agent {
    /// The name by which it authenticates.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When the person added it.
    #[ts(type = "number")]
    pub added_at: i64,
    /// When it asked last.
    #[ts(type = "number | null")]
    pub last_used_at: Option<i64>,
    /// What it may use.
    pub permits: Vec<Permit>,
}

/// A permit, with the names that a person knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Permit {
    /// The agent.
    pub agent_id: String,
    /// Its name.
    pub agent_name: String,
    /// The grant.
    pub grant_id: String,
    /// The server.
    pub resource_id: String,
    /// Its name.
    pub resource_name: String,
    /// Whose login it is.
    pub account: String,
    /// None: all that was granted.
    pub scopes: Option<Vec<String>>,
    /// When it ends; None: when the person takes it back.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    /// When the person gave it.
    #[ts(type = "number")]
    pub given_at: i64,
    /// What it is worth now: the token endpoint answers by this and nothing else.
    pub standing: PermitStanding,
    /// Why it is not active, in one sentence.
    pub standing_message: Option<String>,
    /// What to do about it.
    pub standing_hint: Option<String>,
}

/// "Let this agent use it again?": yes is `permit_give` with `grant_id`, no is `permit_remove` with `before_grant_id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PermitOffer {
    /// The agent.
    pub agent_id: String,
    /// Its name.
    pub agent_name: String,
    /// The login that it was for.
    pub before_grant_id: String,
    /// The login of now.
    pub grant_id: String,
    /// The server.
    pub resource_id: String,
    /// Its name.
    pub resource_name: String,
    /// Whose login it is.
    pub account: String,
    /// None: all that was granted.
    pub scopes: Option<Vec<String>>,
    /// When it ends; None: when the person takes it back.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
}

/// Which offers are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferQuery {
    /// None: of all servers.
    pub resource_id: Option<String>,
}

/// Another name for an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentRename {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Shown once: only a hash of the key is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentKey {
    /// The agent.
    pub agent: Agent,
    /// Its key.
    pub key: String,
    /// A command line that fetches a token with it.
    pub example: String,
}

/// An agent to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentAdd {
    /// Its name.
    pub name: String,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentId {
    /// Its id.
    pub id: String,
}

/// A permit to be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PermitGive {
    /// The agent.
    pub agent_id: String,
    /// The grant.
    pub grant_id: String,
    /// None: all that was granted.
    pub scopes: Option<Vec<String>>,
    /// When it ends; None: when the person takes it back.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
}

/// A permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PermitId {
    /// The agent.
    pub agent_id: String,
    /// The grant.
    pub grant_id: String,
}
