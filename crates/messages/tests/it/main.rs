//! What build.rs refuses and what it writes. Its files are tests' as well here: a build script runs none.

#[path = "../../build/entry.rs"]
mod entry;
#[path = "../../build/files.rs"]
mod files;
mod generated;
mod refused;
#[path = "../../build/rules.rs"]
mod rules;
#[path = "../../build/rust.rs"]
mod rust;

use std::fs;
use std::path::Path;

/// The languages of a folder with these files, or each fault in them.
fn languages(files: &[(&str, &str)]) -> Result<Vec<files::Language>, Vec<String>> {
    let root = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    };
    if !files.iter().any(|(name, _)| *name == "languages.json") {
        write(&root.path().join("languages.json"), r#"["en", "de"]"#);
    }
    for folder in ["en", "de"] {
        write(
            &root.path().join(folder).join("common.ftl"),
            "-gatelodge = Gatelodge\n",
        );
    }
    for (name, text) in files {
        write(&root.path().join(name), text);
    }
    let languages = files::read(root.path())?;
    rules::check(&languages)?;
    Ok(languages)
}
