//! Measures size, idle memory and the time of one token, on the machine where it runs.
//!
//! It measures the release build if there is one. `gatelodge token` needs a vault with a login: whoever has one
//! says which token to ask for in `GATELODGE_FIGURES_TOKEN`, as the words after `gatelodge token`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

const BINARIES: [&str; 3] = ["gatelodge", "gatelodge-desktop", "gatelodge-demo"];
const TOKEN: &str = "GATELODGE_FIGURES_TOKEN";
const TOKEN_RUNS: usize = 20;
/// By then a host has said that it listens, or something is wrong.
const START: Duration = Duration::from_secs(10);
/// Long enough for what is needed only at the start to be given back.
const SETTLE: Duration = Duration::from_secs(3);

pub fn print(root: &Path) -> Result<bool> {
    let folder = ["release", "debug"]
        .map(|profile| root.join("target").join(profile))
        .into_iter();
    let folder = folder
        .filter(|folder| folder.join(BINARIES[0]).exists())
        .max_by_key(|folder| folder.ends_with("release"));
    let folder = folder
        .context("nothing is built yet: `cargo build --release --workspace --features gatelodge-desktop/custom-protocol`")?;
    println!("{}", folder.strip_prefix(root)?.display());
    for name in BINARIES {
        if let Ok(file) = folder.join(name).metadata() {
            println!("  {name:24} {:>8.1} MB", megabytes(file.len()));
        }
    }
    let gatelodge = folder.join(BINARIES[0]);
    report(
        "idle `gatelodge serve`",
        "MB PSS",
        idle(&gatelodge, &root.join("target/figures")),
    );
    match std::env::var(TOKEN) {
        Ok(words) => report("`gatelodge token`, median", "ms", token(&gatelodge, &words)),
        Err(_) => println!("  `gatelodge token`: not measured; {TOKEN} does not say which"),
    }
    Ok(true)
}

fn report(what: &str, unit: &str, measured: Result<f64>) {
    match measured {
        Ok(figure) => println!("  {what:24} {figure:>8.1} {unit}"),
        Err(error) => println!("  {what}: not measured: {error:#}"),
    }
}

/// Proportional set size of a host that has nothing to do, on an empty vault in a folder of its own.
fn idle(gatelodge: &Path, home: &Path) -> Result<f64> {
    let mut host = Host::start(gatelodge, home)?;
    host.lines
        .recv_timeout(START)
        .context("`gatelodge serve` said nothing")?;
    // Not a guess at how long something takes: what is measured is the rest after it.
    let _ = host.lines.recv_timeout(SETTLE);
    ensure!(
        host.process.try_wait()?.is_none(),
        "`gatelodge serve` ended by itself"
    );
    pss(&fs::read_to_string(format!(
        "/proc/{}/smaps_rollup",
        host.process.id()
    ))?)
}

/// A running `gatelodge serve`, ended when dropped.
struct Host {
    process: Child,
    lines: Receiver<String>,
}

impl Host {
    fn start(gatelodge: &Path, home: &Path) -> Result<Self> {
        let mut command = Command::new(gatelodge);
        command
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("HOME", home);
        for name in [
            "XDG_DATA_HOME",
            "XDG_CONFIG_HOME",
            "XDG_STATE_HOME",
            "XDG_CACHE_HOME",
            "XDG_RUNTIME_DIR",
        ] {
            let folder: PathBuf = home.join(name);
            fs::create_dir_all(&folder)?;
            command.env(name, folder);
        }
        let mut process = command.spawn().context("cannot start `gatelodge serve`")?;
        let (sender, lines) = channel();
        let outputs: [Option<Box<dyn std::io::Read + Send>>; 2] = [
            process.stdout.take().map(|out| Box::new(out) as _),
            process.stderr.take().map(|out| Box::new(out) as _),
        ];
        for output in outputs.into_iter().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || {
                BufReader::new(output)
                    .lines()
                    .map_while(Result::ok)
                    .try_for_each(|line| sender.send(line))
            });
        }
        Ok(Self { process, lines })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn token(gatelodge: &Path, words: &str) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..TOKEN_RUNS {
        let start = Instant::now();
        let output = Command::new(gatelodge)
            .arg("token")
            .args(words.split_whitespace())
            .output()?;
        times.push(start.elapsed());
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    times.sort();
    Ok(times[TOKEN_RUNS / 2].as_secs_f64() * 1000.0)
}

fn pss(rollup: &str) -> Result<f64> {
    let line = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .context("the kernel does not say Pss")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(megabytes(kilobytes * 1024))
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::pss;

    #[test]
    fn pss_is_read_from_the_kernels_words() {
        let megabytes =
            pss("55d0-7ffe ---p [rollup]\nRss:   9000 kB\nPss:                2000 kB\nPss_Anon: 1 kB\n").expect("there");
        assert!((megabytes - 2.048).abs() < 1e-9);
        assert!(pss("Rss: 1 kB").is_err());
    }
}
