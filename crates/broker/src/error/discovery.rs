//! What an address, a request or a discovery fails with: its code, and what may be allowed.

use super::{Code, Error, words};
use messages::{Arg, Text, text};
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
        let joined = Self::new(code, words::url::text(&error)).with_concession(concession);
        blocked(joined).with_source(error)
    }
}

impl From<HttpError> for Error {
    fn from(error: HttpError) -> Self {
        let code = match &error {
            HttpError::Blocked { .. } | HttpError::OwnAddress { .. } => Code::BlockedAddress,
            HttpError::TooLarge { .. } => Code::NotMcp,
            _ => Code::Unreachable,
        };
        let joined = Self::new(code, words::http::text(&error)).with_concession(error.concession());
        let joined = match words::http::hint(&error) {
            Some(hint) => joined.with_hint(hint),
            None => blocked(joined),
        };
        joined.with_source(error)
    }
}

/// What nobody may allow is not offered in the hint either.
fn blocked(error: Error) -> Error {
    if error.code() == Code::BlockedAddress && error.concession().is_none() {
        return error.with_hint(text::HintNobodyMayAllow);
    }
    error
}

impl From<DiscoveryError> for Error {
    fn from(error: DiscoveryError) -> Self {
        match error {
            DiscoveryError::Url(error) => error.into(),
            DiscoveryError::Http(error) => error.into(),
            DiscoveryError::Busy { retry_after, .. } => busy(&error, retry_after)
                .with_said(error.said().cloned())
                .with_source(error),
            error => {
                let joined = blocked(
                    Self::new(code_of(&error), words::discovery::text(&error))
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
        DiscoveryError::Redirected { .. } | DiscoveryError::RedirectLoop { .. } => Code::Redirected,
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
fn hint_of(error: &DiscoveryError) -> Option<Text> {
    let source = match error {
        DiscoveryError::TooSlow { .. } => return Some(text::HintSlowDiscovery.into()),
        DiscoveryError::MetadataRedirected { .. } => {
            return Some(text::HintMetadataElsewhere.into());
        }
        DiscoveryError::RedirectLoop { .. } => return Some(text::HintRedirectLoop.into()),
        DiscoveryError::ResourceMetadata { source, .. }
        | DiscoveryError::AuthorizationServerMetadata { source, .. }
        | DiscoveryError::Entered { source } => source,
        _ => return None,
    };
    match source {
        MetadataError::NoAuthorizationServer => Some(text::HintNoAuthorizationServerNamed.into()),
        MetadataError::TooManyAuthorizationServers(_) => {
            Some(text::HintTooManyAuthorizationServers.into())
        }
        _ => None,
    }
}

/// RFC 6585 §4: later, and as late as was asked.
fn busy(error: &DiscoveryError, retry_after: Option<u64>) -> Error {
    let hint: Text = match retry_after {
        Some(seconds) => text::HintWait {
            wait: Arg::span(seconds),
        }
        .into(),
        None => text::HintWaitAWhile.into(),
    };
    Error::new(Code::TemporarilyUnavailable, words::discovery::text(error))
        .with_retry_after(retry_after)
        .with_hint(hint)
}
