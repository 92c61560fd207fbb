//! Sentences with a server's words in them, for Markdown: an owner's issue tracker must fetch no picture, show no link and call
//! nobody because a server's document said so.
//!
//! Some programs read marks (`@somebody`, addresses) behind a backslash all the same, and in code none does: whatever is more
//! than a word is code.

/// One piece of code, whatever it is.
pub(super) fn code(text: &str) -> String {
    let text = in_one_line(text).replace('`', "");
    match text.trim() {
        "" => String::new(),
        text => format!("`{text}`"),
    }
}

/// Our own sentences, in which code may be marked, with others' words anywhere in them. However the marks of others fall,
/// each part is either code or words.
pub(super) fn prose(text: &str) -> String {
    let text = in_one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    let closed = |index: usize| index + 1 < parts.len();
    let written = parts
        .iter()
        .enumerate()
        .map(|(index, part)| match index % 2 {
            1 if closed(index) => code(part),
            _ => part.split(' ').map(word).collect::<Vec<_>>().join(" "),
        });
    written.collect()
}

/// As it is where nothing could read more than letters in it.
fn word(word: &str) -> String {
    let begin = word.trim_start_matches(['(', '"', '\'', '“', '„', '«', '‘']);
    let core =
        begin.trim_end_matches(['.', ',', ';', ':', '?', ')', '"', '\'', '”', '“', '»', '’']);
    let (before, after) = (&word[..word.len() - begin.len()], &begin[core.len()..]);
    if is_plain(core) {
        word.to_owned()
    } else {
        format!("{before}{}{after}", code(core))
    }
}

fn is_plain(word: &str) -> bool {
    // A point within a word is part of an address; within a number it is not.
    let is_address = word
        .split('.')
        .skip(1)
        .any(|part| part.starts_with(char::is_alphabetic));
    !is_address
        && word.chars().all(|c| {
            c.is_alphanumeric()
                || matches!(
                    c,
                    '-' | '–'
                        | '—'
                        | '.'
                        | ','
                        | '\''
                        | '’'
                        | '('
                        | ')'
                        | '%'
                        | '='
                        | '+'
                        | '§'
                        | '…'
                )
        })
}

fn in_one_line(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_whitespace() || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a reader of Markdown sees that is no code (CommonMark §6.1): a run of marks is closed by the next one as long.
    pub(crate) fn outside_of_code(line: &str) -> String {
        let runs: Vec<(usize, usize)> = runs(line);
        let (mut out, mut at, mut index) = (String::new(), 0, 0);
        while let Some((start, length)) = runs.get(index).copied() {
            let close = runs[index + 1..]
                .iter()
                .position(|(_, other)| *other == length)
                .map(|ahead| index + 1 + ahead);
            out.push_str(&line[at..start]);
            (at, index) = match close {
                Some(close) => (runs[close].0 + length, close + 1),
                None => (start, index + 1),
            };
        }
        out + &line[at..]
    }

    fn runs(line: &str) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, _) in line.match_indices('`') {
            match runs.last_mut() {
                Some((start, length)) if *start + *length == at => *length += 1,
                _ => runs.push((at, 1)),
            }
        }
        runs
    }

    #[test]
    fn words_stay_words_and_the_rest_is_code() {
        for (text, written) in [
            (
                "Add `resource`: the address.",
                "Add `resource`: the address.",
            ),
            (
                "Run `gatelodge add x` (once).",
                "Run `gatelodge add x` (once).",
            ),
            (
                "You log in at login.example; the issuer is as.example.",
                "You log in at `login.example`; the issuer is `as.example`.",
            ),
            (
                "List S256 in code_challenge_methods_supported.",
                "List S256 in `code_challenge_methods_supported`.",
            ),
            (
                "it answered status 404 (RFC 8414 §3.3)",
                "it answered status 404 (RFC 8414 §3.3)",
            ),
            ("an unclosed ` mark", "an unclosed  mark"),
            ("``` and ``", "`and`"),
        ] {
            assert_eq!(prose(text), written);
        }
    }

    #[test]
    fn nothing_that_a_server_wrote_is_read_as_markdown() {
        for hostile in [
            "![x](https://evil.example/t.png)",
            "<img src=https://evil.example/t.png>",
            "[Fix it](https://evil.example)",
            "@org/team",
            "a@evil.example",
            "www.evil.example",
            "#1",
            "**bold** _it_ ~~no~~ | a |",
            "&lt;b&gt; \\@org",
            "a\n# b\n\n![x](https://evil.example)",
        ] {
            for marked in [
                hostile.to_owned(),
                format!("`{hostile}"),
                format!("{hostile}`"),
                format!("``{hostile}`"),
                format!("`x`{hostile}`y`"),
                format!("```{hostile}~~~ `` {hostile}"),
                format!("@`` `{hostile}` `@"),
            ] {
                let line = prose(&format!(
                    "It says \"{marked}\". Add `resource` to {marked}, and {marked}."
                ));
                let seen = outside_of_code(&line);
                assert!(
                    !seen.contains([
                        '!', '<', '[', ']', '@', '#', '*', '_', '~', '|', '\\', '&', '\n', '`'
                    ]),
                    "{line} {seen}"
                );
                assert!(
                    !seen.contains("://") && !seen.contains("www."),
                    "{line} {seen}"
                );
            }
        }
    }
}
