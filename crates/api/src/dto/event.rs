//! The activity log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Event {
    #[ts(type = "number")]
    pub id: i64,
    #[ts(type = "number")]
    pub at: i64,
    /// Answers that are alike are one line a minute: how many they were, and when the last of them was.
    #[ts(type = "number")]
    pub count: u64,
    #[ts(type = "number")]
    pub last_at: i64,
    /// `resource_added`, `login_started`, `logged_in`, `token_issued`, `token_refused`, `refreshed`, `revoked`, …
    pub kind: String,
    pub ok: bool,
    /// One sentence that names who, what and why.
    pub message: String,
    /// The error's code, where something was refused or failed.
    pub code: Option<String>,
    pub agent_name: Option<String>,
    pub resource_id: Option<String>,
    pub resource_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventQuery {
    pub limit: u32,
    /// Only events older than this id.
    #[ts(type = "number | null")]
    pub before: Option<i64>,
    pub resource_id: Option<String>,
    pub agent_id: Option<String>,
}
