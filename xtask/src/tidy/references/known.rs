//! Everything in the repository that a text can name.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::rules::Rules;
use crate::tidy::source::Code;
use crate::tidy::tree::File;

pub const ATTACKS: &str = "docs/attacks.md";
pub const ARCHITECTURE: &str = "ARCHITECTURE.md";

/// Everything that can be named.
pub struct Known {
    /// Each document's headings, as anchors.
    pub documents: BTreeMap<String, BTreeSet<String>>,
    pub rules: Rules,
    pub attacks: BTreeSet<String>,
    pub invariants: usize,
    /// Every file, and every folder that holds one.
    pub paths: BTreeSet<String>,
    pub types: BTreeSet<String>,
}

impl Known {
    pub fn of(files: &[File]) -> Result<Self> {
        let text = |path: &str| {
            let file = files.iter().find(|file| file.path == path);
            file.map(|file| file.text.as_str())
                .with_context(|| format!("cannot read {path}"))
        };
        let documents = files.iter().filter(|file| file.extension() == "md");
        let documents = documents.map(|file| (file.path.clone(), anchors(&file.text)));
        let rows = text(ATTACKS)?
            .lines()
            .filter_map(|line| line.strip_prefix("| "));
        let attacks = rows
            .filter_map(|row| row.split(' ').next())
            .filter(|id| id.ends_with(|last: char| last.is_ascii_digit()));
        let invariants = text(ARCHITECTURE)?
            .split("## Invariants")
            .nth(1)
            .unwrap_or_default();
        let invariants = invariants.split("\n## ").next().unwrap_or_default();
        let paths = files.iter().flat_map(|file| {
            let folders = file
                .path
                .match_indices('/')
                .map(|(at, _)| file.path[..at].to_owned());
            folders.chain([file.path.clone()])
        });
        let rust = files.iter().filter(|file| file.extension() == "rs");
        Ok(Self {
            paths: paths.collect(),
            types: rust.flat_map(|file| types(&Code::of(file))).collect(),
            documents: documents.collect(),
            rules: Rules::parse(text(crate::rules::FILE)?)?,
            attacks: attacks.map(str::to_owned).collect(),
            invariants: invariants
                .lines()
                .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
                .count(),
        })
    }
}

/// The types that a file defines.
fn types(code: &Code) -> Vec<String> {
    let words: Vec<&str> = code.words().map(|(_, word)| word).collect();
    let defines =
        |pair: &&[&str]| matches!(pair[0], "struct" | "enum" | "trait" | "type" | "union");
    words
        .windows(2)
        .filter(defines)
        .map(|pair| pair[1].to_owned())
        .collect()
}

/// A heading's anchor, as the web pages of a repository make it.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        words
            .chars()
            .filter(|char| char.is_alphanumeric() || " -_".contains(*char))
            .map(|char| if char == ' ' { '-' } else { char })
            .collect()
    };
    headings.map(anchor).collect()
}
