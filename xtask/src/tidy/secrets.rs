//! What the window may call has no field that could hold a secret.

use super::problem::Problem;
use super::source::{Code, block_end};
use super::tree::File;

/// Types that hold what must not leave the process.
const SECRET: [&str; 6] = [
    "Secret",
    "TokenSet",
    "AccessToken",
    "RefreshToken",
    "Zeroizing",
    "VaultKey",
];

pub fn check(file: &File) -> Vec<Problem> {
    let shown = [
        "crates/api/src/",
        "crates/messages/src/",
        "crates/model/src/",
    ];
    if !shown.iter().any(|room| file.path.starts_with(room)) || file.extension() != "rs" {
        return Vec::new();
    }
    let code = Code::of(file);
    let words: Vec<(usize, &str)> = code.words().collect();
    let mut problems = Vec::new();
    for (at, _) in words
        .iter()
        .filter(|(_, word)| matches!(*word, "struct" | "enum"))
    {
        let Some(open) = code.text[*at..].find(['{', '(', ';']).map(|open| at + open) else {
            continue;
        };
        if !(file.path.contains("/dto/") || crosses(&code.text, *at)) {
            continue;
        }
        let end = if code.text.as_bytes()[open] == b';' {
            open
        } else {
            block_end(&code.text, open)
        };
        for (at, word) in words
            .iter()
            .filter(|(at, word)| (open..end).contains(at) && SECRET.contains(word))
            .filter(|(at, word)| !is_plain_variant(&code.text, *at, word))
        {
            problems.push(Problem::new(
                &file.path,
                code.line_of(*at),
                format!("a `{word}` in what the window sees"),
                "a server's token leaves the process towards its issuer, a permitted agent and its resource, and nowhere else",
                "show what the person needs to know about it: when it ends, its scopes, that it is there",
            ));
        }
    }
    problems
}

/// A variant that holds nothing may be called by what it is about.
fn is_plain_variant(code: &str, at: usize, word: &str) -> bool {
    let before = code[..at].trim_end().chars().next_back();
    let after = code[at + word.len()..].trim_start().chars().next();
    matches!(before, Some('{' | ',' | ']'))
        && matches!(after, Some(',' | '}'))
        && enclosing(&code[..at]) == Some('{')
}

/// The bracket that is open at the end of `before`.
fn enclosing(before: &str) -> Option<char> {
    let mut closed = 0usize;
    for char in before.chars().rev() {
        match char {
            '}' | ')' | ']' | '>' => closed += 1,
            '{' | '(' | '[' | '<' if closed == 0 => return Some(char),
            '{' | '(' | '[' | '<' => closed -= 1,
            _ => {}
        }
    }
    None
}

/// Does the item at `at` derive what takes it over the boundary?
fn crosses(code: &str, at: usize) -> bool {
    let before = &code[..at];
    let attributes = &before[before.rfind(['}', ';']).map_or(0, |end| end + 1)..];
    attributes
        .split(|char: char| !char.is_alphanumeric())
        .any(|word| word == "TS" || word == "Serialize")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::File;

    const NONE: [usize; 0] = [];

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&File {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .iter()
        .map(|problem| problem.line)
        .collect()
    }

    #[test]
    fn a_secret_in_a_dto_is_found() {
        let dto = "pub struct Grant {\n pub id: String,\n pub access: Option<Secret>,\n}\nenum E {\n A(TokenSet),\n}\nstruct Id(pub String);\n";
        assert_eq!(lines("crates/api/src/dto/grant.rs", dto), [3, 6]);
        let among = "struct A(u8, Secret, u8);\nstruct B {\n a: Three<u8, Secret, u8>,\n}\n";
        assert_eq!(lines("crates/api/src/dto/among.rs", among), [1, 3]);
        assert_eq!(
            lines(
                "crates/api/src/lib.rs",
                "#[derive(Debug, TS)]\n#[ts(export)]\npub struct A {\n s: Secret,\n}\n"
            ),
            [4]
        );
    }

    #[test]
    fn what_stays_inside_may_hold_one() {
        assert_eq!(
            lines("crates/api/src/lib.rs", "struct Inside {\n s: Secret,\n}\n"),
            NONE
        );
        assert_eq!(
            lines(
                "crates/vault/src/lib.rs",
                "#[derive(TS)] struct A { s: Secret }"
            ),
            NONE
        );
        assert_eq!(
            lines(
                "crates/api/src/dto/a.rs",
                "/// No Secret here.\nstruct A { secrets: u32 }\nfn f(s: Secret) {}"
            ),
            NONE
        );
        assert_eq!(
            lines(
                "crates/api/src/dto/a.rs",
                "enum Kind {\n #[x]\n RefreshToken,\n /// B.\n AccessToken,\n}"
            ),
            NONE,
            "the name of a kind"
        );
    }
}
