//! Why there are no tokens.

use crate::error_description::{self, ErrorDescription};
use crate::http::HttpError;
use crate::jwt::KeyError;
use crate::token::{ErrorCode, Outage, RequestFault, ResponseFault};

/// Why there are no tokens. The variants are the three outcomes that a caller tells apart (docs/design.md#refresh).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// `invalid_grant`: this code or refresh token is dead. Final.
    #[error("{host} says that the grant is no longer valid{}", error_description::clause(said.as_ref()))]
    InvalidGrant {
        /// Whose it is.
        host: String,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// `invalid_client`, `unauthorized_client`: the registration is stale or its secret is wrong.
    #[error("{host} does not know this client any more{}", error_description::clause(said.as_ref()))]
    InvalidClient {
        /// Whose it is.
        host: String,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// The private key that proves who we are cannot be used.
    #[error("the private key for {host} cannot be used: {source}")]
    Key {
        /// Whose it is.
        host: String,
        /// What is wrong.
        source: KeyError,
    },
    /// Another refusal that trying again will not change.
    #[error("{host} refused with \"{error}\"{}", error_description::clause(said.as_ref()))]
    Refused {
        /// Whose it is.
        host: String,
        /// The status of the response.
        status: u16,
        /// Its code, if it has one.
        error: ErrorCode,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// `invalid_grant` to the second try, after the first was refused because of the client: it took the code with it.
    #[error("{host} did not take the first way in which this program proved who it is{}; with the second it says that the code is no longer valid, as the first try has used it up", error_description::clause(first.as_ref()))]
    Spent {
        /// Whose it is.
        host: String,
        /// What was said to the first try.
        first: Option<ErrorDescription>,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// RFC 8628 §3.5: the person has not decided yet. `told`: what it means to whoever waits for no person.
    #[error("the person has not decided yet")]
    Pending {
        /// Whether it asks for longer pauses.
        slower: bool,
        /// What it means to whoever waits for no person.
        told: Box<TokenError>,
    },
    /// Nothing was sent: the request could not be written here.
    #[error("no request to {host} could be written: {why}")]
    Request {
        /// Whose it is.
        host: String,
        /// What is wrong.
        why: RequestFault,
    },
    /// An answer that is not one of a token endpoint.
    #[error("{host} answered with something that is not a token: {why}")]
    Malformed {
        /// Whose it is.
        host: String,
        /// What is wrong.
        why: ResponseFault,
    },
    /// No answer, or one that says "later". Whether the request was carried out is unknown.
    #[error("{host} could not answer now ({why}){}", error_description::clause(said.as_ref()))]
    Unavailable {
        /// Whose it is.
        host: String,
        /// What it is known by.
        why: Outage,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
        /// Seconds to wait, if it said how many.
        retry_after: Option<u64>,
    },
    /// No response at all.
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl TokenError {
    /// The issuer's own words, if it had any.
    pub fn said(&self) -> Option<&ErrorDescription> {
        match self {
            Self::InvalidGrant { said, .. }
            | Self::InvalidClient { said, .. }
            | Self::Refused { said, .. }
            | Self::Spent { said, .. }
            | Self::Unavailable { said, .. } => said.as_ref(),
            _ => None,
        }
    }

    /// True where the issuer may or may not have spent the refresh token.
    pub fn is_unknown(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Http(_) | Self::Malformed { .. }
        )
    }

    /// True where another way to say who we are may be taken; some servers miss their `client_id` in other words.
    pub fn is_about_the_client(&self) -> bool {
        match self {
            Self::InvalidClient { .. } => true,
            Self::Refused { error, said, .. } => is_about_the_client(error, said.as_ref()),
            _ => false,
        }
    }

    /// The issuer misses a client secret, and says so in whatever shape.
    pub fn lacks_secret(&self) -> bool {
        match self {
            Self::InvalidClient { .. } => {
                self.mentions(&["missing", "required"]) && self.mentions(&SECRET_WORDS)
            }
            Self::Refused { error, .. } => error.is_general() && self.mentions(&SECRET_WORDS),
            _ => false,
        }
    }

    /// A refusal that may go away with another client authentication. Without its secret, a client that has one may be told that the request
    /// is incomplete; and 401 is about the client (RFC 6749 §5.2), until one way is known to be taken.
    pub(super) fn refuses(&self, without_secret: bool, known: bool) -> bool {
        self.is_about_the_client()
            || match self {
                Self::Refused { error, .. } => {
                    (without_secret && error.is("invalid_request"))
                        || (self.is_bare_401() && !known)
                }
                _ => false,
            }
    }

    /// 401 in the words of whatever stands before the endpoint, which is about the client as well (RFC 6749 §5.2).
    pub fn is_bare_401(&self) -> bool {
        matches!(self, Self::Refused { error, .. } if *error == ErrorCode::Status(401))
    }

    /// RFC 8707 §2, and what strict endpoints say of a parameter that they do not know.
    pub(super) fn may_be_about_the_resource(&self) -> bool {
        self.is_about_the_resource() || self.refused_with("invalid_request")
    }

    /// RFC 8707 §2, by its code or in words.
    pub fn is_about_the_resource(&self) -> bool {
        matches!(self, Self::Refused { .. })
            && (self.refused_with("invalid_target") || self.mentions(&["resource"]))
    }

    /// True for a refusal with this code, which trying again does not change.
    pub fn refused_with(&self, code: &str) -> bool {
        matches!(self, Self::Refused { error, .. } if error.is(code))
    }

    /// For whoever waits for no person: `slow_down` is an answer that says "later", as from any busy server.
    pub(super) fn for_a_program(self) -> Self {
        match self {
            Self::Pending { told, .. } => *told,
            error => error,
        }
    }

    fn mentions(&self, words: &[&str]) -> bool {
        self.said()
            .is_some_and(|said| words.iter().any(|word| said.mentions(word)))
    }
}

/// Whether a refusal, by its code and its words, is about who asks.
pub fn is_about_the_client(error: &ErrorCode, said: Option<&ErrorDescription>) -> bool {
    let mentions = |word: &&str| said.is_some_and(|said| said.mentions(word));
    error.oauth().is_some_and(|code| code.contains("client"))
        || (error.is_general() && CLIENT_WORDS.iter().any(mentions))
}

const CLIENT_WORDS: [&str; 10] = [
    "client_id",
    "client id",
    "client_secret",
    "client secret",
    "client authentication",
    "client credentials",
    "unknown client",
    "unrecognized client",
    "no such client",
    "client not found",
];

const SECRET_WORDS: [&str; 2] = ["client_secret", "client secret"];
