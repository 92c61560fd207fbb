//! Why Gatelodge wasn't registered.

use super::http;
use messages::{Arg, Text, text};
use model::quoting;
use oauth::registration::{ClientInformationFault, RegistrationError};

/// With the issuer's own words behind it, if it had any.
pub(crate) fn text(error: &RegistrationError) -> Text {
    let said = match error {
        RegistrationError::Malformed {
            why: ClientInformationFault::NoClientId { said },
            ..
        } => said.as_ref(),
        _ => error.said(),
    };
    quoting(in_our_words(error), said)
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
            let detail = malformed(why);
            text::RegistrationMalformed { host, detail }.into()
        }
        RegistrationError::Http(error) => http::text(error),
    }
}

fn malformed(fault: &ClientInformationFault) -> Text {
    match fault {
        ClientInformationFault::NoClientId { .. } => text::RegistrationNoClientId.into(),
        ClientInformationFault::ClientId => text::RegistrationClientId.into(),
        ClientInformationFault::Redirects => text::RegistrationOtherRedirects.into(),
        ClientInformationFault::NoSecret => text::RegistrationNoSecret.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use oauth::error_description::ErrorDescription;
    use oauth::registration::{ClientInformationFault, RegistrationError};

    #[test]
    fn what_is_wrong_with_an_answer_ends_the_sentence_and_its_words_follow() {
        let begin =
            "as.example answered the registration with something that Gatelodge can't use: ";
        for (why, told) in [
            (
                ClientInformationFault::NoClientId {
                    said: ErrorDescription::new("come back on Monday", &[]),
                },
                "it isn't a JSON object with a `client_id`. It says: \"come back on Monday\"",
            ),
            (
                ClientInformationFault::NoSecret,
                "it asks for a client secret and contains none.",
            ),
        ] {
            let error = RegistrationError::Malformed {
                host: "as.example".to_owned(),
                why,
            };
            assert_eq!(text(&error).to_string(), format!("{begin}{told}"));
        }
    }
}
