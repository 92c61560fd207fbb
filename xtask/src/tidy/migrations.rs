//! Migrations are append-only: a vault in the field has run them as they were when they landed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::problem::Problem;

/// As `sha256sum` writes it, so that `sha256sum -c CHECKSUMS` reads it.
const CHECKSUMS: &str = "migrations/CHECKSUMS";

pub fn check(root: &Path) -> Result<Vec<Problem>> {
    let (landed, present) = (landed(root)?, present(root)?);
    let mut problems = Vec::new();
    for (name, sum) in &landed {
        let what = match present.get(name) {
            Some(now) if now == sum => continue,
            Some(_) => "was edited after it landed",
            None => "landed, and is gone",
        };
        problems.push(Problem::new(
            &format!("migrations/{name}"),
            1,
            what,
            "vaults in the field have run the old text, and sqlx refuses to open them with another",
            "restore it (`git checkout`) and write the change as a new migration",
        ));
    }
    for name in present.keys().filter(|name| !landed.contains_key(*name)) {
        problems.push(Problem::new(
            &format!("migrations/{name}"),
            1,
            "has no checksum",
            "from the day it lands nobody may edit it",
            "when it is final: `cargo xtask tidy --bless`, and commit migrations/CHECKSUMS with it",
        ));
    }
    Ok(problems)
}

/// Adds the sums of new migrations. Never changes a line that is there.
pub fn bless(root: &Path) -> Result<bool> {
    let mut sums = landed(root)?;
    let new: Vec<_> = present(root)?
        .into_iter()
        .filter(|(name, _)| !sums.contains_key(name))
        .collect();
    for (name, sum) in new {
        println!("landed: migrations/{name}");
        sums.insert(name, sum);
    }
    let mut text = String::new();
    for (name, sum) in &sums {
        writeln!(text, "{sum}  {name}")?;
    }
    fs::write(root.join(CHECKSUMS), text)?;

    let problems = check(root)?;
    for problem in &problems {
        println!("{problem}");
    }
    Ok(problems.is_empty())
}

fn landed(root: &Path) -> Result<BTreeMap<String, String>> {
    let path = root.join(CHECKSUMS);
    let text = if path.exists() {
        fs::read_to_string(path)?
    } else {
        String::new()
    };
    Ok(text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, name)| (name.to_owned(), sum.to_owned()))
        .collect())
}

fn present(root: &Path) -> Result<BTreeMap<String, String>> {
    let folder = root.join("migrations");
    let mut found = BTreeMap::new();
    if !folder.exists() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let mut sum = String::new();
            for byte in Sha256::digest(fs::read(&path)?) {
                write!(sum, "{byte:02x}")?;
            }
            found.insert(
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                sum,
            );
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{CHECKSUMS, bless, check};
    use std::fs;
    use std::path::Path;

    fn problems(root: &Path) -> Vec<String> {
        check(root)
            .expect("readable")
            .into_iter()
            .map(|problem| format!("{} {}", problem.path, problem.what))
            .collect()
    }

    #[test]
    fn a_migration_lands_once_and_for_ever() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        let first = root.join("migrations/0001_first.sql");
        fs::create_dir(root.join("migrations")).expect("made");
        fs::write(&first, "CREATE TABLE a (b);").expect("written");
        assert_eq!(
            problems(root),
            ["migrations/0001_first.sql has no checksum"]
        );

        assert!(bless(root).expect("written"));
        assert_eq!(problems(root), Vec::<String>::new());
        let sums = fs::read_to_string(root.join(CHECKSUMS)).expect("written");

        fs::write(&first, "CREATE TABLE a (c);").expect("written");
        assert_eq!(
            problems(root),
            ["migrations/0001_first.sql was edited after it landed"]
        );
        assert!(
            !bless(root).expect("readable"),
            "blessing does not bless an edit"
        );
        assert_eq!(
            fs::read_to_string(root.join(CHECKSUMS)).expect("there"),
            sums
        );

        fs::remove_file(&first).expect("removed");
        assert_eq!(
            problems(root),
            ["migrations/0001_first.sql landed, and is gone"]
        );
    }
}
