//! Sentences that are told to a person.

use messages::{Text, text};
use oauth::error_description::ErrorDescription;

/// A failure with the other server's own words behind it, as far as a sentence holds them.
pub(crate) fn quoting(what: impl Into<Text>, said: Option<&ErrorDescription>) -> Text {
    let what = what.into();
    match said.map(ToString::to_string) {
        Some(said) => text::InItsWords { what, said }.into(),
        None => what,
    }
}

/// What was written before there were messages, as a sentence of its own.
pub(crate) fn sentence(text: &Text) -> Text {
    match text.id() {
        "as-written" => capital(text.to_string().trim_end_matches('.')).into(),
        _ => text.clone(),
    }
}

/// A sentence of its own, where a server's or an account's name does not begin it.
pub(crate) fn capital(headline: &str) -> String {
    let mut letters = headline.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
