//! What the registration endpoint has against a client, beyond a code of RFC 7591.

use serde::{Deserialize, Serialize};

/// An answer to every registration whose redirect begins so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRefusal {
    /// The beginning of a redirect URI; empty for all of them.
    pub redirect: String,
    /// The status of the answer.
    pub status: u16,
    /// JSON, or any text.
    pub body: String,
    /// A header besides.
    pub header: Option<(String, String)>,
}
