//! Starts what is not Rust, or not ours to write here: the window journey, the foreign servers, `./dev test`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// One feature set for every call of cargo, or everything compiles twice: a `-p` would unify features anew.
pub const WORKSPACE: [&str; 3] = ["--workspace", "--features", "gatelodge-desktop/custom-protocol"];

/// Tests of ours against authorization servers and MCP servers that others wrote.
/// The same tests pass over the foreign servers in a plain `cargo test`; this is what switches them on.
pub fn peers(root: &Path) -> Result<bool> {
    if !install(root, "peers")? {
        return Ok(false);
    }
    let mut tests = cargo(root);
    tests.arg("test").args(WORKSPACE).args(["--test", "peers"]).env("GATELODGE_PEERS", "1");
    succeeds(&mut tests)
}

/// The person's way through the real window, driven from e2e/run.mjs.
pub fn window_journey(root: &Path, arguments: &[&str]) -> Result<bool> {
    let pages = succeeds(Command::new("npm").args(["--prefix", "ui", "run", "--silent", "build"]).current_dir(root))?;
    let built = pages && succeeds(cargo(root).arg("build").args(WORKSPACE))?;
    if !built || !install(root, "e2e")? {
        return Ok(false);
    }
    succeeds(Command::new("node").arg("e2e/run.mjs").args(arguments).current_dir(root))
}

pub fn everything(root: &Path) -> Result<bool> {
    succeeds(Command::new("./dev").arg("test").current_dir(root))
}

pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

pub fn succeeds(command: &mut Command) -> Result<bool> {
    let status = command.status().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    Ok(status.success())
}

/// `npm ci`, unless the folder's node_modules are newer than its lockfile.
fn install(root: &Path, folder: &str) -> Result<bool> {
    let folder = root.join(folder);
    let changed = |file: &str| folder.join(file).metadata().and_then(|data| data.modified()).ok();
    let Some(wanted) = changed("package-lock.json") else { return Ok(true) };
    // npm writes this file last.
    if changed("node_modules/.package-lock.json").is_some_and(|installed| installed > wanted) {
        return Ok(true);
    }
    succeeds(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--prefix"]).arg(&folder))
}
