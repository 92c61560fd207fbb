//! `error_description`: what an agent is told of a refusal, within the alphabet that OAuth has for it.

use messages::{Language, Place, Renderer, Text};
use std::borrow::Cow;
use std::sync::LazyLock;

/// RFC 6749 §5.2: `error_description` is ASCII. A language that needs other letters would lose them there, so English stands in
/// for it. The hint is a field of ours and keeps the person's language.
pub(crate) fn description(text: &Text) -> String {
    static ENGLISH: LazyLock<Renderer> =
        LazyLock::new(|| Renderer::new(Language::english(), Place::Agent));
    let told = text.told_to_agents();
    if plain_quotes(&told).is_ascii() {
        printable(&told)
    } else {
        printable(&ENGLISH.render(text))
    }
}

/// Without the quotation marks of print, which have their likes in ASCII.
fn plain_quotes(text: &str) -> Cow<'_, str> {
    let in_print = |char| matches!(char, '‘' | '’' | '“' | '”' | '„');
    if text.contains(in_print) {
        text.replace(in_print, "'").into()
    } else {
        text.into()
    }
}

/// RFC 6749 §5.2: no quotes, backslashes, or characters outside ASCII.
fn printable(text: &str) -> String {
    let plain = |char: char| match char {
        '"' => '\'',
        '\\' => '/',
        ' '..='~' => char,
        _ => '?',
    };
    plain_quotes(text).chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::description;
    use messages::text;

    #[test]
    fn a_description_keeps_to_the_alphabet() {
        let text = "\"José\"\r\n\\ \u{202e}x “it’s”";
        assert_eq!(
            description(&text::AsWritten { text }.into()),
            "'Jos?'??/ ?x 'it's'"
        );
    }
}
