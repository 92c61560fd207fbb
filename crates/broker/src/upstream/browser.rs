//! The person's browser (seam `Browser`). A URL is one argument of a program, never part of a shell's line (B-08).

use crate::error::words;
use messages::{Text, text};
use oauth::uri::secure_url;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// What opens a page for the person.
pub trait Browser: Send + Sync {
    /// Opens the URL, or says why not. What it does must not depend on what the URL holds.
    fn open(&self, url: &str) -> Result<(), Text>;

    /// Names the run of this machine that the browser lives in at most; empty where that is not known. What a browser
    /// holds back it holds back no longer in the next one.
    fn boot(&self) -> String {
        String::new()
    }
}

/// The system's default browser, or the program that `GATELODGE_BROWSER` names (`none` for never).
pub struct SystemBrowser;

/// For machines without a browser: the person carries the URL over.
pub struct NoBrowser;

/// A launcher that has not failed by then is taken to have worked: some stay for as long as the browser does.
const PATIENCE: Duration = Duration::from_secs(3);

impl Browser for SystemBrowser {
    fn open(&self, url: &str) -> Result<(), Text> {
        // Checked when it came in, and once more at the door.
        let url = secure_url(url).map_err(|error| words::url::text(&error))?;
        match std::env::var("GATELODGE_BROWSER") {
            Ok(none) if none == "none" => NoBrowser.open(url.as_str()),
            Ok(program) if !program.is_empty() => {
                let mut command = Command::new(program);
                command.arg(url.as_str());
                launch(command)
            }
            _ => {
                let mut problem = text::BrowserUnknown.into();
                for command in open::commands(url.as_str()) {
                    match launch(command) {
                        Ok(()) => return Ok(()),
                        Err(why) => problem = why,
                    }
                }
                Err(problem)
            }
        }
    }

    fn boot(&self) -> String {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        id.trim().chars().take(64).collect()
    }
}

impl Browser for NoBrowser {
    fn open(&self, _: &str) -> Result<(), Text> {
        Err(text::BrowserNone.into())
    }
}

fn launch(mut command: Command) -> Result<(), Text> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| not_started(&program, &error))?;
    let (ended, end) = mpsc::channel();
    // The thread also collects the child when it ends, so that none stays behind as a zombie.
    std::thread::spawn(move || ended.send(child.wait()));
    match end.recv_timeout(PATIENCE) {
        Ok(Ok(status)) if !status.success() => {
            let detail = status.to_string();
            Err(text::BrowserFailed { program, detail }.into())
        }
        Ok(Err(error)) => Err(not_started(&program, &error)),
        _ => Ok(()),
    }
}

fn not_started(program: &str, error: &std::io::Error) -> Text {
    let detail = error.to_string();
    text::BrowserNotStarted { program, detail }.into()
}

/// Where an answer of the browser can arrive; each host says what it can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redirects {
    /// The private-use scheme is ours on this machine.
    pub deep_link: bool,
    /// A listener of this vault holds this port.
    pub loopback: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_d22_nothing_but_a_web_address_reaches_a_program() {
        for hostile in [
            "--help",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "http://a:$(calc)?x",
            "http://example.com/",
            "calculator:",
        ] {
            assert!(SystemBrowser.open(hostile).is_err(), "{hostile}");
        }
    }
}
