//! The files that people write, read once.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Made by tools, never by hand.
const NOT_OURS: [&str; 7] = [
    "target",
    "node_modules",
    "dist",
    "gen",
    "artefacts",
    ".venv",
    "__pycache__",
];
const HIDDEN_BUT_OURS: [&str; 3] = [".ci", ".cargo", ".github"];
const TEXT: [&str; 17] = [
    "md", "rs", "ts", "svelte", "js", "mjs", "cjs", "css", "html", "sql", "toml", "py", "sh",
    "json", "yml", "yaml", "ftl",
];
/// Scripts without an extension.
const SCRIPTS: [&str; 3] = ["dev", "run", "make"];

#[derive(Debug)]
pub struct File {
    /// From the repository's root, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn extension(&self) -> &str {
        Path::new(&self.path)
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default()
    }

    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// A file of tests alone: `tests/…`, `…/tests.rs`, `….test.ts`.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests")
            || self.name() == "tests.rs"
            || self.name().contains(".test.")
    }
}

#[derive(Debug, Default)]
pub struct Tree(Vec<File>);

impl Tree {
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.walk(root, "")?;
        tree.0.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    pub fn files(&self) -> &[File] {
        &self.0
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in
            fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                let hidden = name.starts_with('.') && !HIDDEN_BUT_OURS.contains(&name.as_str());
                if !hidden && !NOT_OURS.contains(&name.as_str()) {
                    self.walk(&entry.path(), &format!("{path}/"))?;
                }
            } else if kind.is_file() && is_text(&name) {
                // A file may go away while an editor saves it.
                if let Ok(text) = fs::read_to_string(entry.path()) {
                    self.0.push(File { path, text });
                }
            }
        }
        Ok(())
    }
}

fn is_text(name: &str) -> bool {
    match name.rsplit_once('.') {
        Some((_, extension)) => TEXT.contains(&extension),
        None => SCRIPTS.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use std::fs;

    #[test]
    fn reads_what_people_write_and_nothing_that_tools_make() {
        let root = tempfile::tempdir().expect("a temporary folder");
        for path in [
            "crates/a/src/lib.rs",
            "target/x.rs",
            "ui/node_modules/m.ts",
            ".git/hook.sh",
            ".ci/run",
            "icons/icon.png",
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, "x").expect("written");
        }
        let tree = Tree::read(root.path()).expect("readable");
        let paths: Vec<&str> = tree.files().iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, [".ci/run", "crates/a/src/lib.rs"]);
    }
}
