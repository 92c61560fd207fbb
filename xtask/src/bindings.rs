//! `ui/src/bindings`: the api crate's DTOs and command list as TypeScript, written by its test `bindings`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run::{WORKSPACE, cargo, succeeds};

/// The test writes where this points; without it, it only checks itself.
const FOLDER: &str = "GATELODGE_BINDINGS_DIR";

pub fn write(root: &Path) -> Result<bool> {
    let fresh = root.join("target/bindings");
    if !generate(root, &fresh)? {
        return Ok(false);
    }
    let (old, new) = (read(&committed(root))?, read(&fresh)?);
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        fs::remove_file(committed(root).join(name))?;
    }
    // Unchanged files keep their time, so that a watching Vite does not reload everything.
    for (name, text) in new
        .iter()
        .filter(|(name, text)| old.get(*name) != Some(text))
    {
        fs::write(committed(root).join(name), text)?;
    }
    println!("bindings: {} files", new.len());
    Ok(true)
}

pub fn check(root: &Path) -> Result<bool> {
    let fresh = root.join("target/bindings");
    if !generate(root, &fresh)? {
        return Ok(false);
    }
    let differences = compare(&read(&committed(root))?, &read(&fresh)?);
    for difference in &differences {
        println!("ui/src/bindings/{difference}");
    }
    if differences.is_empty() {
        println!(
            "bindings: {} files are as they should be",
            read(&fresh)?.len()
        );
    } else {
        println!(
            "the window's types are not those of crates/api: run `cargo xtask bindings` and commit what changed"
        );
    }
    Ok(differences.is_empty())
}

fn committed(root: &Path) -> PathBuf {
    root.join("ui/src/bindings")
}

fn generate(root: &Path, folder: &Path) -> Result<bool> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut test = cargo(root, "test");
    test.arg("--quiet")
        .args(WORKSPACE)
        .args(["--test", "bindings"])
        .env(FOLDER, folder);
    succeeds(&mut test)
}

fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ts") {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(files)
}

fn compare(committed: &BTreeMap<String, String>, fresh: &BTreeMap<String, String>) -> Vec<String> {
    let gone = committed
        .keys()
        .filter(|name| !fresh.contains_key(*name))
        .map(|name| format!("{name}: nothing generates it any more"));
    let changed = fresh
        .iter()
        .filter_map(|(name, text)| match committed.get(name) {
            None => Some(format!("{name}: is not there")),
            Some(old) if old == text => None,
            Some(old) => {
                let line = old
                    .lines()
                    .zip(text.lines())
                    .take_while(|(old, new)| old == new)
                    .count()
                    + 1;
                Some(format!("{name}:{line}: differs"))
            }
        });
    gone.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::compare;
    use std::collections::BTreeMap;

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn a_difference_names_the_file_and_the_line() {
        let committed = files(&[("A.ts", "1\n2\n3\n"), ("B.ts", "same"), ("Old.ts", "")]);
        let fresh = files(&[("A.ts", "1\n2\nthree\n"), ("B.ts", "same"), ("New.ts", "")]);
        assert_eq!(
            compare(&committed, &fresh),
            [
                "Old.ts: nothing generates it any more",
                "A.ts:3: differs",
                "New.ts: is not there"
            ]
        );
        assert!(compare(&fresh, &fresh).is_empty());
    }
}
