//! Starts what is not Rust, or not ours to write here: the window journey, the foreign servers, `./dev test`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

/// One feature set for every call of cargo, or everything compiles twice: a `-p` would unify features anew.
pub const WORKSPACE: [&str; 3] = [
    "--workspace",
    "--features",
    "gatelodge-desktop/custom-protocol",
];

/// Tests of ours against authorization servers and MCP servers that others wrote.
/// The same tests pass over the foreign servers in a plain `cargo test`; this is what switches them on.
pub fn peers(root: &Path) -> Result<bool> {
    if !install(root, "peers")? || !install_python(&root.join("peers"))? {
        return Ok(false);
    }
    let mut tests = cargo(root, "test");
    tests
        .args(WORKSPACE)
        .args(["--test", "peers"])
        .env("GATELODGE_PEERS", "1");
    succeeds(&mut tests)
}

/// The sweeps of which a plain `cargo test` meets some points.
pub fn durability(root: &Path) -> Result<bool> {
    let mut tests = cargo(root, "test");
    tests
        .args(WORKSPACE)
        .args(["--test", "it", "durable::", "--", "--nocapture"]);
    succeeds(tests.env("GATELODGE_DURABILITY", "1"))
}

pub fn soak(root: &Path, minutes: &str) -> Result<bool> {
    let whole: u64 = minutes
        .parse()
        .with_context(|| format!("{minutes} is no number of minutes"))?;
    let mut tests = cargo(root, "test");
    tests
        .args(WORKSPACE)
        .args(["--test", "it", "durable::soak", "--", "--nocapture"]);
    succeeds(tests.env("GATELODGE_SOAK_MINUTES", whole.to_string()))
}

/// The person's way through the real window, driven from e2e/run.mjs.
pub fn window_journey(root: &Path, arguments: &[&str]) -> Result<bool> {
    let pages = succeeds(
        Command::new("npm")
            .args(["--prefix", "ui", "run", "--silent", "build"])
            .current_dir(root),
    )?;
    // The testbed's servers are an example, which a plain build leaves out.
    let built = pages
        && succeeds(
            cargo(root, "build")
                .args(WORKSPACE)
                .args(["--bins", "--example", "serve"]),
        )?;
    if !built || !install(root, "e2e")? {
        return Ok(false);
    }
    succeeds(
        Command::new("node")
            .arg("e2e/run.mjs")
            .args(arguments)
            .current_dir(root),
    )
}

pub fn everything(root: &Path) -> Result<bool> {
    succeeds(Command::new("./dev").arg("test").current_dir(root))
}

/// Never without the lockfile: what a registry has newest must not matter.
pub fn cargo(root: &Path, verb: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).args([verb, "--locked"]);
    // What cargo told this program of its own package. The build script of `ring` watches these names, and everything above it
    // would compile anew each time that cargo is called here after it was called from a shell, or the other way round.
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_MANIFEST_") || told.starts_with("CARGO_PKG_") {
            command.env_remove(&name);
        }
    }
    command
}

pub fn succeeds(command: &mut Command) -> Result<bool> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    Ok(status.success())
}

/// `npm ci`, unless the folder's node_modules are newer than its lockfile. npm writes the second file last.
pub fn install(root: &Path, folder: &str) -> Result<bool> {
    let folder = root.join(folder);
    if is_fresh(
        &folder.join("package-lock.json"),
        &folder.join("node_modules/.package-lock.json"),
    ) {
        return Ok(true);
    }
    succeeds(npm_ci().arg("--prefix").arg(&folder))
}

/// What the lockfile says, and no program of a package's is run.
pub fn npm_ci() -> Command {
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    npm
}

/// What requirements.txt lists, by hash. Nothing is resolved: a dependency with an extra would be looked for anew, and found
/// newer than it is locked, on the day that a newer one is published. Nothing is built: that would fetch what builds it.
pub fn pip_install(venv: &Path, requirements: &Path) -> Command {
    let mut pip = Command::new(venv.join("bin/pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--require-hashes",
    ]);
    pip.arg("--requirement").arg(requirements);
    pip
}

