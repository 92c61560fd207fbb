//! What a host tells the window without being asked.

use super::{Failure, TraceStep};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// Something in the vault changed (by this process or another): fetch again.
    Changed,
    /// One more step of the discovery that the window started with this id.
    Trace { trace_id: String, step: TraceStep },
    /// A login ended: the window shows the server's page.
    LoggedIn { resource_id: String },
    /// The person chose this server outside the window.
    Show { resource_id: String },
    /// A login ended badly.
    LoginFailed {
        resource_id: Option<String>,
        failure: Failure,
    },
}
