//! Rules that hold line by line: lengths, module docs, leftovers, and what a test must not do.

use super::problem::Problem;
use super::source::Code;
use super::tree::File;

/// Lines without their test modules. Good files have 100 to 300.
const LONG: usize = 400;
/// A file of tests is read one test at a time.
const LONG_FOR_TESTS: usize = 700;

/// Written in two parts, or this file would find itself.
const LEFTOVERS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];
const UNWRITTEN: [&str; 2] = ["unimplemented!", "todo!"];
const CLOCKS: [&str; 2] = ["SystemTime::now", "Instant::now"];

pub fn check(file: &File) -> Vec<Problem> {
    let mut problems = leftovers(file);
    match file.extension() {
        "rs" => problems.extend(rust(file)),
        "ts" | "svelte" | "mjs" if !file.path.starts_with("ui/src/bindings/") => {
            problems.extend(length(file, file.text.lines().count()));
            if file.is_test() {
                problems.extend(sleeps(
                    file,
                    file.text
                        .lines()
                        .enumerate()
                        .map(|(index, line)| (index + 1, line)),
                ));
            }
        }
        _ => {}
    }
    problems
}

fn rust(file: &File) -> Vec<Problem> {
    let code = Code::of(file);
    let own = if file.is_test() {
        code.lines().count()
    } else {
        code.lines().filter(|(.., test)| !test).count()
    };
    let mut problems: Vec<Problem> = length(file, own).into_iter().collect();
    if !file.text.starts_with("//!") {
        problems.push(Problem::new(
            &file.path,
            1,
            "does not open with `//!`",
            "the first line tells a reader whether to read on",
            "write one sentence of what the file is responsible for, and the RFC section it speaks for",
        ));
    }
    problems.extend(sleeps(
        file,
        code.lines()
            .filter(|(.., test)| *test)
            .map(|(number, line, _)| (number, line)),
    ));
    for (number, line, _) in code.lines() {
        let at = |what: &str, why, now| Problem::new(&file.path, number, what, why, now);
        if let Some(word) = UNWRITTEN.iter().find(|word| line.contains(**word)) {
            problems.push(at(
                &format!("`{word}`"),
                "it panics in front of a person",
                "write it, or leave the case out of the type",
            ));
        }
        if line.contains("#[ignore") {
            problems.push(at(
                "an ignored test",
                "a test that does not run says nothing, and looks as if it did",
                "make it run everywhere, or take it out",
            ));
        }
        let clock = CLOCKS.iter().find(|clock| line.contains(**clock));
        if let Some(clock) = clock.filter(|_| is_pure(&file.path)) {
            problems.push(at(
                &format!("`{clock}` in a pure crate"),
                "the protocol's rules are pure; a test sets the time",
                "take `now` as an argument",
            ));
        }
    }
    problems
}

fn is_pure(path: &str) -> bool {
    [
        "crates/oauth/src/",
        "crates/messages/src/",
        "crates/model/src/",
    ]
    .iter()
    .any(|folder| path.starts_with(folder))
}

fn length(file: &File, lines: usize) -> Option<Problem> {
    let why = "past this nobody reads a file as a whole";
    let problem = Problem::new(
        &file.path,
        1,
        format!("{lines} lines without tests"),
        why,
        "split it by the nouns it talks about",
    );
    let most = if file.is_test() { LONG_FOR_TESTS } else { LONG };
    (lines > most).then_some(problem)
}

fn sleeps<'t>(file: &File, lines: impl Iterator<Item = (usize, &'t str)>) -> Vec<Problem> {
    let problem = |(number, _)| {
        Problem::new(
            &file.path,
            number,
            "a test that sleeps",
            "it is slow on a fast machine and fails on a slow one",
            "wait for the thing itself, with a limit: a reply, a channel, a clock that the test moves",
        )
    };
    let calls = |line: &str| {
        line.match_indices("sleep(").any(|(at, _)| {
            !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
        })
    };
    lines.filter(|(_, line)| calls(line)).map(problem).collect()
}

