//! That a fresh machine gets what we tested, on any day: no step of an installation may depend on what a registry has newest.
//!
//! Each lockfile is read: what it lists, and whether that is all. And each is installed from empty caches, which shows what
//! reading cannot: that the registry still has it, and that it is the same.

mod calls;
mod install;
mod npm;
mod python;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::run::cargo;
use crate::tidy::Tree;

pub use install::all as install;

/// Where there is a package.json of ours. One without dependencies needs no lockfile.
const NPM: [&str; 4] = ["ui", "e2e", "peers", "dev.d/node"];
const REQUIREMENTS: &str = "peers/requirements.txt";

pub fn check(root: &Path) -> Result<bool> {
    let mut problems = calls::check(&Tree::read(root)?);
    problems.extend(of_cargo(root)?);
    for folder in NPM {
        let read = |name: &str| fs::read_to_string(root.join(folder).join(name));
        let manifest = read("package.json").with_context(|| format!("{folder}/package.json"))?;
        let found = npm::incomplete(&manifest, read("package-lock.json").ok().as_deref())?;
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{folder}/package-lock.json: {problem}")),
        );
    }
    let lock = fs::read_to_string(root.join(REQUIREMENTS))?;
    problems.extend(
        python::unpinned(&lock)
            .into_iter()
            .map(|problem| format!("{REQUIREMENTS}: {problem}")),
    );
    problems.extend(
        python::incomplete(root, &lock)?
            .into_iter()
            .map(|problem| format!("{REQUIREMENTS}: {problem}")),
    );
    for problem in &problems {
        println!("{problem}");
    }
    println!(
        "locks: Cargo.lock, {} package.json and {REQUIREMENTS} read, {} to mend",
        NPM.len(),
        problems.len()
    );
    Ok(problems.is_empty())
}

/// Cargo knows itself whether its lockfile is complete; that each package has a checksum is not its concern.
fn of_cargo(root: &Path) -> Result<Vec<String>> {
    let output = cargo(root, "metadata")
        .args(["--format-version", "1"])
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        return Ok(vec![format!(
            "Cargo.lock: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )]);
    }
    without_checksum(&fs::read_to_string(root.join("Cargo.lock"))?)
}

fn without_checksum(lock: &str) -> Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(serde::Deserialize)]
    struct Package {
        name: String,
        source: Option<String>,
        checksum: Option<String>,
    }
    let lock: Lock = toml::from_str(lock).context("Cargo.lock")?;
    ensure!(!lock.package.is_empty(), "Cargo.lock lists nothing");
    let loose = lock
        .package
        .into_iter()
        .filter(|package| package.source.is_some() && package.checksum.is_none());
    Ok(loose
        .map(|package| format!("Cargo.lock: {} has no checksum", package.name))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::without_checksum;

    #[test]
    fn a_crate_from_elsewhere_has_a_checksum() {
        let ours = "[[package]]\nname = \"ours\"\nversion = \"1.0.0\"\n";
        let theirs =
            "[[package]]\nname = \"theirs\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n";
        let found = |lock: &str| without_checksum(lock).expect("TOML");
        assert_eq!(
            found(&format!("{ours}{theirs}checksum = \"00\"\n")),
            Vec::<String>::new()
        );
        assert_eq!(
            found(&format!("{ours}{theirs}")),
            ["Cargo.lock: theirs has no checksum"]
        );
    }
}
