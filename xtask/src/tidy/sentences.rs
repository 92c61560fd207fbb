//! What people read is in `messages/`, and in no literal of Rust: a sentence in the code could not be translated.

use super::problem::Problem;
use super::source::Code;
use super::tree::File;

/// The rooms that speak to people. `oauth` speaks to none: its errors are data, and their texts are for logs.
const ROOMS: [&str; 7] = [
    "crates/model/src/",
    "crates/vault/src/",
    "crates/broker/src/",
    "crates/endpoint/src/",
    "crates/api/src/",
    "crates/cli/src/",
    "src-tauri/src/",
];

/// Files that write for programs: TypeScript, a desktop entry, a shell's words; or that hold names of commands.
const WRITERS: [&str; 5] = [
    "crates/api/src/bindings.rs",
    "crates/api/src/convert/agent.rs",
    "crates/cli/src/args/help/table.rs",
    "crates/cli/src/commands/agent/key.rs",
    "src-tauri/src/deep_link/desktop_entry.rs",
];

/// Data of more than one word: what seals are bound to, what issuers say, what stands in a vault, and what logs hold.
const DATA: [&str; 14] = [
    ", id, uri, name",
    "[vault key]",
    "a cancelled login",
    "bound to a key",
    "gatelodge row 1",
    "gatelodge vault 1",
    "its rows are sealed",
    "rowid AS row_id",
    "this key opens this vault",
    "this workload",
    "timed out",
    "too late",
    "too old",
    "{} cannot be named",
];

/// Who takes a text that no person reads: logs, faults of ours, and what is only told apart.
const FOR_OTHERS: [&str; 11] = [
    "custom",
    "debug",
    "error",
    "expect",
    "info",
    "listed",
    "panic",
    "trace",
    "unreachable",
    "warn",
    "with_seal",
];

pub fn check(file: &File) -> Vec<Problem> {
    if file.extension() != "rs"
        || file.is_test()
        || WRITERS.contains(&file.path.as_str())
        || !ROOMS.iter().any(|room| file.path.starts_with(room))
    {
        return Vec::new();
    }
    let code = Code::of(file);
    code.strings()
        .filter(|(_, text)| is_sentence(text))
        .filter(|(at, _)| !code.is_test(code.line_of(*at)))
        .filter(|(at, _)| !is_for_others(&code.text[..*at]))
        .map(|(at, text)| {
            let shown: String = text.chars().take(60).collect();
            Problem::new(
                &file.path,
                code.line_of(at),
                format!("{shown:?} in the code"),
                "what a person reads is a message: one file a language, and the compiler knows each id and its arguments",
                "say it in messages/en, and `text::ItsId` here",
            )
        })
        .collect()
}

/// Two words of letters with a space between them. SQL has its verbs in capitals.
fn is_sentence(text: &str) -> bool {
    let is_word = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        bare.chars().count() > 1 && bare.chars().all(|c| c.is_alphabetic() || c == '\'')
    };
    if DATA.iter().any(|data| text.starts_with(data)) {
        return false;
    }
    let text = without_placeholders(text);
    let words: Vec<&str> = text
        .split([' ', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    let is_sql = words
        .first()
        .is_some_and(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()));
    !is_sql
        && words
            .windows(2)
            .any(|pair| pair.iter().all(|word| is_word(word)))
}

/// What is put in is no word of the code's.
fn without_placeholders(text: &str) -> String {
    let mut depth = 0usize;
    let mut left = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => left.push(letter),
            _ => {}
        }
    }
    left
}

/// The call, macro or attribute around the end of `before`, at any depth of the statement.
fn is_for_others(before: &str) -> bool {
    let mut closed = 0usize;
    let mut rest = before;
    while let Some(at) = rest.rfind(['(', ')', '[', ']', '{', '}', ';']) {
        let bracket = rest.as_bytes()[at];
        rest = &rest[..at];
        match bracket {
            b')' | b']' => closed += 1,
            b'(' | b'[' if closed > 0 => closed -= 1,
            b'(' | b'[' => {
                let caller = rest.trim_end().trim_end_matches('!').trim_end();
                if bracket == b'[' && rest.ends_with('#') {
                    return true;
                }
                let name = caller
                    .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default();
                if FOR_OTHERS.contains(&name) {
                    return true;
                }
            }
            _ if closed == 0 => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::File;

    fn lines(text: &str) -> Vec<usize> {
        let file = File {
            path: "crates/broker/src/x.rs".to_owned(),
            text: text.to_owned(),
        };
        check(&file).iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn a_sentence_for_people_is_found() {
        let text = "fn f() {\n    Error::new(Code::A, format!(\"{x} is not there\"))\n        .with_hint(\"Try again.\")\n}\n";
        assert_eq!(lines(text), [2, 3]);
        assert_eq!(lines("const A: &str = \"Lock the vault\";\n"), [1]);
    }

    #[test]
    fn what_no_person_reads_is_not() {
        for text in [
            "tracing::warn!(%error, \"a row was not kept\");",
            "#[error(\"no such file\")]\nstruct A;",
            "sqlx::query(\"SELECT id FROM grants\");",
            "let x = y.expect(\"it is there\");",
            "let kind = \"resource_added\"; let scope = \"offline_access\";",
            "const SQL: &str = \"DELETE FROM events\";",
            "#[cfg(test)]\nmod tests {\n    fn f() { g(\"two words\"); }\n}",
        ] {
            assert!(lines(text).is_empty(), "{text}");
        }
    }
}
