//! The errors of the lower crates, joined: which code each one is.

use super::{Code, Error};
use oauth::authorization::ResponseError;
use oauth::concession::Concession;
use oauth::discovery::{DiscoveryError, Withheld};
use oauth::http::HttpError;
use oauth::metadata::MetadataError;
use oauth::registration::RegistrationError;
use oauth::token::TokenError;
use oauth::uri::UrlError;
use vault::VaultError;

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
        blocked(Self::new(code, error.to_string()).with_concession(concession))
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
        let (concession, pattern, said) = (
            error.concession(),
            model::known_pattern(&error),
            error.said().cloned(),
        );
        let code = match error {
            DiscoveryError::Url(error) => return error.into(),
            DiscoveryError::Http(error) => return error.into(),
            DiscoveryError::TooSlow { .. } => {
                return Self::new(Code::Unreachable, error.to_string())
                    .with_hint("Try again later. If it stays so, tell the server's owner.");
            }
            DiscoveryError::Busy { retry_after, .. } => {
                return busy(error.to_string(), retry_after).with_said(said);
            }
            DiscoveryError::MetadataRedirected { .. } => {
                return Self::new(Code::MetadataHidden, error.to_string()).with_hint(
                    "The server's owner has to show that document at its own address; what stands there is no server to add.",
                );
            }
            DiscoveryError::Hidden {
                what: Withheld::Server,
                ..
            } => Code::ProgramRefused,
            DiscoveryError::Hidden { .. } => Code::MetadataHidden,
            DiscoveryError::Unreadable { .. } => Code::MetadataUnreadable,
            DiscoveryError::Legacy { .. } => Code::LegacyUnconfirmed,
            DiscoveryError::LegacyBeside { ref seen, .. } => match **seen {
                DiscoveryError::Unreadable { .. } => Code::MetadataUnreadable,
                _ => Code::MetadataHidden,
            },
            DiscoveryError::NotMcp { .. } => Code::NotMcp,
            DiscoveryError::ServerError { .. } => Code::ServerError,
            DiscoveryError::Redirected { .. } => Code::Redirected,
            DiscoveryError::NoResourceMetadata { .. } => Code::NoResourceMetadata,
            DiscoveryError::MetadataUrlAsIssuer { .. } => Code::MetadataUrlAsIssuer,
            DiscoveryError::NoAuthorizationServerMetadata { .. } => Code::NoAuthorizationServer,
            DiscoveryError::ResourceMetadata { ref source, .. }
            | DiscoveryError::AuthorizationServerMetadata { ref source, .. }
            | DiscoveryError::Entered { ref source } => match source {
                MetadataError::ResourceMismatch { .. } => Code::ResourceMismatch,
                MetadataError::ResourceMissing { .. } => Code::ResourceMissing,
                MetadataError::NoAuthorizationServer => {
                    return Self::new(Code::NoAuthorizationServer, error.to_string()).with_hint(
                        "The server's owner has to name its authorization server in `authorization_servers` (RFC 9728 §2).",
                    );
                }
                MetadataError::TooManyAuthorizationServers(_) => {
                    return Self::new(Code::NoAuthorizationServer, error.to_string()).with_hint(
                        "The server's owner has to name the one that people log in at.",
                    );
                }
                MetadataError::IssuerMismatch { .. } => Code::IssuerMismatch,
                MetadataError::Endpoint {
                    source: UrlError::OutOfReach { .. },
                    ..
                } => {
                    return blocked(
                        Self::new(Code::BlockedAddress, error.to_string())
                            .with_concession(concession),
                    );
                }
                MetadataError::Endpoint { .. } => Code::EndpointRefused,
                MetadataError::ForeignLoginPage { .. } => Code::ForeignLoginPage,
                MetadataError::NoCodeFlow(_) | MetadataError::PushedOnly => Code::NoCodeFlow,
                MetadataError::PkceUnadvertised { .. } | MetadataError::PkceUnsaid { .. } => {
                    Code::PkceUnadvertised
                }
                MetadataError::PkceWithoutS256(_) => Code::PkceWithoutS256,
            },
        };
        Self::new(code, error.to_string())
            .with_concession(concession)
            .with_pattern(pattern)
            .with_said(said)
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

