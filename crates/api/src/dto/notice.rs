//! What a host tells the window without being asked.

use super::{Problem, TraceStep};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the window is told without having asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// Something in the vault changed (by this process or another): fetch again.
    Changed,
    /// Lines were added to the activity log, and nothing else changed.
    Logged,
    /// One more step of the discovery that the window started with this id.
    Trace {
        /// The id that the window chose.
        trace_id: String,
        /// The step.
        step: TraceStep,
    },
    /// A login ended: the window shows the server's page.
    LoggedIn {
        /// The server.
        resource_id: String,
    },
    /// The person chose this server outside the window.
    Show {
        /// The server.
        resource_id: String,
    },
    /// A login ended badly.
    LoginFailed {
        /// The server, where it is known.
        resource_id: Option<String>,
        /// Why.
        failure: Problem,
    },
}
