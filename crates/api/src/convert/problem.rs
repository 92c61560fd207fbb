//! Failures as they leave the process, and sentences as a person reads them.

use crate::convert::concession::offer;
use crate::dto::Problem;

/// What leaves the process of a failure.
pub fn problem(error: &broker::Error) -> Problem {
    Problem {
        code: error.code(),
        message: sentence(&bounded(&error.text().told())),
        hint: error.hint().told(),
        remedies: error.remedies().to_vec(),
        concession: error
            .concession()
            .map(|concession| Box::new(offer(concession, error.pattern()))),
        concessions: Some(
            error
                .offers()
                .iter()
                .map(|(concession, pattern)| offer(*concession, pattern.as_ref()))
                .collect(),
        ),
        scopes: error
            .scopes()
            .map(oauth::scope::Scopes::to_vec)
            .unwrap_or_default(),
        scopes_instead: error.scopes_instead().map(oauth::scope::Scopes::to_vec),
        said: error.said().map(|said| said.whole().to_owned()),
    }
}

/// Whatever an error quotes, it stays a line that can be shown (attack U08).
fn bounded(text: &str) -> String {
    const MOST: usize = 1200;
    let mut line: String = text
        .chars()
        .filter(|char| oauth::uri::is_printable(*char))
        .take(MOST)
        .collect();
    if line.len() < text.len() && line.chars().count() == MOST {
        line.push('…');
    }
    line
}

/// What our own sentences begin with. Any other first word may be the name of a server, an agent or an account, or an address,
/// and stays as it is written.
const OPENINGS: [&str; 24] = [
    "a", "an", "another", "cannot", "in", "it", "its", "neither", "no", "nobody", "not", "nothing",
    "only", "several", "some", "that", "the", "there", "these", "this", "to", "what", "you",
    "your",
];

/// Errors read on after a colon; for a person they begin with a capital and end with a full stop.
pub fn sentence(text: &str) -> String {
    let is_ours = text
        .split(' ')
        .next()
        .is_some_and(|word| OPENINGS.contains(&word));
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .map(|first| {
            if is_ours {
                first.to_uppercase().collect()
            } else {
                first.to_string()
            }
        })
        .unwrap_or_default();
    let rest = letters.as_str();
    if rest.ends_with(['.', '!', '?']) {
        format!("{first}{rest}")
    } else {
        format!("{first}{rest}.")
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_sentence_of_ours_has_a_capital_and_a_name_stays_as_it_is() {
        assert_eq!(
            sentence("nobody is logged in to notes"),
            "Nobody is logged in to notes."
        );
        assert_eq!(
            sentence("the file cannot be read."),
            "The file cannot be read."
        );
        for named in [
            "w has no permit for this resource.",
            "notes refused tools/list.",
            "élan is there.",
            "127.0.0.1:4283 cannot be reached.",
        ] {
            assert_eq!(sentence(named), named);
        }
    }
}