impl From<RegistrationError> for Error {
    fn from(error: RegistrationError) -> Self {
        let said = error.said().cloned();
        let code = match error {
            RegistrationError::Http(error) => return error.into(),
            RegistrationError::NotOffered { .. } => Code::RegistrationNotOffered,
            RegistrationError::RedirectRefused { .. } => Code::RedirectRefused,
            RegistrationError::Unavailable { .. } => Code::TemporarilyUnavailable,
            RegistrationError::Refused { .. }
            | RegistrationError::NeedsToken { .. }
            | RegistrationError::Absent { .. }
            | RegistrationError::Malformed { .. } => Code::RegistrationRefused,
        };
        let retry_after = if let RegistrationError::Unavailable { retry_after, .. } = &error {
            *retry_after
        } else {
            None
        };
        Self::new(code, error.to_string())
            .with_said(said)
            .with_retry_after(retry_after)
    }
}

impl From<ResponseError> for Error {
    fn from(error: ResponseError) -> Self {
        let said = if let ResponseError::Refused { said, .. } = &error {
            said.clone()
        } else {
            None
        };
        let code = match error {
            ResponseError::NotACallback | ResponseError::Duplicate(_) | ResponseError::Empty => {
                Code::LoginUnknown
            }
            ResponseError::IssMissing { .. }
            | ResponseError::IssMismatch { .. }
            | ResponseError::WrongPlace { .. } => Code::IssMismatch,
            ResponseError::Expired => Code::LoginExpired,
            ResponseError::Refused { .. } => Code::LoginRefused,
        };
        Self::new(code, error.to_string()).with_said(said)
    }
}

/// The token endpoint's answer to a code. What it means for a refresh is decided in `refresh`.
impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        let (message, said) = (error.to_string(), error.said().cloned());
        let refused = match &error {
            TokenError::InvalidGrant { .. } | TokenError::Spent { .. } => {
                Some("invalid_grant".to_owned())
            }
            TokenError::InvalidClient { .. } => Some("invalid_client".to_owned()),
            TokenError::Refused { error, .. } => Some(error.clone()),
            _ => None,
        };
        let joined = match error {
            TokenError::Http(error) => error.into(),
            TokenError::InvalidClient { .. } => Self::new(Code::ClientForgotten, message),
            TokenError::Unavailable { retry_after, .. } => {
                Self::new(Code::TemporarilyUnavailable, message).with_retry_after(retry_after)
            }
            TokenError::Key { .. } => Self::new(Code::KeyUnusable, message),
            TokenError::Pending { .. } => Self::new(Code::TemporarilyUnavailable, message),
            TokenError::Refused { error, .. } if error == "invalid_target" => {
                Self::new(Code::ExchangeFailed, message)
                    .with_concession(Concession::NoResourceParameter)
            }
            TokenError::InvalidGrant { .. }
            | TokenError::Spent { .. }
            | TokenError::Refused { .. }
            | TokenError::Malformed { .. } => Self::new(Code::ExchangeFailed, message),
        };
        joined.with_said(said).with_refused(refused)
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::WrongPassphrase => Code::WrongPassphrase,
            VaultError::Damaged { .. } => Code::VaultDamaged,
            VaultError::Schema(_) => Code::VaultUnusable,
            VaultError::Exchanged(_) => {
                return Self::new(Code::VaultUnusable, error.to_string()).with_hint(
                    "Bring its newest file back, and start Gatelodge again if that is not enough. Agents get nothing until then.",
                );
            }
            VaultError::Unkept => {
                return Self::new(Code::VaultFailed, error.to_string())
                    .with_hint("Look whether it was done, and do it again if it was not.");
            }
            VaultError::LockTimeout => Code::TemporarilyUnavailable,
            VaultError::Full => Code::DiskFull,
            VaultError::ReadOnly => Code::DiskReadOnly,
            VaultError::Disk(_) => Code::DiskFailed,
            VaultError::KeyFile { .. } => {
                return Self::new(Code::KeyUnavailable, error.to_string())
                    .with_hint(super::command::KEY_FILE);
            }
            VaultError::PassphraseFile { .. } => {
                return Self::new(Code::InvalidArgument, error.to_string())
                    .with_hint("Name a file of yours that holds the passphrase and that only you can read (mode 0600).");
            }
            VaultError::ShortPassphrase => {
                return Self::new(Code::InvalidArgument, error.to_string()).with_hint(
                    "Choose a longer one: several words that only you would put together.",
                );
            }
            _ => Code::VaultFailed,
        };
        Self::new(code, error.to_string())
    }
}
