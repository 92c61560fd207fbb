//! Subject and reference as processes: started, found, and what the kernel counts of them (proc(5)).

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal};
use serde::Deserialize;

use crate::http::{Connection, TokenRequest};
use crate::load::{Load, Target};

/// A host that takes longer than this to end is at fault.
const LONGEST_STOP: Duration = Duration::from_secs(20);

/// A running server, ended when dropped.
pub struct Server {
    process: Child,
    /// Held, or it could not say anything more.
    _output: BufReader<ChildStdout>,
    /// Where it listens on TCP.
    pub address: SocketAddr,
    /// Where it listens otherwise.
    pub socket: PathBuf,
}

#[derive(Deserialize)]
struct Announcement {
    address: String,
    socket: PathBuf,
}

impl Server {
    /// Starts it and reads the JSON by which it says where it is.
    pub fn start(mut command: Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", name_of(&command)))?;
        let output = process.stdout.take().context("it has a stdout")?;
        let mut output = BufReader::new(output);
        let mut text = String::new();
        let said: Announcement = loop {
            ensure!(
                output.read_line(&mut text)? > 0,
                "{} ended: {text}",
                name_of(&command)
            );
            if text.trim_end().ends_with('}') {
                break serde_json::from_str(&text)?;
            }
        };
        let address = said.address.trim_start_matches("http://").parse()?;
        Ok(Self {
            process,
            _output: output,
            address,
            socket: said.socket,
        })
    }

    /// Its number among the processes.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Over TCP.
    pub fn tcp(&self) -> Target {
        Target::Tcp(self.address)
    }

    /// Over its socket.
    pub fn unix(&self) -> Target {
        Target::Unix(self.socket.clone())
    }

    /// These requests in turn, over so many kept connections.
    pub fn load(&self, requests: &[TokenRequest], connections: usize, time: Duration) -> Load {
        let host = self.address.to_string();
        let bytes = requests
            .iter()
            .map(|request| request.bytes(&host, Connection::KeepAlive));
        Load {
            target: self.tcp(),
            requests: std::sync::Arc::new(bytes.collect()),
            connections,
            time,
        }
    }

    /// Seconds of CPU so far, in the program and in the kernel for it.
    pub fn cpu(&self) -> Result<f64> {
        cpu_of(&std::fs::read_to_string(format!(
            "/proc/{}/stat",
            self.id()
        ))?)
    }

    /// Resident memory, in MiB.
    pub fn resident(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        mebibytes(&status, "VmRSS:")
    }

    /// The most that it ever was, in MiB.
    pub fn most_resident(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        mebibytes(&status, "VmHWM:")
    }

    /// How often each of its threads has gone to sleep by itself, and so was woken, by the thread's number.
    pub fn wake_ups(&self) -> Result<BTreeMap<OsString, u64>> {
        let mut by_thread = BTreeMap::new();
        for task in std::fs::read_dir(format!("/proc/{}/task", self.id()))? {
            let task = task?;
            // A thread may end while we look.
            if let Ok(status) = std::fs::read_to_string(task.path().join("status")) {
                by_thread.insert(
                    task.file_name(),
                    field(&status, "voluntary_ctxt_switches:")?,
                );
            }
        }
        Ok(by_thread)
    }
}

/// Wake-ups between two looks. A thread that has ended took its count along: those of its last moments are not known.
pub fn between(before: &BTreeMap<OsString, u64>, after: &BTreeMap<OsString, u64>) -> u64 {
    after
        .iter()
        .map(|(thread, count)| count - before.get(thread).unwrap_or(&0).min(count))
        .sum()
}

impl Server {
    /// Ends it as an init system does, so that the next start finds what a start usually finds.
    pub async fn stop(mut self) -> Result<()> {
        let process = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        rustix::process::kill_process(process.context("a process")?, Signal::TERM)?;
        let end = Instant::now() + LONGEST_STOP;
        while self.process.try_wait()?.is_none() {
            ensure!(Instant::now() < end, "it does not end");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Without its folder: what is written stands in documents of the repository.
pub fn name_of(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name();
    name.unwrap_or_default().to_string_lossy().into_owned()
}

/// USER_HZ, the unit of stat's times, is 100 on every architecture that this runs on.
const TICKS: f64 = 100.0;

/// Fields 14 and 15 of stat, counted behind the program's name, which may hold anything.
fn cpu_of(stat: &str) -> Result<f64> {
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let mut times = fields.split_whitespace().skip(11);
    let mut next = || -> Result<f64> { Ok(times.next().context("no times in stat")?.parse()?) };
    Ok((next()? + next()?) / TICKS)
}

fn mebibytes(status: &str, name: &str) -> Result<f64> {
    Ok(f64::from(u32::try_from(field(status, name)?)?) / 1024.0)
}

fn field(status: &str, name: &str) -> Result<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .with_context(|| format!("the kernel does not say {name}"))?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// `gatelodge` on the vault in this folder, with nothing of the person's: an empty environment but for what is named here.
pub fn gatelodge<A: AsRef<OsStr>>(program: &Path, folder: &Path, arguments: &[A]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .env("GATELODGE_HOME", folder.join("home"))
        .env("GATELODGE_KEY_FILE", folder.join("key"))
        .env("GATELODGE_BROWSER", "none")
        // Any that is free.
        .env("GATELODGE_PORT", "0");
    command
}

#[cfg(test)]
mod tests {
    use super::{between, cpu_of, field, mebibytes};

    #[test]
    fn the_kernels_words_are_read() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 1 0 0 0 150 50 9 9 20 0 1 0";
        assert!((cpu_of(stat).expect("times") - 2.0).abs() < 1e-9);
        assert!(cpu_of("7").is_err());
        let status = "VmRSS:\t    2048 kB\nvoluntary_ctxt_switches:\t12\n";
        assert!((mebibytes(status, "VmRSS:").expect("there") - 2.0).abs() < 1e-9);
        assert_eq!(
            field(status, "voluntary_ctxt_switches:").expect("there"),
            12
        );
        assert!(field(status, "VmSwap:").is_err());
    }

    #[test]
    fn a_thread_that_ended_takes_nothing_from_the_others() {
        let counts = |list: &[(&str, u64)]| {
            list.iter()
                .map(|(thread, count)| ((*thread).into(), *count))
                .collect()
        };
        let before = counts(&[("1", 10), ("2", 500)]);
        assert_eq!(between(&before, &counts(&[("1", 12), ("3", 4)])), 6);
    }
}
