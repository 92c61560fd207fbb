//! Failures as they leave the process, and sentences as a person reads them.

use crate::convert::concession::offer;
use crate::dto::Problem;
use messages::{Language, Text, text};
use model::Code;

/// What leaves the process of a failure.
pub fn problem(error: &broker::Error) -> Problem {
    Problem {
        code: error.code(),
        message: told(error.text()),
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

/// What could not be written as JSON.
pub(crate) fn unwritable(error: &serde_json::Error) -> broker::Error {
    let error = error.to_string();
    broker::Error::new(Code::Internal, text::CallUnwritable { error })
}

/// The sentence for the person. What was written before there were messages may be none yet.
fn told(text: &Text) -> String {
    let line = bounded(&text.told(), &messages::spoken());
    match text.id() {
        "as-written" => sentence(&line),
        _ => line,
    }
}

/// Whatever an error quotes, it stays a line that can be shown (attack U08). A language that is written from right to left keeps
/// the marks which set names apart.
fn bounded(text: &str, language: &Language) -> String {
    const MOST: usize = 1200;
    let sets_apart = |char| language.is_right_to_left() && matches!(char, '\u{2068}' | '\u{2069}');
    let mut line: String = text
        .chars()
        .filter(|char| oauth::uri::is_printable(*char) || sets_apart(*char))
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
    use super::{bounded, sentence};
    use messages::Language;

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

    #[test]
    fn attack_u08_marks_that_set_names_apart_stay_where_they_are_read() {
        let text = "\u{2068}notes\u{2069}\u{202e} refused.\n";
        assert_eq!(bounded(text, &Language::english()), "notes refused.");
        let other = Language::of_tag("en-XA").expect("made by code");
        assert_eq!(
            bounded(text, &other),
            "\u{2068}notes\u{2069} refused.",
            "and nothing that turns the line around"
        );
        assert_eq!(
            bounded(&"x".repeat(5_000), &other).chars().count(),
            1_201,
            "cut off, and an ellipsis"
        );
    }
}
