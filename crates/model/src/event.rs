//! The activity log: who got what, when, or why not.

mod kind;

use crate::GrantId;
use messages::Text;
use oauth::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use kind::EventKind;

/// A line that is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEvent {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// False where something was refused or failed.
    pub ok: bool,
    /// What happened: who, what and why.
    pub message: Text,
    /// The error's code, where something was refused or failed.
    pub code: Option<String>,
    /// The agent that asked.
    pub agent_id: Option<String>,
    /// Its name at that time.
    pub agent_name: Option<String>,
    /// The server that it is about.
    pub resource_id: Option<String>,
    /// Its name at that time.
    pub resource_name: Option<String>,
    /// The grant that it is about.
    pub grant_id: Option<GrantId>,
}

/// A line as it was written. Ids grow with time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the log.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Answers that are alike are one line a minute: how many they were.
    pub count: u64,
    /// When the last of them was.
    pub last_at: Timestamp,
    /// `resource_added`, `login_started`, `logged_in`, `token_issued`, `token_refused`, `refreshed`, `revoked`, …
    pub kind: EventKind,
    /// False where something was refused or failed.
    pub ok: bool,
    /// What happened: who, what and why.
    pub message: Text,
    /// The error's code, where something was refused or failed.
    pub code: Option<String>,
    /// The agent that asked.
    pub agent_id: Option<String>,
    /// Its name at that time.
    pub agent_name: Option<String>,
    /// The server that it is about.
    pub resource_id: Option<String>,
    /// Its name at that time.
    pub resource_name: Option<String>,
    /// The grant that it is about.
    pub grant_id: Option<GrantId>,
}

/// Which lines of the log are read, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventQuery {
    /// At most so many.
    pub limit: u32,
    /// Only events older than this id.
    #[ts(type = "number | null")]
    pub before: Option<i64>,
    /// Only those about this server.
    pub resource_id: Option<String>,
    /// Only those about this agent.
    pub agent_id: Option<String>,
}
