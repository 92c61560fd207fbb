//! Why Gatelodge wasn't registered.

use super::http;
use messages::{Arg, Text, text};
use model::quoting;
use oauth::registration::RegistrationError;

/// With the issuer's own words behind it, if it had any.
pub(crate) fn text(error: &RegistrationError) -> Text {
    quoting(in_our_words(error), error.said())
}

fn in_our_words(error: &RegistrationError) -> Text {
    match error {
        RegistrationError::NotOffered { issuer } => text::RegistrationNotOffered {
            issuer: issuer.as_str(),
        }
        .into(),
        RegistrationError::RedirectRefused { host, redirect, .. } => {
            text::RegistrationRedirectRefused { host, redirect }.into()
        }
        RegistrationError::Refused { host, status, .. } => text::RegistrationRefused {
            host,
            status: status.to_string(),
        }
        .into(),
        RegistrationError::NeedsToken { host, .. } => text::RegistrationNeedsToken { host }.into(),
        RegistrationError::Absent { endpoint, status } => text::RegistrationAbsent {
            endpoint,
            status: status.to_string(),
        }
        .into(),
        RegistrationError::Unavailable {
            host,
            status,
            retry_after: None,
            ..
        } => text::RegistrationUnavailable {
            host,
            status: status.to_string(),
        }
        .into(),
        RegistrationError::Unavailable {
            host,
            status,
            retry_after: Some(seconds),
            ..
        } => text::RegistrationUnavailableFor {
            host,
            status: status.to_string(),
            wait: Arg::span(*seconds),
        }
        .into(),
        RegistrationError::Malformed { host, why } => {
            text::RegistrationMalformed { host, detail: why }.into()
        }
        RegistrationError::Http(error) => http::text(error),
    }
}
