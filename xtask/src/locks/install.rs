//! Each lockfile installed as on a fresh machine: empty caches, a folder of its own, and nothing left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::{NPM, REQUIREMENTS};
use crate::run::{cargo, npm_ci, pip_install, succeeds};

/// A registry that does not answer fails the step, and does not hold up the rest for ever.
const MOST_SECONDS: &str = "420";

pub fn all(root: &Path) -> Result<bool> {
    let folder = root.join("target/install");
    clear(&folder)?;
    fs::create_dir_all(&folder)?;
    let outcome = each(root, &folder);
    // Also after a failure: it holds all that we depend on once more.
    clear(&folder)?;
    let failed = outcome?;
    println!("install: {failed} failed");
    Ok(failed == 0)
}

fn each(root: &Path, folder: &Path) -> Result<usize> {
    let mut failed = 0;
    let mut step = |what: &str, work: &mut dyn FnMut() -> Result<bool>| -> Result<()> {
        let start = Instant::now();
        let done = work()?;
        failed += usize::from(!done);
        println!(
            "install: {what}: {}, {} s",
            if done { "ok" } else { "FAILED" },
            seconds(start.elapsed())
        );
        Ok(())
    };
    let mut packages = 0;
    for place in NPM
        .into_iter()
        .filter(|place| root.join(place).join("package-lock.json").exists())
    {
        packages += 1;
        step(place, &mut || {
            npm(&root.join(place), &folder.join(format!("npm-{packages}")))
        })?;
    }
    ensure!(packages > 0, "there is no package-lock.json");
    step(REQUIREMENTS, &mut || {
        python(&root.join(REQUIREMENTS), &folder.join("python"))
    })?;
    step("Cargo.lock", &mut || crates(root, &folder.join("cargo")))?;
    Ok(failed)
}

fn seconds(time: Duration) -> u64 {
    time.as_secs()
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

fn npm(from: &Path, to: &Path) -> Result<bool> {
    fs::create_dir_all(to)?;
    for name in ["package.json", "package-lock.json", ".npmrc"]
        .into_iter()
        .filter(|name| from.join(name).exists())
    {
        fs::copy(from.join(name), to.join(name))?;
    }
    let mut command = npm_ci();
    command
        .arg("--loglevel")
        .arg("error")
        .arg("--prefix")
        .arg(to)
        .arg("--cache")
        .arg(to.join("cache"));
    Ok(succeeds(&mut limited(&command))? && to.join("node_modules/.package-lock.json").exists())
}

fn python(requirements: &Path, to: &Path) -> Result<bool> {
    let made = succeeds(Command::new("python3").args(["-m", "venv"]).arg(to))?;
    let mut pip = pip_install(to, requirements);
    pip.arg("--no-cache-dir");
    Ok(made && succeeds(&mut limited(&pip))?)
}

fn crates(root: &Path, home: &Path) -> Result<bool> {
    fs::create_dir_all(home)?;
    // How this machine reaches the registry is no part of the lockfile.
    for name in ["config.toml", "config", "credentials.toml"] {
        let file = cargo_home()
            .map(|home| home.join(name))
            .filter(|file| file.is_file());
        if let Some(file) = file {
            fs::copy(file, home.join(name))?;
        }
    }
    succeeds(limited(cargo(root, "fetch").arg("--quiet")).env("CARGO_HOME", home))
}

fn cargo_home() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(home)
}

/// The same command, ended when it takes too long.
fn limited(command: &Command) -> Command {
    let mut limited = Command::new("timeout");
    limited
        .args(["--kill-after=10", MOST_SECONDS])
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    limited
}
