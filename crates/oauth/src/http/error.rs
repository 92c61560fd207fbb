//! Why no response came, or not all of it.

use crate::address_guard::Reach;
use crate::concession::Concession;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::sync::Arc;

/// No response. Which kind decides whether it may be tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum HttpError {
    /// The time limit passed before the last byte came.
    #[error("no answer from {host} within {seconds} s")]
    Timeout {
        /// Whose it is.
        host: String,
        /// The limit.
        seconds: u64,
        /// The failure that it was made of.
        #[source]
        #[serde(skip)]
        cause: Option<Cause>,
    },
    /// The content is longer than is read.
    #[error("{host} sent more than {} KiB", most / 1024)]
    TooLarge {
        /// Whose it is.
        host: String,
        /// The limit in bytes.
        most: usize,
    },
    /// The name or the address leads where the caller may not send us.
    #[error(
        "{host} is at {address}, an address inside this machine or network where its caller may not send us"
    )]
    Blocked {
        /// Whose it is.
        host: String,
        /// The address that the name has.
        address: String,
    },
    /// The address is one of this machine's own.
    #[error("{host} is at {address}, an address of this machine, where its caller may not send us")]
    OwnAddress {
        /// Whose it is.
        host: String,
        /// The address that the name has.
        address: String,
    },
    /// The name service has no address for the name.
    #[error("{host} is not known to the name service")]
    UnknownHost {
        /// Whose it is.
        host: String,
        /// The failure that it was made of.
        #[source]
        #[serde(skip)]
        cause: Option<Cause>,
    },
    /// The certificate was not taken.
    #[error("the TLS certificate of {host} is not valid: {reason}")]
    Tls {
        /// Whose it is.
        host: String,
        /// The innermost failure, in words.
        reason: String,
        /// The failure that it was made of.
        #[source]
        #[serde(skip)]
        cause: Option<Cause>,
    },
    /// No connection was made, or the request could not be written.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// Whose it is.
        host: String,
        /// The innermost failure, in words.
        reason: String,
        /// The failure that it was made of.
        #[source]
        #[serde(skip)]
        cause: Option<Cause>,
    },
    /// The connection ended in the middle.
    #[error("the connection to {host} broke before the answer was complete")]
    Cut {
        /// Whose it is.
        host: String,
        /// The failure that it was made of.
        #[source]
        #[serde(skip)]
        cause: Option<Cause>,
    },
}

impl HttpError {
    /// What a person may allow where that would let the request through; nobody may allow a cloud's own secrets.
    pub fn concession(&self) -> Option<Concession> {
        match self {
            Self::Blocked { address, .. } => {
                let helps = address
                    .parse()
                    .is_ok_and(|address| Reach::default().could_allow(address));
                helps.then_some(Concession::PrivateNetwork)
            }
            _ => None,
        }
    }
}

/// The failure that an error was made of, for whoever follows [`source`](Error::source). Shared, since errors are copied to
/// everybody who waits; two are the same where they read the same.
#[derive(Debug, Clone)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl Cause {
    /// Keeps a failure. It must not hold a secret: causes are logged.
    pub fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Cause {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_keeps_what_it_was_made_of() {
        let error = HttpError::Cut {
            host: "h.example".into(),
            cause: Some(Cause::new(std::io::Error::other("reset by peer"))),
        };
        assert_eq!(
            error.source().expect("a cause").to_string(),
            "reset by peer"
        );
        assert!(!error.to_string().contains("reset"), "{error}");
    }
}
