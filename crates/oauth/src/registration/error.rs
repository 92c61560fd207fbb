//! Why no program was registered.

use crate::http::HttpError;
use crate::said::{self, Said};
use crate::uri::Issuer;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    #[error("{issuer} does not let programs register themselves, and no client id is known for it")]
    NotOffered { issuer: Issuer },
    /// The issuer does not take this redirect: the other one is tried.
    #[error("{host} does not accept the redirect {redirect}{}", said::clause(said.as_ref()))]
    RedirectRefused {
        host: String,
        redirect: String,
        said: Option<Said>,
    },
    #[error("{host} refused the registration with status {status}{}", said::clause(said.as_ref()))]
    Refused {
        host: String,
        status: u16,
        said: Option<Said>,
    },
    /// It registers whom somebody gave a token for it (RFC 7591 §3, initial access token); ours has none.
    #[error("{host} registers programs only by a token that its owner gives out{}", said::clause(said.as_ref()))]
    NeedsToken { host: String, said: Option<Said> },
    #[error("nothing answers at {endpoint}, where programs would be registered (status {status})")]
    Absent { endpoint: String, status: u16 },
    /// Not now; a later try may succeed.
    #[error("{host} registers no program at the moment (status {status}){}{}", wait(*retry_after), said::clause(said.as_ref()))]
    Unavailable {
        host: String,
        status: u16,
        retry_after: Option<u64>,
        said: Option<Said>,
    },
    #[error("{host} answered the registration with something else than RFC 7591 asks for: {why}")]
    Malformed { host: String, why: String },
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl RegistrationError {
    /// The issuer's own words, if it had any.
    pub fn said(&self) -> Option<&Said> {
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
    /// with a status of their own, or with a fault (R-16, R-18; LAB.md 4.20).
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
}

fn wait(retry_after: Option<u64>) -> String {
    retry_after.map_or_else(String::new, |seconds| format!("; wait {seconds} s"))
}
