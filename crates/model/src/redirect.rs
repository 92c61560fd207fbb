//! Redirects: which kind an issuer takes (RFC 8252 §7).

use oauth::redirect::{Redirect, RedirectKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A kind of redirect, wherever the listener is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Redirect")]
pub enum RedirectPreference {
    /// The private-use scheme that opens this program.
    DeepLink,
    /// This machine by its address.
    Loopback,
    /// This machine by its name.
    Localhost,
}

impl From<Redirect> for RedirectPreference {
    fn from(redirect: Redirect) -> Self {
        match redirect.kind {
            RedirectKind::DeepLink => Self::DeepLink,
            RedirectKind::Loopback(_) => Self::Loopback,
            RedirectKind::Localhost(_) => Self::Localhost,
        }
    }
}
