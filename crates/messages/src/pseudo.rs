//! The pseudo-locale: English that shows what is not translated, what is too short for other languages, and what cannot be
//! read from right to left.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::{parser, serializer};

/// Right-to-left isolate, and its end.
const MARKS: [&str; 2] = ["\u{2067}", "\u{2069}"];
/// Each letter that becomes another. Those in `LONG` come twice, which makes a sentence two fifths longer.
const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED: &str = "áƀčďéƒǧĥíĵķľḿńóṕɋŕšťúṽŵẋýžÁƁČĎÉƑǦĤÍĴĶĽḾŃÓṔɊŔŠŤÚṼŴẊÝŽ";
const LONG: &str = "aeiouyn";

/// An English file in the pseudo-locale. Placeables and what is between backticks stay: names, commands, fields of protocols.
pub(crate) fn source(english: &str) -> String {
    let (Ok(mut resource) | Err((mut resource, _))) = parser::parse(english.to_owned());
    for entry in &mut resource.body {
        if let Entry::Message(message) = entry
            && let Some(pattern) = &mut message.value
        {
            accent(pattern, &mut false);
            let mark = |mark: &str| PatternElement::TextElement {
                value: mark.to_owned(),
            };
            pattern.elements.insert(0, mark(MARKS[0]));
            pattern.elements.push(mark(MARKS[1]));
        }
    }
    serializer::serialize(&resource)
}

/// A placeable may be between two backticks, so whether one is open goes on behind it.
fn accent(pattern: &mut Pattern<String>, quoted: &mut bool) {
    for element in &mut pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                *value = value
                    .chars()
                    .map(|letter| instead_of(letter, quoted))
                    .collect();
            }
            PatternElement::Placeable { expression } => within(expression, *quoted),
        }
    }
}

fn within(expression: &mut Expression<String>, quoted: bool) {
    match expression {
        Expression::Select { variants, .. } => {
            for variant in variants {
                accent(&mut variant.value, &mut quoted.clone());
            }
        }
        Expression::Inline(InlineExpression::Placeable { expression }) => {
            within(expression, quoted);
        }
        Expression::Inline(_) => {}
    }
}

fn instead_of(letter: char, quoted: &mut bool) -> String {
    *quoted ^= letter == '`';
    let at = PLAIN.chars().position(|plain| plain == letter);
    let accented = at
        .filter(|_| !*quoted)
        .and_then(|at| ACCENTED.chars().nth(at));
    let Some(accented) = accented else {
        return letter.to_string();
    };
    let count = if LONG.contains(letter) { 2 } else { 1 };
    std::iter::repeat_n(accented, count).collect()
}

#[cfg(test)]
mod tests {
    use super::{ACCENTED, PLAIN, source};

    #[test]
    fn each_letter_has_its_own() {
        assert_eq!(PLAIN.chars().count(), ACCENTED.chars().count());
    }

    #[test]
    fn words_change_and_names_and_commands_do_not() {
        let english = "a = Run `gatelodge login { $server }` now, { $name }.\n";
        let pseudo = "a = \u{2067}Ŕúúńń `gatelodge login { $server }` ńńóóŵ, { $name }.\u{2069}\n";
        assert_eq!(source(english), pseudo);
    }

    #[test]
    fn each_variant_changes() {
        let english = "a =\n    { $count ->\n        [one] one day\n       *[other] `x` { $count } days\n    }\n";
        let pseudo = source(english);
        assert!(pseudo.contains("[one] óóńńéé ďááýý"), "{pseudo}");
        assert!(
            pseudo.contains("*[other] `x` { $count } ďááýýš"),
            "{pseudo}"
        );
    }

    #[test]
    fn a_sentence_is_two_fifths_longer() {
        let sentence = "The server refused a request that needs this scope. Log in again to add it. Agents that may use all scopes get it as well.";
        let english = format!("a = {sentence}\n");
        let (short, long) = (english.chars().count(), source(&english).chars().count());
        assert!(
            (130..=150).contains(&(long * 100 / short)),
            "{short} → {long}"
        );
    }
}
