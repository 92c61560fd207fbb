//! The house rules that no compiler checks. ARCHITECTURE.md states them; here they hold.

mod crates;
mod migrations;
mod names;
mod pages;
mod problem;
mod promises;
mod references;
mod secrets;
mod source;
mod style;
mod tree;

use std::path::Path;

use anyhow::Result;

pub use crates::{Package, workspace};
pub use problem::Problem;
pub use source::Code;
pub use tree::{File, Tree};

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
    let known = references::Known::of(tree.files())?;
    problems.extend(
        tree.files()
            .iter()
            .flat_map(|file| references::check(file, &known)),
    );
    problems.extend(references::unproven(tree.files(), &known));
    problems.extend(migrations::check(root)?);
    problems.extend(crate::rooms::check(root, tree.files())?);

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
