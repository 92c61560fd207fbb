//! The rooms of each crate: its files in an order in which each leads only to earlier ones. `cargo xtask rooms` draws
//! it, `cargo xtask tidy` refuses a circle, a floor that leads to one above it, and a function that is too long.

mod circles;
mod edges;
mod floors;
mod functions;
mod macros;
mod modules;
mod patterns;
mod picture;
mod plan;
mod reading;
mod syntax;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use std::path::Path;

use anyhow::{Result, ensure};

use crate::tidy::{File, Problem, Tree, workspace};
use plan::Plan;

pub fn check(root: &Path, files: &[File]) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for package in workspace(root)? {
        let plan = Plan::of(&package, files)?;
        problems.extend(plan.circles().iter().map(|circle| circular(&plan, circle)));
        problems.extend(floors::check(&plan.krate, &plan.edges));
        problems.extend(functions::check(&plan.krate));
    }
    Ok(problems)
}

fn circular(plan: &Plan, circle: &[usize]) -> Problem {
    let what = format!(
        "a circle of {} files:\n      {}",
        circle.len(),
        plan.within(circle).join("\n      ")
    );
    Problem::new(
        &plan.krate.path(circle[0]),
        1,
        what,
        "none of them can be read, tested or changed without all the others",
        "move what both need into a file below both; `cargo xtask rooms` draws the whole picture",
    )
}

/// Draws each crate whose name holds `word`.
pub fn print(root: &Path, word: &str) -> Result<bool> {
    let tree = Tree::read(root)?;
    let mut drawn = 0;
    for package in workspace(root)?
        .iter()
        .filter(|package| package.name().contains(word))
    {
        print!("{}", picture::draw(&Plan::of(package, tree.files())?));
        drawn += 1;
    }
    ensure!(drawn > 0, "no crate has {word} in its name");
    Ok(true)
}
