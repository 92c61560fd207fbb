//! The house rules that no compiler checks. ARCHITECTURE.md states them; here they hold.

mod crates;
mod messages;
mod migrations;
mod names;
mod pages;
mod problem;
mod promises;
mod references;
mod secrets;
mod sentences;
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
    problems.extend(tree.files().iter().flat_map(sentences::check));
    problems.extend(messages::check(tree.files()));
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

    problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    for problem in &problems {
        println!("{problem}");
    }
    println!(
        "tidy: {} files read, {} to mend",
        tree.files().len(),
        problems.len()
    );
    Ok(problems.is_empty())
}

/// Notes what may only ever be added to.
pub fn bless(root: &Path) -> Result<bool> {
    migrations::bless(root)
}
