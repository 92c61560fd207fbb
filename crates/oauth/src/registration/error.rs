//! Why no program was registered.

use crate::error_description::{self, ErrorDescription};
use crate::http::HttpError;
use crate::uri::Issuer;

/// Why no program was registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// There is no endpoint for it.
    #[error("{issuer} does not let programs register themselves, and no client id is known for it")]
    NotOffered {
        /// The authorization server.
        issuer: Issuer,
    },
    /// The issuer does not take this redirect: the other one is tried.
    #[error("{host} does not accept the redirect {redirect}{}", error_description::clause(said.as_ref()))]
    RedirectRefused {
        /// Whose it is.
        host: String,
        /// The redirect that was to be registered.
        redirect: String,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// The issuer said no.
    #[error("{host} refused the registration with status {status}{}", error_description::clause(said.as_ref()))]
    Refused {
        /// Whose it is.
        host: String,
        /// The status of the response.
        status: u16,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// It registers whom somebody gave a token for it (RFC 7591 §3, initial access token); ours has none.
    #[error("{host} registers programs only by a token that its owner gives out{}", error_description::clause(said.as_ref()))]
    NeedsToken {
        /// Whose it is.
        host: String,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// Nobody is at the endpoint.
    #[error("nothing answers at {endpoint}, where programs would be registered (status {status})")]
    Absent {
        /// The address that was asked.
        endpoint: String,
        /// The status of the response.
        status: u16,
    },
    /// Not now; a later try may succeed.
    #[error("{host} registers no program at the moment (status {status}){}{}", wait(*retry_after), error_description::clause(said.as_ref()))]
    Unavailable {
        /// Whose it is.
        host: String,
        /// The status of the response.
        status: u16,
        /// Seconds to wait, if it said how many.
        retry_after: Option<u64>,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// An answer that is none of RFC 7591 §3.2.1.
    #[error("{host} answered the registration with something else than RFC 7591 asks for: {why}")]
    Malformed {
        /// Whose it is.
        host: String,
        /// What is wrong.
        why: ClientInformationFault,
    },
    /// No response.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// What is wrong with a client information response (RFC 7591 §3.2.1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientInformationFault {
    /// No object, or one without the member.
    #[error("no JSON object with a client_id{}", error_description::clause(said.as_ref()))]
    NoClientId {
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// The member holds no id that could be sent.
    #[error("the client_id is empty, too long, or holds control characters")]
    ClientId,
    /// The redirect that was asked for is not among those that it names.
    #[error("it registered other redirects than the one asked for")]
    Redirects,
    /// The client authentication that it names takes a secret, and none is there.
    #[error("it wants a client secret and gave none")]
    NoSecret,
}

impl RegistrationError {
    /// The issuer's own words, if it had any.
    pub fn said(&self) -> Option<&ErrorDescription> {
        match self {
            Self::RedirectRefused { said, .. }
            | Self::Refused { said, .. }
            | Self::NeedsToken { said, .. }
            | Self::Unavailable { said, .. } => said.as_ref(),
            Self::NotOffered { .. }
            | Self::Absent { .. }
            | Self::Malformed { .. }
            | Self::Http(_) => None,
        }
    }

    /// Whether another redirect may be taken where this one was not. Few say that it is about the redirect, and some say it
    /// with a status of their own, or with a fault (R-16, R-18; lab-20).
    pub fn may_be_about_the_redirect(&self) -> bool {
        matches!(
            self,
            Self::RedirectRefused { .. }
                | Self::Refused {
                    status: 400..=500,
                    ..
                }
        )
    }

    /// Its words name something that no redirect changes, or there are none.
    pub fn is_about_something_else(&self) -> bool {
        const WORDS: [&str; 8] = [
            "scope",
            "grant_type",
            "auth_method",
            "initial access token",
            "client_name",
            "disabled",
            "switched off",
            "not allowed to register",
        ];
        self.said()
            .is_none_or(|said| WORDS.into_iter().any(|word| said.mentions(word)))
    }
}

fn wait(retry_after: Option<u64>) -> String {
    retry_after.map_or_else(String::new, |seconds| format!("; wait {seconds} s"))
}
