//! Sentences that are told to a person.

/// A sentence of its own, where a server's or an account's name does not begin it.
pub(crate) fn capital(headline: &str) -> String {
    let mut letters = headline.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
