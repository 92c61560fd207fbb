//! Domain values as the window sees them. Nothing in here reaches for a token.

mod agent;
mod grant;
mod resource;

pub(crate) use agent::{agent, event};
pub(crate) use grant::{grant, pending, receipt};
pub(crate) use resource::{detail, resource, step};

use crate::dto;

pub(crate) fn failure(error: &broker::Error) -> dto::Failure {
    dto::Failure { code: error.code().as_str().to_owned(), message: sentence(&error.to_string()), hint: error.hint() }
}

/// Errors read on after a colon; for a person they begin with a capital and end with a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let rest = letters.as_str();
    if rest.ends_with(['.', '!', '?']) { format!("{first}{rest}") } else { format!("{first}{rest}.") }
}
