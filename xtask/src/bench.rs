//! Builds the subject and what it is measured beside, and lets `gatelodge-bench` measure them.
//!
//! The quick form measures the debug build that the tests have made: it is to see an order of magnitude, and no release build is
//! worth that.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{WORKSPACE, cargo, succeeds};

const BINARIES: [&str; 4] = ["gatelodge", "gatelodge-bench", "bench-ask", "bench-hello"];

pub fn run(root: &Path, options: &[&str]) -> Result<bool> {
    let quick = options.contains(&"--quick");
    let mut build = cargo(root, "build");
    build.args(WORKSPACE);
    if !quick {
        build.arg("--release");
    }
    for name in BINARIES {
        build.args(["--bin", name]);
    }
    if !succeeds(&mut build)? {
        return Ok(false);
    }
    // This program itself was built into `debug` of the same folder, wherever that is.
    let here = std::env::current_exe()?;
    let target = here.ancestors().nth(2).context("xtask lies in target")?;
    let profile = if quick { "debug" } else { "release" };
    let mut bench = Command::new(target.join(profile).join("gatelodge-bench"));
    bench.arg("run").args(passed_on(options)?);
    if !quick {
        bench.arg("--page").arg(root.join("docs"));
    }
    succeeds(&mut bench)
}

/// What the person may say here. A file is named from where they stand.
fn passed_on<'a>(options: &[&'a str]) -> Result<Vec<&'a str>> {
    match options {
        [] | ["--quick"] | ["--json", _] | ["--quick", "--json", _] => Ok(options.to_vec()),
        _ => bail!("it takes [--quick] [--json FILE]"),
    }
}

#[cfg(test)]
mod tests {
    use super::passed_on;

    #[test]
    fn only_what_is_known_is_passed_on() {
        assert!(passed_on(&[]).is_ok() && passed_on(&["--quick", "--json", "x"]).is_ok());
        assert!(passed_on(&["--json"]).is_err() && passed_on(&["--page", "x"]).is_err());
    }
}
