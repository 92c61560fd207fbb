//! What a server said when it refused, in its own words: shown, never understood. OAuth fixes the shape of an error
//! (RFC 6749 §5.2, RFC 7591 §3.2.2); real servers answer in the shapes of their frameworks as well.

mod content;

use crate::http::Response;
use crate::secret::Secret;
use crate::uri::visible;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The words as they came: whole, in one line, without characters that move the cursor, reorder or hide text, and without
/// a secret that the server was sent. Printed ([`Display`](std::fmt::Display)), they are quoted and shortened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorDescription(String);

/// How much of it a sentence holds. An address to turn to often stands at the end of an explanation.
const MOST_SHOWN: usize = 500;
/// A shorter secret is found inside of common words, and counts only where it stands alone.
const SHORTEST_FOUND_ANYWHERE: usize = 8;

impl ErrorDescription {
    /// The words of a refusal, whatever its shape. `sent` are the secrets that the server knows: words that repeat one are
    /// nobody's to read.
    pub fn of(response: &Response, sent: &[Secret]) -> Option<Self> {
        content::words(response, true)
            .and_then(|text| Self::unless_it_repeats(&text, response, sent))
    }

    /// The same beside the OAuth member `error`, where that is told by itself.
    pub fn beside_error(response: &Response, sent: &[Secret]) -> Option<Self> {
        content::words(response, false)
            .and_then(|text| Self::unless_it_repeats(&text, response, sent))
    }

    /// Nor is what comes for us alone: a refusal may hold tokens.
    fn unless_it_repeats(text: &str, response: &Response, sent: &[Secret]) -> Option<Self> {
        let came = content::secrets(response);
        Self::new(text, sent).filter(|said| !repeats(said.whole(), &came))
    }

    /// Words that came in another way than as an answer's body.
    pub fn new(text: &str, sent: &[Secret]) -> Option<Self> {
        let text = in_one_line(text);
        let is_empty = !text.chars().any(char::is_alphanumeric);
        (!is_empty && !repeats(&text, sent)).then_some(Self(text))
    }

    /// All of it, for programs.
    pub fn whole(&self) -> &str {
        &self.0
    }

    /// Whether it names this, in upper or lower case.
    pub fn mentions(&self, word: &str) -> bool {
        self.0.to_ascii_lowercase().contains(word)
    }
}

impl std::fmt::Display for ErrorDescription {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown: String = self.0.chars().take(MOST_SHOWN).collect();
        if shown.len() < self.0.len() {
            shown.push('…');
        }
        write!(formatter, "{shown:?}")
    }
}

/// Whether an answer in JSON says why it is not what was asked for.
pub(crate) fn explains(response: &Response) -> bool {
    content::explains(response)
}

/// Whether an answer in JSON says that it failed, whatever its status: by a member for errors that is filled, or by one for
/// success that is false.
pub(crate) fn is_error(response: &Response) -> bool {
    content::is_error(response)
}

/// The end of a sentence about a refusal.
pub(crate) fn clause(said: Option<&ErrorDescription>) -> String {
    said.map_or_else(String::new, |said| format!("; it says: {said}"))
}

/// An issuer that repeats what it was sent must not make us show it: not as it is, and not in the shapes that requests and
/// JSON give to it.
pub fn repeats(text: &str, sent: &[Secret]) -> bool {
    // Taken apart by characters that nobody sees, a secret could be put together again.
    let joined = text.chars().filter(char::is_ascii_graphic).collect();
    let shapes = [
        text.to_owned(),
        text.replace('\\', ""),
        decoded(text),
        decoded(&text.replace('+', "%2B")),
        joined,
    ];
    let mut secrets = sent
        .iter()
        .map(Secret::expose)
        .filter(|secret| !secret.is_empty());
    secrets.any(|secret| shapes.iter().any(|shape| holds(shape, secret)))
}

