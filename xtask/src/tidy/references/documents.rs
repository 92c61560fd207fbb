//! Documents, places and types that a text names and that are not there.

use super::known::Known;

/// Papers that the repository does not have, named before a chapter or an id.
const ELSEWHERE: [&str; 6] = ["PROTOCOL", "DESIGN", "LAB", "STYLE", "ATTACKS", "FIELD"];

/// Documents that are not there: `NAME.md`, `docs/name.md#part`, and the names of papers of other places before a number.
pub fn documents(line: &str, path: &str, known: &Known) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let words: Vec<&str> = line
        .split(|char: char| !(char.is_ascii_alphanumeric() || "_./#-".contains(char)))
        .filter(|word| !word.is_empty())
        .collect();
    let mut wrong = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let word = word.trim_end_matches('.');
        let (name, anchor) = word
            .split_once('#')
            .map_or((word, None), |(name, anchor)| (name, Some(anchor)));
        let base = name.rsplit('/').next().unwrap_or_default();
        let is_document = base.strip_suffix(".md").is_some_and(|stem| {
            name.starts_with("docs/")
                || stem.len() > 1 && stem.bytes().all(|byte| byte.is_ascii_uppercase())
        });
        if is_document {
            let there = [
                name.to_owned(),
                format!("{folder}/{name}"),
                name.trim_start_matches("../").to_owned(),
            ];
            match there.iter().find_map(|path| known.documents.get(path)) {
                None => wrong.push(format!("there is no {name}")),
                Some(anchors) => {
                    if let Some(anchor) = anchor.filter(|anchor| !anchors.contains(*anchor)) {
                        wrong.push(format!("{name} has no part `#{anchor}`"));
                    }
                }
            }
        } else if ELSEWHERE.contains(&word)
            && words.get(at + 1).is_some_and(|next| {
                next.trim_end_matches('.')
                    .ends_with(|last: char| last.is_ascii_digit())
            })
        {
            wrong.push(format!("there is no {word}"));
        }
    }
    wrong
}

/// Paths in backticks that lead nowhere. A place with `…`, `*` or `<` in it is a pattern.
pub fn places(line: &str, known: &Known) -> Vec<String> {
    const OURS: [&str; 12] = [
        "crates/",
        "src-tauri/",
        "ui/",
        "docs/",
        "xtask/",
        "dev.d/",
        "migrations/",
        "e2e/",
        "peers/",
        "packaging/",
        ".ci/",
        ".github/",
    ];
    let quoted = line.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|quoted| {
        OURS.iter().any(|ours| quoted.starts_with(ours))
            && !quoted.contains(['*', '…', '<', '{', ' ', ':'])
    });
    let missing = paths.filter(|path| {
        !known.paths.contains(
            path.split('#')
                .next()
                .unwrap_or_default()
                .trim_end_matches('/'),
        )
    });
    missing.map(|path| format!("there is no {path}")).collect()
}

/// Types in the second column of a row of the glossary that no crate defines.
pub fn words(line: &str, known: &Known) -> Vec<String> {
    let column = line
        .strip_prefix("| ")
        .and_then(|row| row.split(" | ").nth(1))
        .unwrap_or_default();
    let named = column
        .split('`')
        .skip(1)
        .step_by(2)
        .flat_map(|name| name.split("::"))
        .map(str::trim);
    let types = named.filter(|name| {
        name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.chars().all(char::is_alphanumeric)
    });
    let missing = types.filter(|name| !known.types.contains(*name));
    missing
        .map(|name| format!("no crate defines `{name}`"))
        .collect()
}
