//! Every message is said somewhere: by Rust as `text::LoginExpired`, or by the window as `'login-expired'`.

use std::collections::HashSet;

use super::problem::Problem;
use super::source::Code;
use super::tree::File;

const ENGLISH: &str = "messages/en/";

pub fn check(files: &[File]) -> Vec<Problem> {
    let mut problems = unsaid(files);
    problems.extend(
        files
            .iter()
            .filter(|file| is_messages(file))
            .flat_map(typed),
    );
    problems
}

fn is_messages(file: &File) -> bool {
    file.path.starts_with("messages/") && file.extension() == "ftl"
}

/// Apostrophes as keyboards have them. Each place shows the one that suits it, and makes it of the one of print.
fn typed(file: &File) -> Vec<Problem> {
    let lines = file.text.lines().enumerate();
    let has_one = |line: &str| {
        let outside_of_code = line.split('`').step_by(2);
        !line.starts_with('#') && outside_of_code.into_iter().any(|part| part.contains('\''))
    };
    lines
        .filter(|(_, line)| has_one(line))
        .map(|(index, _)| {
            Problem::new(
                &file.path,
                index + 1,
                "an apostrophe of a keyboard".to_owned(),
                "the window shows the one of print, and a terminal's is made of it",
                "write ’",
            )
        })
        .collect()
}

fn unsaid(files: &[File]) -> Vec<Problem> {
    let mut said: HashSet<String> = HashSet::new();
    for file in files {
        match file.extension() {
            "rs" => said.extend(types(&Code::of(file))),
            "ts" | "svelte" if is_page(file) => said.extend(quoted(&file.text)),
            _ => {}
        }
    }
    let messages = files
        .iter()
        .filter(|file| file.path.starts_with(ENGLISH) && file.extension() == "ftl");
    let unsaid = messages.flat_map(|file| ids(&file.text).map(move |(line, id)| (file, line, id)));
    unsaid
        .filter(|(_, _, id)| !said.contains(*id) && !said.contains(&type_name(id)))
        .map(|(file, line, id)| {
            Problem::new(
                &file.path,
                line,
                format!("nothing says `{id}`"),
                "a sentence that nobody reads is translated into every language",
                "remove it in all languages, or say it: `text::…` in Rust, `'…'` in ui/src",
            )
        })
        .collect()
}

/// The bindings hold every id, and a test says what it likes.
fn is_page(file: &File) -> bool {
    file.path.starts_with("ui/src/")
        && !file.path.starts_with("ui/src/bindings/")
        && !file.is_test()
}

/// Each id with its line. What follows a message is indented, a comment has a `#`, a term a `-`.
fn ids(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(index, line)| {
        let (id, _) = line.split_once('=')?;
        let id = id.trim_end();
        let part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        let is_id = id.starts_with(|char: char| char.is_ascii_alphabetic()) && id.chars().all(part);
        is_id.then_some((index + 1, id))
    })
}

/// What follows `text::` outside of tests.
fn types(code: &Code) -> impl Iterator<Item = String> {
    let words: Vec<(usize, &str)> = code.words().collect();
    let named = |pair: &[(usize, &str)]| {
        let ((at, module), (next, name)) = (pair[0], pair[1]);
        let is_path = module == "text" && code.text[at..next] == *"text::";
        (is_path && !code.is_test(code.line_of(next))).then(|| name.to_owned())
    };
    words
        .windows(2)
        .filter_map(named)
        .collect::<Vec<_>>()
        .into_iter()
}

/// What is between quotes of either kind, and could be an id.
fn quoted(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(['\'', '"']);
    let is_id = |part: &&str| {
        let small = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
        !part.is_empty() && part.chars().all(small)
    };
    parts.filter(is_id).map(str::to_owned)
}

/// `login-expired` is `LoginExpired`.
fn type_name(id: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    id.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::File;

    fn unsaid(path: &str, text: &str) -> Vec<(usize, String)> {
        let file = |path: &str, text: &str| File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let english = "# what = is it\n-brand = Gatelodge\nlogin-expired = It ended.\n\nsave =\n    { $x ->\n       *[a] b = c\n    }\n";
        check(&[file("messages/en/a.ftl", english), file(path, text)])
            .into_iter()
            .map(|problem| (problem.line, problem.what))
            .collect()
    }

    #[test]
    fn a_message_that_nothing_says_is_named() {
        assert_eq!(
            unsaid("crates/a/src/lib.rs", ""),
            [
                (3, "nothing says `login-expired`".to_owned()),
                (5, "nothing says `save`".to_owned())
            ]
        );
    }

    #[test]
    fn rust_and_the_window_say_them() {
        let lines = |path, text| -> Vec<usize> {
            unsaid(path, text)
                .into_iter()
                .map(|(line, _)| line)
                .collect()
        };
        let rust = "fn a() { text::LoginExpired {}; messages::text::Save }";
        assert_eq!(lines("crates/a/src/lib.rs", rust), [0; 0]);
        assert_eq!(
            lines("ui/src/A.svelte", "t('save') + t(\"login-expired\")"),
            [0; 0]
        );
        for (path, text) in [
            (
                "crates/a/src/lib.rs",
                "// text::Save\nfn a() { context::Save; text::Saved }",
            ),
            ("crates/a/tests/it/a.rs", "fn a() { text::Save }"),
            ("ui/src/bindings/Messages.ts", "'save': null;"),
            ("ui/src/a.test.ts", "t('save')"),
            ("ui/src/a.ts", "save('it')"),
        ] {
            assert_eq!(lines(path, text), [3, 5], "{path}");
        }
    }
}
