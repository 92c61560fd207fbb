//! Why what came back from the browser isn't taken.

use messages::{Arg, Text, text};
use model::quoting;
use oauth::authorization::{LIFETIME_SECONDS, ResponseError};
use oauth::uri::excerpt;

/// With the issuer's own words behind it, if it had any.
pub(crate) fn text(error: &ResponseError) -> Text {
    match error {
        ResponseError::NotACallback => text::CallbackNotOne.into(),
        ResponseError::Duplicate(name) => text::CallbackTwice { name: *name }.into(),
        ResponseError::Empty => text::CallbackEmpty.into(),
        ResponseError::IssMissing { issuer } => text::CallbackUnsigned {
            issuer: issuer.as_str(),
        }
        .into(),
        ResponseError::IssMismatch { issuer } => text::CallbackOtherService {
            issuer: issuer.as_str(),
        }
        .into(),
        ResponseError::WrongPlace { issuer } => text::CallbackOtherPlace {
            issuer: issuer.as_str(),
        }
        .into(),
        ResponseError::Expired => text::CallbackExpired {
            limit: Arg::span(LIFETIME_SECONDS),
        }
        .into(),
        ResponseError::Refused { error, said } => quoting(refused(error), said.as_ref()),
    }
}

/// RFC 6749 §4.1.2.1's codes in plain words.
fn refused(error: &str) -> Text {
    match error {
        "access_denied" => text::CallbackDenied.into(),
        "invalid_scope" => text::CallbackScopes.into(),
        "invalid_target" => text::CallbackTarget.into(),
        "unauthorized_client" => text::CallbackClient.into(),
        "server_error" => text::CallbackServerError.into(),
        "temporarily_unavailable" => text::CallbackBusy.into(),
        other => text::CallbackRefused {
            code: excerpt(other),
        }
        .into(),
    }
}