/// The Python servers, into a folder of their own, if requirements.txt asks for any.
pub fn install_python(folder: &Path) -> Result<bool> {
    let (wanted, installed) = (
        folder.join("requirements.txt"),
        folder.join(".venv/installed"),
    );
    if is_fresh(&wanted, &installed) {
        return Ok(true);
    }
    let venv = folder.join(".venv");
    let made = succeeds(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&venv),
    )?;
    let done = made && succeeds(&mut pip_install(&venv, &wanted))?;
    if done {
        // Written last: a broken installation is begun again.
        std::fs::write(&installed, "")?;
    }
    Ok(done)
}

/// Nothing is wanted, or what is installed is newer than what says so.
fn is_fresh(wanted: &Path, installed: &Path) -> bool {
    let changed = |file: &Path| file.metadata().and_then(|data| data.modified()).ok();
    match (changed(wanted), changed(installed)) {
        (None, _) => true,
        (Some(wanted), Some(installed)) => installed > wanted,
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_fresh;
    use std::fs::{File, write};
    use std::path::Path;
    use std::process::Command;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn installed_anew_when_the_lockfile_is_newer_or_nothing_is_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (lock, done) = (folder.path().join("lock"), folder.path().join("done"));
        assert!(is_fresh(&lock, &done), "no lockfile, nothing to do");
        write(&lock, "").expect("written");
        assert!(!is_fresh(&lock, &done));
        write(&done, "").expect("written");
        let date = |path, seconds| {
            File::options()
                .write(true)
                .open(path)
                .and_then(|file| file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)))
        };
        for (locked, installed, fresh) in [(1, 2, true), (2, 1, false)] {
            date(&lock, locked).expect("dated");
            date(&done, installed).expect("dated");
            assert_eq!(is_fresh(&lock, &done), fresh);
        }
    }

    /// `dev.d/test.sh` counts what each stage says; a stage that ran nothing must not look like one that is well.
    #[test]
    fn a_stage_that_ran_no_test_has_failed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dev.d/test.sh");
        let counted = |kind: &str, said: &str, status: &str| {
            let log = folder.path().join("tidy.log");
            write(&log, said).expect("written");
            let output = Command::new("bash")
                .args([
                    "-euc",
                    r#". "$0"; count "$1" "$2" "$3"; echo "$PASSED $FAILED""#,
                ])
                .args([script.as_path(), Path::new(kind), &log, Path::new(status)])
                .output();
            String::from_utf8(output.expect("bash runs").stdout)
                .expect("text")
                .trim()
                .to_owned()
        };
        let cargo = "     Running tests/it/main.rs (target/debug/deps/it)\ntest result: ok. 3 passed; 0 failed; 0 ignored\n";
        for (kind, said, status, sums) in [
            ("cargo", cargo, "0", "3 0"),
            (
                "cargo",
                "test result: ok. 0 passed; 0 failed; 0 ignored\n",
                "0",
                "0 1",
            ),
            ("cargo", "", "0", "0 1"),
            ("vitest", "      Tests  12 passed (12)\n", "0", "12 0"),
            ("vitest", "No test files found\n", "0", "0 1"),
            ("summary", "7 passed, 0 failed\n", "0", "7 0"),
            ("summary", "", "0", "0 1"),
            ("check", "", "0", "0 1"),
            ("check", "", "1", "0 1"),
            (
                "check",
                "tidy: 0 files read, 0 to mend, 0 warnings\n",
                "0",
                "0 1",
            ),
            (
                "check",
                "tidy: 7 files read, 0 to mend, 0 warnings\n",
                "0",
                "1 0",
            ),
            (
                "check",
                "tidy: 7 files read, 0 to mend, 0 warnings\n",
                "1",
                "0 1",
            ),
            ("check", "NOT CHECKED: no tool\n", "0", "0 0"),
        ] {
            assert_eq!(
                counted(kind, said, status),
                sums,
                "{kind} that said {said:?} and ended with {status}"
            );
        }
    }
}
