//! Why no answer came. What the system or the TLS library found is read from the cause, and not from its words.

use super::url;
use crate::error::cause_of;
use messages::{Arg, Text, text};
use oauth::http::HttpError;
use oauth::uri::UrlError;
use rustls::CertificateError;
use std::io::ErrorKind;

/// This machine has not what a request needs, its certificates say. No server is at fault.
#[derive(Debug, thiserror::Error)]
#[error("no HTTP client could be made")]
pub(crate) struct NoClient(#[source] pub(crate) reqwest::Error);

pub(crate) fn text(error: &HttpError) -> Text {
    match error {
        HttpError::Timeout { host, seconds, .. } => text::HttpTimeout {
            host,
            limit: Arg::span(*seconds),
        }
        .into(),
        HttpError::TooLarge { host, most } => {
            let most = most / 1024;
            text::HttpTooLarge { host, most }.into()
        }
        HttpError::Blocked { host, address } if is_literal(host, address) => {
            text::HttpBlockedLiteral { host }.into()
        }
        HttpError::Blocked { host, address } => text::HttpBlocked { host, address }.into(),
        HttpError::OwnAddress { host, address } if is_literal(host, address) => {
            text::HttpOwnAddressLiteral { host }.into()
        }
        HttpError::OwnAddress { host, address } => text::HttpOwnAddress { host, address }.into(),
        HttpError::UnknownHost { host, .. } => text::HttpUnknownHost { host }.into(),
        HttpError::Tls { host, reason, .. } => of_certificate(error, host, reason),
        HttpError::Unreachable { host, reason, .. } => no_connection(error, host, reason),
        HttpError::Cut { host, .. } => text::HttpCut { host }.into(),
    }
}

/// What can be done about it, where more is known than the code's own hint says.
pub(crate) fn hint(error: &HttpError) -> Option<Text> {
    match error {
        HttpError::UnknownHost { .. } => Some(text::HintUnknownHost.into()),
        HttpError::Unreachable { .. } if connection(error) == Connection::Offline => {
            Some(text::HintOffline.into())
        }
        HttpError::Tls { .. } => match certificate(error) {
            Certificate::Expired | Certificate::Early => Some(text::HintClock.into()),
            _ => Some(text::HintCertificate.into()),
        },
        _ => None,
    }
}

/// An address in place of a name resolves to nothing.
fn is_literal(host: &str, address: &str) -> bool {
    host.strip_prefix('[').unwrap_or(host).starts_with(address)
}

#[derive(PartialEq, Eq)]
enum Connection {
    Refused,
    Offline,
    Other,
}

fn no_connection(error: &HttpError, host: &str, detail: &str) -> Text {
    // No request is written to an address that breaks a rule.
    if let Some(fault) = cause_of::<UrlError>(error) {
        return url::text(fault);
    }
    if let Some(NoClient(why)) = cause_of::<NoClient>(error) {
        let detail = why.to_string();
        return text::UpstreamClient { detail }.into();
    }
    match connection(error) {
        Connection::Refused => text::HttpRefused { host }.into(),
        Connection::Offline => text::HttpOffline { host }.into(),
        Connection::Other => text::HttpUnreachable { host, detail }.into(),
    }
}

fn connection(error: &HttpError) -> Connection {
    match cause_of::<std::io::Error>(error).map(std::io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => Connection::Refused,
        Some(ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable) => Connection::Offline,
        _ => Connection::Other,
    }
}

enum Certificate {
    Expired,
    Early,
    OtherName,
    Unknown,
    Other,
}

fn certificate(error: &HttpError) -> Certificate {
    let Some(rustls::Error::InvalidCertificate(fault)) = cause_of::<rustls::Error>(error) else {
        return Certificate::Other;
    };
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Certificate::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Certificate::Early
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Certificate::OtherName
        }
        CertificateError::UnknownIssuer => Certificate::Unknown,
        _ => Certificate::Other,
    }
}

fn of_certificate(error: &HttpError, host: &str, detail: &str) -> Text {
    match certificate(error) {
        Certificate::Expired => text::HttpCertificateExpired { host }.into(),
        Certificate::Early => text::HttpCertificateEarly { host }.into(),
        Certificate::OtherName => text::HttpCertificateOtherName { host }.into(),
        Certificate::Unknown => text::HttpCertificateUnknown { host }.into(),
        Certificate::Other => text::HttpCertificate { host, detail }.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use oauth::address_guard::Reach;
    use oauth::http::{Cause, HttpError};
    use std::io::{Error, ErrorKind};

    /// As a client wraps what the system says.
    #[derive(Debug, thiserror::Error)]
    #[error("a client's words")]
    struct Wrapped(#[source] Error);

    fn unreachable(kind: ErrorKind) -> HttpError {
        HttpError::Unreachable {
            host: "127.0.0.1:45890".to_owned(),
            reason: "a library's words".to_owned(),
            cause: Some(Cause::new(Wrapped(Error::other(Error::from(kind))))),
        }
    }

    #[test]
    fn the_cause_says_which_of_the_sentences_it_is() {
        for (kind, told) in [
            (
                ErrorKind::ConnectionRefused,
                "Can't reach 127.0.0.1:45890. Is the server running?",
            ),
            (
                ErrorKind::NetworkUnreachable,
                "Can't reach 127.0.0.1:45890. Is this computer online?",
            ),
            (
                ErrorKind::ConnectionReset,
                "Can't reach 127.0.0.1:45890: a library's words.",
            ),
        ] {
            assert_eq!(text(&unreachable(kind)).to_string(), told);
        }
    }

    #[test]
    fn an_address_that_may_not_be_asked_is_told_by_its_rule() {
        let error = oauth::http::get("http://notes.example/", Reach::default());
        let told = error.map(|_| ()).map_err(|error| text(&error).to_string());
        assert_eq!(
            told,
            Err(
                "http://notes.example/ doesn't use https. Plain http works only on this computer (127.0.0.1 or localhost)."
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_certificate_is_told_by_its_fault() {
        let invalid = |fault| HttpError::Tls {
            host: "notes.example".to_owned(),
            reason: "a library's words".to_owned(),
            cause: Some(Cause::new(Wrapped(Error::other(
                rustls::Error::InvalidCertificate(fault),
            )))),
        };
        let expired = invalid(rustls::CertificateError::Expired);
        assert_eq!(text(&expired).id(), "http-certificate-expired");
        let revoked = invalid(rustls::CertificateError::Revoked);
        assert_eq!(
            text(&revoked).to_string(),
            "The certificate of notes.example isn't valid: a library's words."
        );
    }

    #[test]
    fn an_address_in_place_of_a_name_resolves_to_nothing() {
        let blocked = |host: &str, address: &str| {
            let error = HttpError::Blocked {
                host: host.to_owned(),
                address: address.to_owned(),
            };
            text(&error).id().to_owned()
        };
        assert_eq!(blocked("notes.example:8443", "10.0.0.5"), "http-blocked");
        assert_eq!(blocked("10.0.0.5:8443", "10.0.0.5"), "http-blocked-literal");
        assert_eq!(blocked("[fd00::1]:8443", "fd00::1"), "http-blocked-literal");
    }
}
