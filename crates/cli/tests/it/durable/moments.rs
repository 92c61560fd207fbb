//! A program whose progress is seen from outside, so that it can be met at a moment of its own and not at one of the clock.

use crate::setup::{Person, Running, same_environment};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use testbed::Testbed;
use tokio::sync::watch;

/// What it asks of the system between a start and an end that is worth a moment: what it sends, reads and writes.
const CALLS: &str = "connect,sendto,writev,recvfrom,pwrite64,fdatasync,ftruncate,fsync";

/// When someone ends the program.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    /// After so many calls to the system.
    Calls(usize),
    /// The issuer has been asked, and takes its time.
    Asked,
    /// The issuer has answered.
    Answered,
}

/// A program under strace, which tells each call. It is our own child all the same: its status is its own.
pub(crate) struct Watched {
    pub(crate) running: Running,
    /// How many calls there were; it ends with the program.
    calls: watch::Receiver<usize>,
}

impl Watched {
    pub(crate) fn run(person: &Person, args: &[&str]) -> Self {
        let plain = person.command(args);
        let mut traced = Command::new("strace");
        traced.args([
            "-D",
            "-f",
            "-qq",
            "-e",
            "signal=none",
            "-e",
            &format!("trace={CALLS}"),
        ]);
        traced.arg(plain.get_program()).args(plain.get_args());
        same_environment(&mut traced, &plain);
        traced
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = traced.spawn().expect("strace is installed");
        let (told, calls) = watch::channel(0);
        let lines = BufReader::new(child.stderr.take().expect("stderr")).split(b'\n');
        std::thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .for_each(|_| told.send_modify(|calls| *calls += 1));
        });
        Self {
            running: Running(child),
            calls,
        }
    }

    /// Waits for the moment. It may be past it, or have ended.
    pub(crate) async fn reach(&mut self, moment: Moment, from: &Start<'_>) {
        match moment {
            Moment::Calls(number) => {
                let least = from.calls + number;
                // An error is its end.
                let _ = self.calls.wait_for(|calls| *calls >= least).await;
            }
            Moment::Asked => {
                self.until(|| from.web.requests("/token") > from.asked)
                    .await;
            }
            Moment::Answered => {
                self.until(|| from.web.answered("/token", 200) > from.answered)
                    .await;
            }
        }
    }

    /// What was there before whatever the moments are of.
    pub(crate) fn start<'w>(&self, web: &'w Testbed) -> Start<'w> {
        Start {
            web,
            calls: *self.calls.borrow(),
            asked: web.requests("/token"),
            answered: web.answered("/token", 200),
        }
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.running.0
    }

    async fn until(&mut self, is_so: impl Fn() -> bool) {
        while !is_so() && self.running.0.try_wait().expect("our child").is_none() {
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) struct Start<'w> {
    web: &'w Testbed,
    calls: usize,
    asked: usize,
    answered: usize,
}
