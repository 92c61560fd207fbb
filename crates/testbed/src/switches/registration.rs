//! What the registration endpoint has against a client, beyond a code of RFC 7591.

use serde::{Deserialize, Serialize};

use super::Switches;

/// An answer to every registration whose redirect begins so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRefusal {
    /// The beginning of a redirect URI; empty for all of them.
    pub redirect: String,
    pub status: u16,
    /// JSON, or any text.
    pub body: String,
    /// A header besides.
    pub header: Option<(String, String)>,
}

impl Switches {
    /// This status and body for redirects that begin so; may be said several times.
    #[must_use]
    pub fn refusing_registration(mut self, redirect: &str, status: u16, body: &str) -> Self {
        let refusal = RegistrationRefusal {
            redirect: redirect.to_owned(),
            status,
            body: body.to_owned(),
            header: None,
        };
        self.registration_refusals.push(refusal);
        self
    }

    /// The last refusal has this header, too.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Some(last) = self.registration_refusals.last_mut() {
            last.header = Some((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Redirects with the path `/callback` only.
    #[must_use]
    pub fn registering_plain_callbacks_only(mut self) -> Self {
        self.registration_plain_callback = true;
        self
    }
}
