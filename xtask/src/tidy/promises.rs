//! SECURITY.md promises nothing that no test proves: each promise ends with the names of tests, and each of them is there.

use super::problem::Problem;
use super::source::Code;
use super::tree::File;
use std::collections::HashSet;

const PAGE: &str = "SECURITY.md";
/// The part of the page whose items are promises.
const PROMISES: &str = "## What is promised";

pub fn check(page: &str, files: &[File]) -> Vec<Problem> {
    let tests: HashSet<&str> = files.iter().flat_map(tests).collect();
    let mut problems = Vec::new();
    for (line, promise) in promises(page) {
        let named: Vec<&str> = names(&promise).collect();
        if named.is_empty() {
            problems.push(Problem::new(
                PAGE,
                line,
                "a promise names no test",
                "what nothing proves may be untrue tomorrow, and nobody sees it",
                "end it with \"Proven by\" and the names of tests in backticks, or move it to what is not promised",
            ));
        }
        for name in named.into_iter().filter(|name| !tests.contains(name)) {
            problems.push(Problem::new(
                PAGE,
                line,
                format!("there is no test `{name}`"),
                "a promise that is proven by nothing looks as if it were",
                "name the test as it is called now",
            ));
        }
    }
    problems
}

/// Each item of the list, with the number of its first line.
fn promises(page: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut is_here = false;
    for (index, line) in page.lines().enumerate() {
        if line.starts_with("## ") {
            is_here = line == PROMISES;
        } else if is_here && line.starts_with("- ") {
            found.push((index + 1, line.to_owned()));
        } else if let Some((_, promise)) = found
            .last_mut()
            .filter(|_| is_here && line.starts_with("  "))
        {
            promise.push(' ');
            promise.push_str(line.trim());
        }
    }
    found
}

fn names(promise: &str) -> impl Iterator<Item = &str> {
    let proof = promise
        .split_once("Proven by ")
        .map_or("", |(_, proof)| proof);
    proof.split('`').skip(1).step_by(2)
}

/// The names of a Rust file's tests.
fn tests(file: &File) -> Vec<&str> {
    if file.extension() != "rs" {
        return Vec::new();
    }
    let code = Code::of(file);
    let (mut found, mut is_test) = (Vec::new(), false);
    for ((_, line, _), text) in code.lines().zip(file.text.lines()) {
        let line = line.trim();
        if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        } else if !line.is_empty() {
            let name = text
                .split_once("fn ")
                .and_then(|(_, rest)| rest.split('(').next());
            found.extend(name.filter(|_| is_test));
            is_test = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::File;

    fn said(promises: &str) -> Vec<(usize, String)> {
        let text = "#[test]\nfn a_test() {}\n\n#[tokio::test(flavor = \"x\")]\nasync fn another() {}\n\nfn no_test() {}\n";
        let page = format!(
            "# Security\n\n- not a promise\n\n## What is promised\n\n{promises}\n## What is not\n\n- anything\n"
        );
        let file = File {
            path: "crates/a/tests/it/a.rs".to_owned(),
            text: text.to_owned(),
        };
        check(&page, &[file])
            .into_iter()
            .map(|problem| (problem.line, problem.what))
            .collect()
    }

    #[test]
    fn each_promise_names_tests_that_are_there() {
        assert_eq!(
            said(
                "- It holds. Proven by `a_test`,\n  `another`.\n- So does this. Proven by `another`.\n"
            ),
            []
        );
        assert_eq!(
            said("- It holds.\n"),
            [(7, "a promise names no test".to_owned())]
        );
        assert_eq!(
            said("- It holds, says `a_test`.\n"),
            [(7, "a promise names no test".to_owned())]
        );
        assert_eq!(
            said("- A. Proven by `a_test`.\n- B. Proven by `another`,\n  `no_test`, `gone`.\n"),
            [
                (8, "there is no test `no_test`".to_owned()),
                (8, "there is no test `gone`".to_owned())
            ]
        );
    }
}