fn leftovers(file: &File) -> Vec<Problem> {
    // Lockfiles are full of hashes.
    if file.extension() == "json" {
        return Vec::new();
    }
    let words = |line: &str| {
        line.split(|char: char| !char.is_alphanumeric())
            .find_map(|word| LEFTOVERS.into_iter().find(|left| *left == word))
    };
    let found = file
        .text
        .lines()
        .enumerate()
        .filter_map(|(index, line)| Some((index + 1, words(line)?)));
    let problem = |(number, word)| {
        Problem::new(
            &file.path,
            number,
            format!("`{word}`"),
            "nobody comes back to it",
            "do it now, or open an issue and link it in a sentence",
        )
    };
    found.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::{LEFTOVERS, LONG, LONG_FOR_TESTS, check};
    use crate::tidy::tree::File;

    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        check(&File {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .into_iter()
        .map(|problem| (problem.line, problem.what))
        .collect()
    }

    #[test]
    fn a_plain_file_is_fine() {
        assert_eq!(
            found("crates/a/src/lib.rs", "//! What it is.\n\nfn a() {}\n"),
            []
        );
    }

    #[test]
    fn a_file_says_first_what_it_is() {
        assert_eq!(found("crates/a/src/lib.rs", "use std::fs;\n").len(), 1);
        assert_eq!(found("ui/src/a.ts", "export {};\n"), []);
    }

    #[test]
    fn lengths_leave_the_tests_out() {
        let long = |own: usize, tests: usize| {
            format!(
                "//! x\n{}#[cfg(test)]\nmod tests {{\n{}}}\n",
                "\n".repeat(own),
                "\n".repeat(tests)
            )
        };
        let refused = |path: &str, text: String| {
            !check(&File {
                path: path.to_owned(),
                text,
            })
            .is_empty()
        };
        assert!(!refused("a.rs", long(LONG - 1, 9999)));
        assert!(refused("a.rs", long(LONG + 1, 0)));
        assert!(!refused("tests/a.rs", long(LONG + 1, 0)));
        assert!(refused("tests/a.rs", long(LONG_FOR_TESTS + 1, 0)));
    }

    #[test]
    fn leftovers_are_whole_words() {
        for word in LEFTOVERS {
            assert_eq!(
                found("ui/src/a.css", &format!("a {{}}\n/* {word}: later */\n")),
                [(2, format!("`{word}`"))]
            );
            assert_eq!(found("ui/src/a.css", &format!("/* {word}LIST */\n")), []);
        }
    }

    #[test]
    fn unwritten_code_and_ignored_tests_are_found_in_code_only() {
        let text = "//! x\nfn a() { todo!() }\n// todo!()\n#[ignore = \"slow\"]\nconst A: &str = \"#[ignore]\";\n";
        assert_eq!(
            found("crates/a/src/lib.rs", text)
                .iter()
                .map(|(line, _)| *line)
                .collect::<Vec<_>>(),
            [2, 4]
        );
    }

    #[test]
    fn oauth_reads_no_clock() {
        let text = "//! x\nfn a() { std::time::SystemTime::now(); }\n";
        assert_eq!(found("crates/oauth/src/time.rs", text).len(), 1);
        assert_eq!(found("crates/broker/src/time.rs", text), []);
    }

    #[test]
    fn tests_do_not_sleep() {
        let text =
            "//! x\nfn wait() { sleep(1); }\n#[cfg(test)]\nmod tests {\n fn t() { sleep(1); }\n}\n";
        assert_eq!(
            found("crates/a/src/lib.rs", text)
                .iter()
                .map(|(line, _)| *line)
                .collect::<Vec<_>>(),
            [5]
        );
        assert_eq!(
            found("crates/a/tests/it/main.rs", "//! x\nfn t() { sleep(1); }\n").len(),
            1
        );
        assert_eq!(found("ui/src/a.test.ts", "await sleep(10);\n").len(), 1);
        assert_eq!(found("ui/src/a.ts", "await sleep(10);\n"), []);
    }
}
