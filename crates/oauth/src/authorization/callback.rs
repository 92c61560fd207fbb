//! The authorization response: what the browser brings back, read as hostile input, and whether it is taken
//! (docs/protocol.md#callback).

use super::{LIFETIME_SECONDS, PendingAuthorization};
use crate::error_description::{self, ErrorDescription};
use crate::redirect::Redirect;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::{Issuer, excerpt};
use url::Url;

/// What the browser brought, read from its URL. The `code` is a secret from here on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// The `state` of the request that it answers.
    pub state: Secret,
    /// The redirect that it came by; None where only its query is known.
    arrived: Option<Redirect>,
    iss: Option<String>,
    outcome: AuthorizationResponse,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum AuthorizationResponse {
    Code(Secret),
    Error {
        error: String,
        said: Option<ErrorDescription>,
    },
}

/// Why a callback is not taken. None of these texts holds anything that the callback said,
/// except [`ResponseError::Refused`], which is read only after `state` and `iss` were checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// It is none of our redirects, or has no `state`.
    #[error("this is not a callback of a login")]
    NotACallback,
    /// A parameter that is there twice.
    #[error("the callback gives {0:?} twice")]
    Duplicate(&'static str),
    /// Neither a code nor an error.
    #[error("the callback carries neither a code nor an error")]
    Empty,
    /// RFC 9207 §2.4: `iss` was promised.
    #[error(
        "the answer does not say which authorization server it is from, though {issuer} promises to say it (RFC 9207)"
    )]
    IssMissing {
        /// The authorization server.
        issuer: Issuer,
    },
    /// RFC 9207 §2.4: `iss` of another issuer.
    #[error(
        "the answer is from another authorization server than {issuer}, which was asked (RFC 9207)"
    )]
    IssMismatch {
        /// The authorization server.
        issuer: Issuer,
    },
    /// RFC 8252 §8.10: the redirect of another issuer.
    #[error(
        "the answer came to a place that was not given to {issuer}, which was asked (RFC 8252 §8.10)"
    )]
    WrongPlace {
        /// The authorization server.
        issuer: Issuer,
    },
    /// It came too late.
    #[error("the login took longer than {} minutes", LIFETIME_SECONDS / 60)]
    Expired,
    /// The issuer's own error (RFC 6749 §4.1.2.1).
    #[error("{}{}", refusal(error), error_description::clause(said.as_ref()))]
    Refused {
        /// The code of the error.
        error: String,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
}

impl Callback {
    /// Reads a callback URL: a deep link, the loopback redirect, or what a person pasted.
    pub fn parse(text: &str) -> Result<Self, ResponseError> {
        let text = text.trim();
        if text.len() > 16 * 1024 || text.chars().any(char::is_control) {
            return Err(ResponseError::NotACallback);
        }
        let url = Url::parse(text).map_err(|_| ResponseError::NotACallback)?;
        let mut base = url.clone();
        base.set_query(None);
        base.set_fragment(None);
        let arrived = Redirect::from_uri(base.as_str()).ok_or(ResponseError::NotACallback)?;
        Ok(Self {
            arrived: Some(arrived),
            ..Self::from_query(url.query().unwrap_or_default())?
        })
    }

    /// Reads the query of a callback (docs/protocol.md#callback: no parameter twice).
    pub fn from_query(query: &str) -> Result<Self, ResponseError> {
        let (mut code, mut state, mut iss, mut error, mut description) =
            (None, None, None, None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let (slot, name): (&mut Option<String>, _) = match name.as_ref() {
                "code" => (&mut code, "code"),
                "state" => (&mut state, "state"),
                "iss" => (&mut iss, "iss"),
                "error" => (&mut error, "error"),
                "error_description" => (&mut description, "error_description"),
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(ResponseError::Duplicate(name));
            }
        }
        let state = state
            .filter(|state| !state.is_empty())
            .map(Secret::new)
            .ok_or(ResponseError::NotACallback)?;
        let outcome = match (error, code) {
            // It was sent our state in the URL, and nothing else that is secret.
            (Some(error), _) => AuthorizationResponse::Error {
                error,
                said: description
                    .and_then(|text| ErrorDescription::new(&text, std::slice::from_ref(&state))),
            },
            (None, Some(code)) if is_code(&code) => AuthorizationResponse::Code(Secret::new(code)),
            _ => return Err(ResponseError::Empty),
        };
        Ok(Self {
            state,
            arrived: None,
            iss,
            outcome,
        })
    }
}

impl PendingAuthorization {
    /// The fixed order of docs/protocol.md#callback after `state` found this record: time, `iss`, error, code.
    pub fn respond(&self, callback: Callback, now: Timestamp) -> Result<Secret, ResponseError> {
        if callback.state != self.state {
            return Err(ResponseError::NotACallback);
        }
        if now >= self.expires_at {
            return Err(ResponseError::Expired);
        }
        if callback
            .arrived
            .is_some_and(|arrived| !arrived.is_place_of(self.redirect))
        {
            return Err(ResponseError::WrongPlace {
                issuer: self.expected_iss.clone(),
            });
        }
        // RFC 9207 §2.4 with MCP's local policy: compared whenever present, byte for byte (C-02 … C-08).
        match callback.iss {
            Some(iss) if iss != self.expected_iss.as_str() => {
                return Err(ResponseError::IssMismatch {
                    issuer: self.expected_iss.clone(),
                });
            }
            None if self.iss_required => {
                return Err(ResponseError::IssMissing {
                    issuer: self.expected_iss.clone(),
                });
            }
            _ => {}
        }
        match callback.outcome {
            AuthorizationResponse::Code(code) => Ok(code),
            AuthorizationResponse::Error { error, said } => {
                Err(ResponseError::Refused { error, said })
            }
        }
    }
}

/// RFC 6749 appendix A.11: visible characters and spaces.
fn is_code(code: &str) -> bool {
    !code.is_empty() && code.len() <= 8192 && code.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

/// RFC 6749 §4.1.2.1's codes in plain words; the server's own follow.
fn refusal(error: &str) -> String {
    match error {
        "access_denied" => "access was denied on the consent page".to_owned(),
        "invalid_scope" => "the authorization server refused the requested scopes".to_owned(),
        "invalid_target" => "the authorization server does not know this resource".to_owned(),
        "unauthorized_client" => {
            "the authorization server does not let this client log in this way".to_owned()
        }
        "server_error" => "the authorization server had an error".to_owned(),
        "temporarily_unavailable" => "the authorization server is busy".to_owned(),
        other => format!(
            "the authorization server refused the login ({})",
            excerpt(other)
        ),
    }
}