/// A form's text as it was before it was encoded.
fn decoded(text: &str) -> String {
    let one_name = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(one_name.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// What a request holds that its answer must not make us show: every parameter of its form but those that anyone may know,
/// and what stands in its `Authorization`.
pub(crate) fn secrets_in(form: &str, authorization: Option<&Secret>) -> Vec<Secret> {
    const OPEN: [&str; 12] = [
        "grant_type",
        "client_id",
        "redirect_uri",
        "resource",
        "scope",
        "audience",
        "token_type_hint",
        "client_assertion_type",
        "subject_token_type",
        "requested_token_type",
        "actor_token_type",
        "response_type",
    ];
    let parameters = url::form_urlencoded::parse(form.as_bytes())
        .filter(|(name, _)| !OPEN.contains(&name.as_ref()))
        .map(|(_, value)| Secret::new(value.into_owned()));
    let proofs = authorization
        .into_iter()
        .map(Secret::expose)
        .flat_map(|value| {
            let credentials = value
                .split_once(' ')
                .map_or(value, |(_, credentials)| credentials);
            let pair = STANDARD
                .decode(credentials)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .unwrap_or_default();
            let secret = pair
                .split_once(':')
                .map(|(_, secret)| decoded(secret))
                .unwrap_or_default();
            [Secret::new(credentials), Secret::new(secret)]
        });
    parameters.chain(proofs).collect()
}

fn holds(text: &str, secret: &str) -> bool {
    if secret.len() >= SHORTEST_FOUND_ANYWHERE {
        return text.contains(secret);
    }
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(secret).any(|(at, found)| {
        !goes_on(text[..at].chars().next_back())
            && !goes_on(text[at + found.len()..].chars().next())
    })
}

fn in_one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    visible(&words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_x11_all_that_a_request_proves_itself_by_is_known() {
        let form = "grant_type=refresh_token&refresh_token=rt%2B1&client_id=open&client_secret=cs&resource=https%3A%2F%2Fh";
        let basic = Secret::new(format!("Basic {}", STANDARD.encode("open:a%20pass")));
        let secrets = secrets_in(form, Some(&basic));
        let mut known: Vec<_> = secrets.iter().map(Secret::expose).collect();
        known.sort_unstable();
        assert_eq!(known, ["a pass", "b3BlbjphJTIwcGFzcw==", "cs", "rt+1"]);
    }

    fn said(text: &str, secret: &str) -> Option<String> {
        ErrorDescription::new(text, &[Secret::new(secret)]).map(|said| said.whole().to_owned())
    }

    #[test]
    fn it_is_shortened_where_it_is_printed_and_whole_for_programs() {
        let text = format!("{} https://forms.example/ask", "w".repeat(490));
        let said = ErrorDescription::new(&text, &[]).expect("words");
        assert_eq!(said.whole(), text);
        assert_eq!(
            said.to_string().chars().count(),
            500 + "…".chars().count() + "\"\"".len()
        );
        let short =
            ErrorDescription::new("ask at https://forms.example/a?b=1#c", &[]).expect("words");
        assert_eq!(
            clause(Some(&short)),
            r#"; it says: "ask at https://forms.example/a?b=1#c""#
        );
        assert_eq!(clause(None), "");
    }

    #[test]
    fn nothing_in_it_moves_the_cursor_or_hides() {
        let hidden = "a\u{1b}[31m\tb\r\n c\u{202e}d\u{200b}e\u{2066}f\u{ad}g\u{e0041}h\u{2028}i\u{3164}j\u{feff}k\u{fe01}l";
        let shown = said(hidden, "none of it").expect("words");
        assert_eq!(shown, "a�[31m b c�d�e�f�g�h i�j�k�l");
        for nothing in ["", "  \r\n", "\u{202e}\u{200b}", "{}", "--"] {
            assert_eq!(said(nothing, "none of it"), None, "{nothing:?}");
        }
    }

    #[test]
    fn attack_x11_a_secret_is_known_in_every_shape_that_it_was_sent_in() {
        let secret = "se/cr+et value";
        for repeated in [
            "bad token se/cr+et value",
            "bad token se%2Fcr%2Bet%20value",
            "bad token se%2fcr%2bet+value!",
            r"bad token se\/cr+et value",
        ] {
            assert_eq!(said(repeated, secret), None, "{repeated}");
        }
        assert_eq!(said("bad token abcdefgh", "abcdefgh"), None);
        assert_eq!(
            said("bad token a\u{200b}bcd\u{200b}efgh", "abcdefgh"),
            None,
            "put together again"
        );
        assert!(said("bad token", secret).is_some());
    }

    #[test]
    fn a_short_secret_is_found_where_it_stands_alone_only() {
        assert!(said("invalid client secret", "s").is_some());
        assert!(said("invalid client_secret", "secret").is_some());
        assert_eq!(said("the value 's' is wrong", "s"), None);
        assert!(said("anything", "").is_some(), "an empty secret is none");
    }
}
