//! The rules of the messages: ids and variables of English, and that no other language knows more.

use crate::entry::Entry;
use crate::files::{File, Language};
use std::collections::{BTreeMap, BTreeSet};

/// The file whose terms all others may name.
const COMMON: &str = "common";
/// As fields, Rust's own words are written `r#type`; these three cannot be.
const NO_FIELD: [&str; 3] = ["self", "super", "crate"];

/// Every departure from a rule, each with its file and line.
pub fn check(languages: &[Language]) -> Result<(), Vec<String>> {
    let mut faults = Vec::new();
    for language in languages {
        faults.extend(ids(language));
        for file in &language.files {
            faults.extend(
                file.entries
                    .iter()
                    .flat_map(|entry| alone(language, file, entry)),
            );
        }
    }
    if let [english, others @ ..] = languages {
        faults.extend(others.iter().flat_map(|other| against(english, other)));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// Each id once in all files of a language.
fn ids(language: &Language) -> Vec<String> {
    let mut first: BTreeMap<&str, String> = BTreeMap::new();
    let mut faults = Vec::new();
    for file in &language.files {
        for entry in &file.entries {
            let here = format!("{}:{}", file.shown, entry.line);
            if let Some(there) = first.get(entry.id.as_str()) {
                faults.push(format!("{here}: {} is in {there} already", entry.id));
            } else {
                first.insert(&entry.id, here);
            }
        }
    }
    faults
}

/// What an entry may not be, whatever else there is.
fn alone(language: &Language, file: &File, entry: &Entry) -> Vec<String> {
    let mut said: Vec<String> = entry
        .refused
        .iter()
        .map(|what| format!("has {what}, which our messages do without"))
        .collect();
    let is_term = entry.id.starts_with('-');
    if is_term && file.name != COMMON {
        said.push(format!("is a term, and those are in {COMMON}.ftl"));
    }
    if is_term && !entry.variables.is_empty() {
        said.push("is a term with a variable".to_owned());
    }
    if !is_kebab(entry.id.trim_start_matches('-')) {
        said.push("is not in kebab-case".to_owned());
    }
    if entry.id == "self" {
        said.push("cannot be the name of a type in Rust".to_owned());
    }
    for variable in &entry.variables {
        let small = |char: char| {
            char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '_')
        };
        if !variable.chars().all(small) || NO_FIELD.contains(&variable.as_str()) {
            said.push(format!("${variable} cannot be the name of a field in Rust"));
        }
    }
    for variable in &entry.explained {
        if variable != "place" && !entry.variables.contains(variable) {
            said.push(format!(
                "has a comment that explains ${variable}, which it does not use"
            ));
        }
    }
    let terms: BTreeSet<&str> = language
        .file(COMMON)
        .iter()
        .flat_map(|file| &file.entries)
        .map(|entry| entry.id.as_str())
        .collect();
    for term in entry
        .terms
        .iter()
        .filter(|term| !terms.contains(term.as_str()))
    {
        said.push(format!("names {term}, which is not in {COMMON}.ftl"));
    }
    let Entry { id, line, .. } = entry;
    let whole = |what: String| format!("{}:{line}: {id} {what}", file.shown);
    said.into_iter().map(whole).collect()
}

/// A translation has no message and no variable that English lacks.
fn against(english: &Language, other: &Language) -> Vec<String> {
    let mut faults = Vec::new();
    for file in &other.files {
        let Some(source) = english.file(&file.name) else {
            faults.push(format!("{}: English has no such file", file.shown));
            continue;
        };
        for entry in file
            .entries
            .iter()
            .filter(|entry| !entry.id.starts_with('-'))
        {
            let here = format!("{}:{}: {}", file.shown, entry.line, entry.id);
            let Some(original) = source
                .entries
                .iter()
                .find(|original| original.id == entry.id)
            else {
                faults.push(format!("{here} is not in {}", source.shown));
                continue;
            };
            for variable in &entry.variables {
                if !original.variables.contains(variable) {
                    faults.push(format!("{here} has ${variable}, which English lacks"));
                }
            }
        }
    }
    faults
}

fn is_kebab(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.split('-').all(|word| {
            let small = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
            !word.is_empty() && word.chars().all(small)
        })
}
