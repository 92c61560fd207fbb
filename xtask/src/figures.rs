//! The sizes of what is shipped. How long it takes, and how much memory, is what `cargo xtask bench` measures.

use std::path::Path;

use anyhow::{Context, Result};

const BINARIES: [&str; 3] = ["gatelodge", "gatelodge-desktop", "gatelodge-demo"];

/// Of the release build if there is one.
pub fn print(root: &Path) -> Result<bool> {
    let folder = ["release", "debug"]
        .map(|profile| root.join("target").join(profile))
        .into_iter()
        .find(|folder| folder.join(BINARIES[0]).exists())
        .context("nothing is built yet: `cargo build --release --workspace --features gatelodge-desktop/custom-protocol`")?;
    println!("{}", folder.strip_prefix(root)?.display());
    for name in BINARIES {
        if let Ok(file) = folder.join(name).metadata() {
            println!("  {name:24} {:>8.1} MB", megabytes(file.len()));
        }
    }
    Ok(true)
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
