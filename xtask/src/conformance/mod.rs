//! The official MCP conformance suite against one generic client that goes through the real broker.
//!
//! The suite's own judgement is mild (it forgives a client that hangs, and warnings in its summaries), so each
//! scenario is run by itself and judged here: [`verdict`].

mod runs;
mod verdict;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::run::{WORKSPACE, cargo, install};
use runs::Run;
use verdict::Verdict;

/// The client: `crates/broker/examples/conformance_client`.
const CLIENT: &str = "conformance_client";
/// How the suite's shell finds it; a path may hold blanks, which the suite would split.
const CLIENT_VARIABLE: &str = "GATELODGE_CONFORMANCE_CLIENT";
/// A client that hangs is ended before the suite's own patience of 30 s, and counts as failed. The shell stays, since the
/// suite takes a client that a signal ended for one that ended well. It puts the server's URL behind the last word.
const COMMAND: &str =
    "run() { timeout --kill-after=1 25 \"$GATELODGE_CONFORMANCE_CLIENT\" \"$@\"; }; run";
/// How many scenarios run at a time: each is a Node process, a client and its sealed vault.
const AT_A_TIME: usize = 2;

/// All runs, or those whose name or version holds one of `words`.
pub fn run(root: &Path, words: &[&str]) -> Result<bool> {
    if !install(root, "peers")? {
        return Ok(false);
    }
    let suite = Suite {
        node: node(root),
        folder: root.join("target/conformance"),
        client: build_client(root)?,
        root,
    };
    let all = runs::listed(&suite.list()?)?;
    let chosen: Vec<&Run> = all
        .iter()
        .filter(|run| words.is_empty() || words.iter().any(|word| run.matches(word)))
        .collect();
    ensure!(
        !chosen.is_empty(),
        "no run is called {}",
        words.join(" or ")
    );
    if suite.folder.exists() {
        fs::remove_dir_all(&suite.folder)?;
    }
    let failed = suite.judge(&chosen)?;
    println!("\n{} passed, {failed} failed", chosen.len() - failed);
    Ok(failed == 0)
}

struct Suite<'a> {
    root: &'a Path,
    node: PathBuf,
    client: PathBuf,
    folder: PathBuf,
}

impl Suite<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", "90"]).arg(&self.node);
        command.arg(
            self.root
                .join("peers/node_modules/@modelcontextprotocol/conformance/dist/index.js"),
        );
        command
            .stdin(Stdio::null())
            .env(CLIENT_VARIABLE, &self.client);
        command
    }

    /// What the suite says it has.
    fn list(&self) -> Result<String> {
        let output = self
            .command()
            .args(["list", "--client"])
            .output()
            .context("cannot start node")?;
        ensure!(
            output.status.success(),
            "the suite does not list its scenarios: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs them all, some at a time, and says how each went. How many failed?
    fn judge(&self, runs: &[&Run]) -> Result<usize> {
        let (next, failed) = (Mutex::new(runs.iter()), Mutex::new(0));
        let take = || {
            next.lock()
                .expect("no thread panics while it holds it")
                .next()
        };
        std::thread::scope(|scope| {
            let work = || -> Result<()> {
                while let Some(run) = take() {
                    let start = Instant::now();
                    let verdict = self.judge_one(run)?;
                    // Held while printing, so that the lines of two runs do not mix.
                    let mut failed = failed.lock().expect("no thread panics while it holds it");
                    *failed += usize::from(!verdict.passed());
                    println!("{}", verdict.report(run, start.elapsed()));
                }
                Ok(())
            };
            let threads: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().expect("no thread panics"))
        })?;
        Ok(failed
            .into_inner()
            .expect("no thread panics while it holds it"))
    }

    fn judge_one(&self, run: &Run) -> Result<Verdict> {
        let folder = self.folder.join(run.folder());
        let mut command = self.command();
        command
            .args([
                "client",
                "--scenario",
                &run.scenario,
                "--command",
                COMMAND,
                "--output-dir",
            ])
            .arg(&folder);
        if let Some(version) = &run.version {
            command.args(["--spec-version", version]);
        }
        let output = command.output().context("cannot start node")?;
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join("suite.txt"),
            [output.stdout.as_slice(), &output.stderr].concat(),
        )?;
        judged(&output, &folder)
    }
}

/// The suite writes into a folder of the scenario's name and the time.
fn judged(output: &Output, folder: &Path) -> Result<Verdict> {
    let said = String::from_utf8_lossy(&output.stderr);
    let Some(written) = find(folder, "checks.json")? else {
        return Ok(Verdict::broken(format!(
            "the suite wrote no checks and said:\n{}",
            said.trim()
        )));
    };
    let client = fs::read_to_string(written.with_file_name("stderr.txt")).unwrap_or_default();
    let checks =
        serde_json::from_str(&fs::read_to_string(&written)?).context("the suite's checks.json")?;
    Ok(Verdict::of(output.status.code(), &said, checks, client))
}

fn find(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if let Some(found) = find(&path, name)? {
                return Ok(Some(found));
            }
        } else if path.ends_with(name) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The Node that came with the suite, since it asks for a newer one than Debian's; else whatever there is.
fn node(root: &Path) -> PathBuf {
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "x64",
    };
    let brought = root.join(format!(
        "peers/node_modules/node-linux-{architecture}/bin/node"
    ));
    if brought.exists() {
        brought
    } else {
        "node".into()
    }
}

fn build_client(root: &Path) -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        target: Option<Target>,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
    }
    let mut build = cargo(root, "build");
    build.args(WORKSPACE).args([
        "--example",
        CLIENT,
        "--message-format",
        "json-render-diagnostics",
    ]);
    let output = build
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the client does not compile");
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let mut ours = messages.filter(|message| {
        message
            .target
            .as_ref()
            .is_some_and(|target| target.name == CLIENT)
    });
    ours.find_map(|message| message.executable)
        .context("cargo does not say where it built the client")
}
