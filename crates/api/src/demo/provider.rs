//! The demo provider: an authorization server and an MCP server on this machine, in a process of their own, so that this one holds
//! none. It ends when its standard input does.

use broker::{Error, command_line};
use messages::{Text, text};
use model::Code;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

/// A running demo provider, for as long as this lives.
pub struct DemoProvider {
    /// Its standard input is held open in here.
    child: Child,
    _output: BufReader<ChildStdout>,
    /// The address of its MCP server.
    pub resource: String,
    /// Who may log in there, and with which password, in one line each.
    pub users: Vec<String>,
    /// The same, for a program.
    pub accounts: Vec<DemoAccount>,
}

/// Someone who may log in at the demo's authorization server.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoAccount {
    /// The name to log in with.
    pub name: String,
    /// The password to log in with.
    pub password: String,
}

/// The one line that it prints.
#[derive(Deserialize)]
struct Announcement {
    resource: String,
    users: Vec<String>,
    #[serde(default)]
    accounts: Vec<DemoAccount>,
}

const START_LIMIT: Duration = Duration::from_secs(20);
const LONGEST_LINE: u64 = 64 * 1024;
const LONGEST_REASON: u64 = 1024;

/// The program `gatelodge-demo`: the one that `GATELODGE_DEMO` names, else the one beside this program, whether it is there or not.
pub fn demo_program() -> Option<PathBuf> {
    let named = std::env::var_os("GATELODGE_DEMO").filter(|path| !path.is_empty());
    let beside = || {
        let name = format!("gatelodge-demo{}", std::env::consts::EXE_SUFFIX);
        Some(std::env::current_exe().ok()?.with_file_name(name))
    };
    named.map(PathBuf::from).or_else(beside)
}

impl DemoProvider {
    /// Starts it, and waits until it says where it is.
    pub async fn start(program: Option<&Path>) -> Result<Self, Error> {
        let mut command = Command::new(installed_demo(program)?);
        // Ctrl-C is for whoever started it: it ends with them, and not before.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed_by(&error))?;
        let (Some(stdout), stderr) = (child.stdout.take(), child.stderr.take()) else {
            return Err(failed(text::DemoNoOutput));
        };
        let mut output = BufReader::new(stdout);
        let mut line = String::new();
        let mut limited = (&mut output).take(LONGEST_LINE);
        let read = tokio::time::timeout(START_LIMIT, limited.read_line(&mut line)).await;
        match read {
            Err(_) => return Err(failed(text::DemoSilent)),
            Ok(Err(error)) => return Err(failed_by(&error)),
            Ok(Ok(0)) => return Err(failed(reason(stderr).await)),
            Ok(Ok(_)) => {}
        }
        let announced: Announcement =
            serde_json::from_str(&line).map_err(|_| failed(text::DemoGarbled))?;
        Ok(Self {
            child,
            _output: output,
            resource: announced.resource,
            users: announced.users,
            accounts: announced.accounts,
        })
    }

    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

/// The program, if it is there: packages may leave it out.
pub fn installed_demo(program: Option<&Path>) -> Result<&Path, Error> {
    program.filter(|path| path.is_file()).ok_or_else(|| {
        let what: Text = match program {
            Some(path) => text::DemoProgramMissing {
                path: path.display().to_string(),
            }
            .into(),
            None => text::DemoNotInstalled.into(),
        };
        Error::new(Code::NotFound, what).with_hint(text::DemoInstallHint)
    })
}

/// What it says of why it ended.
async fn reason(stderr: Option<ChildStderr>) -> Text {
    let mut said = String::new();
    if let Some(stderr) = stderr {
        // What is no text says nothing.
        let _ = stderr.take(LONGEST_REASON).read_to_string(&mut said).await;
    }
    match said.trim() {
        "" => text::DemoEnded.into(),
        said => text::DemoSaid { said }.into(),
    }
}

fn failed(why: impl Into<Text>) -> Error {
    let failed = text::DemoFailed { why: why.into() };
    Error::new(Code::Internal, failed).with_hint(text::DemoFailedHint {
        command: command_line(&["demo"]),
    })
}

fn failed_by(error: &std::io::Error) -> Error {
    let error = error.to_string();
    failed(text::DemoError { error })
}
