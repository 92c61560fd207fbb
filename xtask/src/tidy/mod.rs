//! The house rules that no compiler checks. ARCHITECTURE.md states them; here they hold.

mod crates;
mod migrations;
mod names;
mod pages;
mod promises;
mod secrets;
mod source;
mod style;
mod tree;

use std::fmt;
use std::path::Path;

use anyhow::Result;

pub use source::Code;
pub use tree::{File, Tree};

/// One departure from a rule: where, what, why it matters, and what to do now.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    path: String,
    line: usize,
    what: String,
    why: &'static str,
    now: &'static str,
    /// Worth saying, not worth failing.
    mild: bool,
}

impl Problem {
    fn new(
        path: &str,
        line: usize,
        what: impl Into<String>,
        why: &'static str,
        now: &'static str,
    ) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
            why,
            now,
            mild: false,
        }
    }

    fn mild(self) -> Self {
        Self { mild: true, ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            what,
            why,
            now,
            mild,
        } = self;
        let weight = if *mild { "warning: " } else { "" };
        write!(
            formatter,
            "{path}:{line}: {weight}{what}\n    why: {why}\n    now: {now}"
        )
    }
}

pub fn run(root: &Path) -> Result<bool> {
    let tree = Tree::read(root)?;
    let mut problems = crates::check(&crates::workspace(root)?);
    problems.extend(tree.files().iter().flat_map(style::check));
    problems.extend(tree.files().iter().flat_map(names::check));
    problems.extend(tree.files().iter().flat_map(secrets::check));
    problems.extend(tree.files().iter().flat_map(pages::check));
    problems.extend(promises::check(
        &std::fs::read_to_string(root.join("SECURITY.md"))?,
        tree.files(),
    ));
    problems.extend(migrations::check(root)?);

    problems.sort_by(|a, b| {
        (a.mild, &a.path, a.line)
            .cmp(&(b.mild, &b.path, b.line))
            .reverse()
    });
    for problem in &problems {
        println!("{problem}");
    }
    let wrong = problems.iter().filter(|problem| !problem.mild).count();
    println!(
        "tidy: {} files read, {wrong} to mend, {} warnings",
        tree.files().len(),
        problems.len() - wrong
    );
    Ok(wrong == 0)
}

/// Notes what may only ever be added to.
pub fn bless(root: &Path) -> Result<bool> {
    migrations::bless(root)
}
