//! What a registration or the authorization response fails with: its code.

use super::{Code, Error, words};
use oauth::authorization::ResponseError;
use oauth::registration::RegistrationError;

impl From<RegistrationError> for Error {
    fn from(error: RegistrationError) -> Self {
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
        let retry_after = match &error {
            RegistrationError::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        };
        Self::new(code, words::registration::text(&error))
            .with_said(error.said().cloned())
            .with_retry_after(retry_after)
            .with_source(error)
    }
}

impl From<ResponseError> for Error {
    fn from(error: ResponseError) -> Self {
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
        let said = match &error {
            ResponseError::Refused { said, .. } => said.clone(),
            _ => None,
        };
        Self::new(code, words::callback::text(&error))
            .with_said(said)
            .with_source(error)
    }
}
