//! What is wrong with a request of a token endpoint or with its answer, as data: whoever tells it makes the sentence, and the
//! texts here are for logs.

use crate::device::DeviceError;
use crate::error_description::{ErrorDescription, clause};

/// Why a request could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// The client has no id at this issuer.
    #[error("there is no client id for it")]
    NoClientId,
    /// The endpoint is not a URL.
    #[error("the endpoint is not a URL")]
    Endpoint,
    /// The redirect is not a URL.
    #[error("the redirect is not a URL")]
    Redirect,
    /// The library that writes requests wrote none, or none that is a text.
    #[error("the request could not be written")]
    Unwritten,
    /// There is no client authentication that could be tried (RFC 6749 §2.3).
    #[error("there is no way to prove who asks")]
    NoAuthentication,
}

/// Why an answer is not the one that was asked for (RFC 6749 §5.1, RFC 8628 §3.2, RFC 8693 §2.2.1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResponseFault {
    /// RFC 6749 §3.2. The member is not named: its name is the issuer's, and may repeat a secret.
    #[error("a member that is there twice, with two values (RFC 6749 §3.2)")]
    Duplicate,
    /// No access token is in it.
    #[error("no access_token, {}{}", content(media_type), clause(said.as_ref()))]
    NoToken {
        /// What the response is by its own words; empty where it does not say.
        media_type: String,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// A redirect.
    #[error("a redirect, which is never followed with a secret")]
    Redirect,
    /// Members of another type than RFC 6749 §5.1 gives to them.
    #[error("its members have the wrong types")]
    Members,
    /// A token that cannot stand in a header.
    #[error("its {member} has forbidden characters")]
    Characters {
        /// The member that holds it.
        member: &'static str,
    },
    /// Neither Bearer nor DPoP where that was asked for (RFC 6749 §7.1).
    #[error("its token_type is neither Bearer nor one that was asked for")]
    TokenType,
    /// RFC 9449 §5: a Bearer token in place of a bound one.
    #[error("its token is not bound to our key, though we proved it (RFC 9449 §5)")]
    Unbound,
    /// RFC 8693 §2.2.1: `issued_token_type` is another one.
    #[error("it issued another type of token than was asked for")]
    IssuedTokenType,
    /// A token exchange without an ID-JAG.
    #[error("it holds no ID-JAG")]
    NoIdJag,
    /// Tokens, where a device code was asked for.
    #[error("tokens instead of a device code")]
    NoDeviceCode,
    /// A device code that cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// What an answer that says "later" is known by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// Its status.
    #[error("status {0}")]
    Status(u16),
    /// The same, after a try with another client authentication was refused.
    #[error(
        "status {status}; before that it refused another way to prove who asks{}",
        clause(first.as_ref())
    )]
    AfterRefusal {
        /// The status of the response.
        status: u16,
        /// What was said to the first try.
        first: Option<ErrorDescription>,
    },
}

impl ResponseFault {
    /// The server's own words, if it had any.
    pub fn said(&self) -> Option<&ErrorDescription> {
        match self {
            Self::NoToken { said, .. } => said.as_ref(),
            _ => None,
        }
    }
}

impl Outage {
    /// The status of the response.
    pub fn status(&self) -> u16 {
        match self {
            Self::Status(status) | Self::AfterRefusal { status, .. } => *status,
        }
    }
}

fn content(media_type: &str) -> String {
    if media_type.is_empty() {
        "and no media type".to_owned()
    } else {
        format!("but {media_type}")
    }
}
