//! The switches of the device grant (RFC 8628).

use serde::{Deserialize, Serialize};

use super::Answer;

/// What the device grant does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeviceSwitches {
    /// Whether there is a device authorization endpoint at all.
    pub offered: bool,
    /// What the device authorization endpoint answers.
    pub authorization_answers: Answer,
    /// `verification_uri`, whatever string this is.
    pub verification_uri: Option<String>,
    /// Whether `verification_uri_complete` comes too.
    pub complete_uri: bool,
    /// `interval` in the answer; absent means 5 seconds.
    pub interval: Option<u64>,
    /// How long a device code lives; 0 is over at once.
    pub seconds: u64,
    /// Whoever polls faster than the interval gets `slow_down`, and 5 seconds more to wait.
    pub checks_pace: bool,
    /// The first polls get `slow_down`, however slow they are.
    pub slow_down_polls: u32,
    /// The next ones get `authorization_pending`, though `approving_as` agrees to everything.
    pub pending_polls: u32,
    /// How it ends.
    pub answers: DeviceAnswers,
}

/// How a device grant ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceAnswers {
    /// As the person decides.
    Proper,
    /// With `access_denied`.
    Denied,
    /// With `expired_token`.
    Expired,
    /// Never: `authorization_pending` until the code expires.
    Pending,
}

impl Default for DeviceSwitches {
    fn default() -> Self {
        Self {
            offered: false,
            authorization_answers: Answer::Proper,
            verification_uri: None,
            complete_uri: true,
            interval: Some(5),
            seconds: 600,
            checks_pace: true,
            slow_down_polls: 0,
            pending_polls: 0,
            answers: DeviceAnswers::Proper,
        }
    }
}
