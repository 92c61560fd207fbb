//! A line of the activity log.

use model::EventKind;
use oauth::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A line as it was written. Ids grow with time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Event {
    /// Its place in the log.
    #[ts(type = "number")]
    pub id: i64,
    /// When it happened.
    #[ts(type = "number")]
    pub at: Timestamp,
    /// Answers that are alike are one line a minute: how many they were.
    #[ts(type = "number")]
    pub count: u64,
    /// When the last of them was.
    #[ts(type = "number")]
    pub last_at: Timestamp,
    /// `resource_added`, `login_started`, `logged_in`, `token_issued`, `token_refused`, `refreshed`, `revoked`, …
    #[ts(type = "string")]
    pub kind: EventKind,
    /// False where something was refused or failed.
    pub ok: bool,
    /// Who, what and why, in the language of the person.
    pub message: String,
    /// The error's code, where something was refused or failed.
    pub code: Option<String>,
    /// The agent's name at that time.
    pub agent_name: Option<String>,
    /// The server that it is about.
    pub resource_id: Option<String>,
    /// Its name at that time.
    pub resource_name: Option<String>,
}
