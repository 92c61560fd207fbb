//! Whatever a text names is in the repository: documents and their parts, places, rules, attacks, invariants.

mod documents;
mod ids;
mod known;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::problem::Problem;
use super::source::Code;
use super::tree::File;
use known::ATTACKS;
pub use known::Known;

const GLOSSARY: &str = "docs/glossary.md";
/// Its cases name what is nowhere.
const ITSELF: &str = "xtask/src/tidy/references/";

pub fn check(file: &File, known: &Known) -> Vec<Problem> {
    if file.path.starts_with(ITSELF) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let mut found = |line: usize, what: Vec<String>| {
        problems.extend(what.into_iter().map(|what| refused(&file.path, line, what)));
    };
    let code = (file.extension() == "rs").then(|| Code::of(file));
    let blank: Vec<&str> = code
        .as_ref()
        .map(|code| code.text.lines().collect())
        .unwrap_or_default();
    for (index, line) in file.text.lines().enumerate() {
        found(index + 1, documents::documents(line, &file.path, known));
        let comment = comment_of(
            file.extension(),
            line,
            blank.get(index).copied().unwrap_or_default(),
        );
        if file.path != ATTACKS {
            found(index + 1, ids::ids(comment, known));
        }
        if file.extension() == "md" {
            found(index + 1, documents::places(line, known));
        }
        if file.path == GLOSSARY {
            found(index + 1, documents::words(line, known));
        }
    }
    for (line, text) in code.iter().flat_map(|code| strings(file, code)) {
        found(line, ids::shown(&text));
    }
    for (line, id) in code.iter().flat_map(ids::attacks_in_names) {
        if !known.attacks.contains(&id) {
            found(line, vec![format!("{ATTACKS} has no attack {id}")]);
        }
    }
    problems
}

/// Each attack of the list is held off by a test that says so.
pub fn unproven(files: &[File], known: &Known) -> Vec<Problem> {
    let rust = || files.iter().filter(|file| file.extension() == "rs");
    let names = rust().flat_map(|file| ids::attacks_in_names(&Code::of(file)));
    let comments = rust().flat_map(ids::attacks_in_comments);
    let cited: BTreeSet<String> = names.map(|(_, id)| id).chain(comments).collect();
    let missing = known.attacks.iter().filter(|id| !cited.contains(*id));
    missing
        .map(|id| refused(ATTACKS, 1, format!("no test is named after attack {id}")))
        .collect()
}

fn refused(path: &str, line: usize, what: String) -> Problem {
    Problem::new(
        path,
        line,
        what,
        "whoever reads it looks for it in the repository, and does not find it",
        "name what is there: a rule of docs/rules.toml (`D-06`, `Q13`, `lab-04`), `attack L05`, `invariant 5`, `docs/protocol.md#callback`, an RFC",
    )
}

/// What stands in the strings of production code, line by line: what was blanked, but comments.
fn strings(file: &File, code: &Code) -> Vec<(usize, String)> {
    if file.path.starts_with("xtask/") {
        return Vec::new();
    }
    let lines = file.text.lines().zip(code.lines());
    let production = lines.filter(|(_, (.., test))| !test);
    let strings = production.map(|(line, (number, blank, _))| {
        let comment = comment_of("rs", line, blank);
        let rest = &line[..line.len() - comment.len()];
        let blanked = rest.chars().zip(blank.chars());
        let text = blanked
            .filter(|(_, blank)| *blank == ' ')
            .map(|(char, _)| char);
        (number, text.collect())
    });
    strings.collect()
}

/// The part of a line that is for people who read the code.
fn comment_of<'l>(extension: &str, line: &'l str, blank: &str) -> &'l str {
    let after = |mark: &str| line.find(mark).map_or("", |at| &line[at..]);
    match extension {
        "md" => line,
        "rs" => {
            // What begins a comment has nothing but blanks over it where strings and comments are blank.
            let is_comment = |at: &usize| {
                blank
                    .chars()
                    .skip(line[..*at].chars().count())
                    .all(char::is_whitespace)
            };
            line.match_indices("//")
                .map(|(at, _)| at)
                .find(is_comment)
                .map_or("", |at| &line[at..])
        }
        "sql" => after("--"),
        "ts" | "js" | "mjs" | "svelte" | "css" | "html" => {
            let start = line.trim_start();
            if start.starts_with(['*', '/']) || start.starts_with("<!--") {
                start
            } else {
                after(" //")
            }
        }
        "json" => "",
        _ => after("#"),
    }
}
