//! What an address, a request or a discovery fails with: its code, and what may be allowed.

use super::{Code, Error};
use oauth::concession::Concession;
use oauth::discovery::{DiscoveryError, RefusalSubject};
use oauth::http::HttpError;
use oauth::metadata::MetadataError;
use oauth::uri::UrlError;

impl From<UrlError> for Error {
    fn from(error: UrlError) -> Self {
        let code = match &error {
            UrlError::NotHttps(_) => Code::NotHttps,
            UrlError::OutOfReach { .. } => Code::BlockedAddress,
            _ => Code::NotAUrl,
        };
        let concession = matches!(
            error,
            UrlError::OutOfReach {
                concedable: true,
                ..
            }
        )
        .then_some(Concession::PrivateNetwork);
        blocked(Self::new(code, error.to_string()).with_concession(concession)).with_source(error)
    }
}

impl From<HttpError> for Error {
    fn from(error: HttpError) -> Self {
        let code = match &error {
            HttpError::Blocked { .. } | HttpError::OwnAddress { .. } => Code::BlockedAddress,
            HttpError::TooLarge { .. } => Code::NotMcp,
            _ => Code::Unreachable,
        };
        blocked(Self::new(code, error.to_string()).with_concession(error.concession()))
            .with_source(error)
    }
}

/// What nobody may allow is not offered in the hint either.
fn blocked(error: Error) -> Error {
    if error.code() == Code::BlockedAddress && error.concession().is_none() {
        return error.with_hint(
            "Nothing was sent there, and no concession opens it. A server on this machine is added by 127.0.0.1 or localhost.",
        );
    }
    error
}

impl From<DiscoveryError> for Error {
    fn from(error: DiscoveryError) -> Self {
        match error {
            DiscoveryError::Url(error) => error.into(),
            DiscoveryError::Http(error) => error.into(),
            DiscoveryError::Busy { retry_after, .. } => busy(error.to_string(), retry_after)
                .with_said(error.said().cloned())
                .with_source(error),
            error => {
                let joined = blocked(
                    Self::new(code_of(&error), error.to_string())
                        .with_concession(error.concession())
                        .with_pattern(model::known_pattern(&error))
                        .with_said(error.said().cloned()),
                );
                let joined = match hint_of(&error) {
                    Some(hint) => joined.with_hint(hint),
                    None => joined,
                };
                joined.with_source(error)
            }
        }
    }
}

fn code_of(error: &DiscoveryError) -> Code {
    match error {
        DiscoveryError::Url(_) => Code::NotAUrl,
        DiscoveryError::Http(_) | DiscoveryError::TooSlow { .. } => Code::Unreachable,
        DiscoveryError::Busy { .. } => Code::TemporarilyUnavailable,
        DiscoveryError::Hidden {
            what: RefusalSubject::Server,
            ..
        } => Code::ProgramRefused,
        DiscoveryError::Hidden { .. } | DiscoveryError::MetadataRedirected { .. } => {
            Code::MetadataHidden
        }
        DiscoveryError::Unreadable { .. } => Code::MetadataUnreadable,
        DiscoveryError::Legacy { .. } => Code::LegacyUnconfirmed,
        DiscoveryError::LegacyBeside { seen, .. } => match **seen {
            DiscoveryError::Unreadable { .. } => Code::MetadataUnreadable,
            _ => Code::MetadataHidden,
        },
        DiscoveryError::NotMcp { .. } => Code::NotMcp,
        DiscoveryError::ServerError { .. } => Code::ServerError,
        DiscoveryError::Redirected { .. } => Code::Redirected,
        DiscoveryError::NoResourceMetadata { .. } => Code::NoResourceMetadata,
        DiscoveryError::MetadataUrlAsIssuer { .. } => Code::MetadataUrlAsIssuer,
        DiscoveryError::NoAuthorizationServerMetadata { .. } => Code::NoAuthorizationServer,
        DiscoveryError::ResourceMetadata { source, .. }
        | DiscoveryError::AuthorizationServerMetadata { source, .. }
        | DiscoveryError::Entered { source } => code_of_metadata(source),
    }
}

fn code_of_metadata(error: &MetadataError) -> Code {
    match error {
        MetadataError::ResourceMismatch { .. } => Code::ResourceMismatch,
        MetadataError::ResourceMissing { .. } => Code::ResourceMissing,
        MetadataError::NoAuthorizationServer | MetadataError::TooManyAuthorizationServers(_) => {
            Code::NoAuthorizationServer
        }
        MetadataError::IssuerMismatch { .. } => Code::IssuerMismatch,
        MetadataError::Endpoint {
            source: UrlError::OutOfReach { .. },
            ..
        } => Code::BlockedAddress,
        MetadataError::Endpoint { .. } => Code::EndpointRefused,
        MetadataError::ForeignLoginPage { .. } => Code::ForeignLoginPage,
        MetadataError::NoCodeFlow(_) | MetadataError::PushedOnly => Code::NoCodeFlow,
        MetadataError::PkceUnadvertised { .. } | MetadataError::PkceUnsaid { .. } => {
            Code::PkceUnadvertised
        }
        MetadataError::PkceWithoutS256(_) => Code::PkceWithoutS256,
    }
}

/// Where more is known than the code's own hint says.
fn hint_of(error: &DiscoveryError) -> Option<&'static str> {
    let source = match error {
        DiscoveryError::TooSlow { .. } => {
            return Some("Try again later. If it stays so, tell the server's owner.");
        }
        DiscoveryError::MetadataRedirected { .. } => {
            return Some(
                "The server's owner has to show that document at its own address; what stands there is no server to add.",
            );
        }
        DiscoveryError::ResourceMetadata { source, .. }
        | DiscoveryError::AuthorizationServerMetadata { source, .. }
        | DiscoveryError::Entered { source } => source,
        _ => return None,
    };
    match source {
        MetadataError::NoAuthorizationServer => Some(
            "The server's owner has to name its authorization server in `authorization_servers` (RFC 9728 §2).",
        ),
        MetadataError::TooManyAuthorizationServers(_) => {
            Some("The server's owner has to name the one that people log in at.")
        }
        _ => None,
    }
}

/// RFC 6585 §4: later, and as late as was asked.
fn busy(message: String, retry_after: Option<u64>) -> Error {
    let hint = match retry_after {
        Some(seconds) => format!("Wait {seconds} s, then try again. Nothing was lost."),
        None => "Wait a while, then try again. Nothing was lost.".to_owned(),
    };
    Error::new(Code::TemporarilyUnavailable, message)
        .with_retry_after(retry_after)
        .with_hint(hint)
}
