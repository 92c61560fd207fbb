//! Why there are no tokens.

use super::{http, private_key};
use messages::{Text, text};
use model::quoting;
use oauth::token::{ErrorCode, TokenError};

/// With the issuer's own words behind it, if it had any.
pub(crate) fn text(error: &TokenError) -> Text {
    let said = match error {
        // The words to the first try say what was wrong; those to the second only that it came too late.
        TokenError::Spent { first, .. } => first.as_ref(),
        _ => error.said(),
    };
    quoting(in_our_words(error), said)
}

fn in_our_words(error: &TokenError) -> Text {
    match error {
        TokenError::InvalidGrant { host, .. } => text::TokenGrantEnded { host }.into(),
        TokenError::InvalidClient { host, .. } => text::TokenClientUnknown { host }.into(),
        TokenError::Key { host, source } => {
            let why = private_key::text(source);
            text::TokenKey { host, why }.into()
        }
        TokenError::Refused { host, error, .. } => match error {
            ErrorCode::OAuth(code) => text::TokenRefused { host, code }.into(),
            ErrorCode::Status(status) => {
                let status = status.to_string();
                text::TokenRefusedWithStatus { host, status }.into()
            }
        },
        TokenError::Spent { host, .. } => text::TokenSpent { host }.into(),
        TokenError::Pending { .. } => text::TokenPending.into(),
        TokenError::Request { host, why: detail } => text::TokenUnwritten { host, detail }.into(),
        TokenError::Malformed { host, why: detail } => text::TokenMalformed { host, detail }.into(),
        TokenError::Unavailable {
            host, why: detail, ..
        } => text::TokenUnavailable { host, detail }.into(),
        TokenError::Http(error) => http::text(error),
    }
}
