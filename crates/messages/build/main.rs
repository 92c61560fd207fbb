//! Reads the messages, refuses what breaks a rule of theirs, and writes the typed constructors and the index.

mod entry;
mod files;
mod rules;
mod rust;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let messages = folder("CARGO_MANIFEST_DIR").join("../../messages");
    println!("cargo:rerun-if-changed={}", messages.display());
    println!("cargo:rerun-if-changed=build");
    match generate(&messages, &folder("OUT_DIR")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            for fault in faults {
                println!("cargo::error={fault}");
            }
            ExitCode::FAILURE
        }
    }
}

fn generate(messages: &Path, out: &Path) -> Result<(), Vec<String>> {
    let languages = files::read(messages)?;
    rules::check(&languages)?;
    let [english, ..] = languages.as_slice() else {
        return Err(vec!["messages/languages.json lists no language".to_owned()]);
    };
    let write = |name: &str, text: String| {
        std::fs::write(out.join(name), text).map_err(|error| vec![format!("{name}: {error}")])
    };
    write("text.rs", rust::constructors(english))?;
    write("index.rs", rust::index(&languages))
}

/// Cargo sets both for every build script.
fn folder(variable: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(PathBuf::new, PathBuf::from)
}
