//! The demo provider: an authorization server and an MCP server on this machine, in a process of their own
//! (`gatelodge demo --provider`), so that this one holds none. It ends when its standard input does.

use crate::dto::DemoStatus;
use crate::lock::locked;
use broker::{Code, Error};
use serde::Deserialize;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

pub(crate) struct Demo {
    program: Option<PathBuf>,
    resource: String,
    running: Mutex<Option<Running>>,
    /// Two clicks start one.
    starting: tokio::sync::Mutex<()>,
}

struct Running {
    /// Its standard input is held open in here.
    child: Child,
    _output: BufReader<ChildStdout>,
    offer: Offer,
}

/// The one line that the provider prints.
#[derive(Clone, Deserialize)]
struct Offer {
    resource: String,
    users: Vec<String>,
}

/// Where `gatelodge demo` puts its MCP server, unless another program has taken the port.
pub(crate) const RESOURCE: &str = "http://127.0.0.1:4291/mcp";
const START_LIMIT: Duration = Duration::from_secs(20);
const LONGEST_LINE: u64 = 64 * 1024;

impl Demo {
    /// `program`: the command line program; none: the one that `GATELODGE_CLI` names, else the one beside this program.
    pub(crate) fn new(program: Option<PathBuf>, resource: Option<String>) -> Self {
        let named = || {
            std::env::var_os("GATELODGE_CLI")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from)
        };
        let beside = || {
            Some(
                std::env::current_exe()
                    .ok()?
                    .with_file_name(format!("gatelodge{}", std::env::consts::EXE_SUFFIX)),
            )
        };
        Self {
            program: program.or_else(named).or_else(beside),
            resource: resource.unwrap_or_else(|| RESOURCE.to_owned()),
            running: Mutex::default(),
            starting: tokio::sync::Mutex::default(),
        }
    }

    /// The MCP server that is known as the demo, whether it runs or not.
    pub(crate) fn resource(&self) -> &str {
        &self.resource
    }

    pub(crate) fn status(&self) -> DemoStatus {
        let mut running = locked(&self.running);
        // One that died is not running.
        if running
            .as_mut()
            .is_some_and(|running| !matches!(running.child.try_wait(), Ok(None)))
        {
            *running = None;
        }
        let offer = running.as_ref().map(|running| running.offer.clone());
        DemoStatus {
            available: self.program().is_some(),
            running: offer.is_some(),
            users: offer
                .as_ref()
                .map(|offer| offer.users.clone())
                .unwrap_or_default(),
            resource: offer.map(|offer| offer.resource),
        }
    }

    pub(crate) async fn start(&self) -> Result<(), Error> {
        let _one_at_a_time = self.starting.lock().await;
        if self.status().running {
            return Ok(());
        }
        let program = self
            .program()
            .ok_or_else(|| failed("the program gatelodge is not beside this one"))?;
        let mut child = Command::new(program)
            .args(["demo", "--provider"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(&error.to_string()))?;
        let mut output = BufReader::new(
            child
                .stdout
                .take()
                .ok_or_else(|| failed("it has no output"))?,
        );
        let mut line = String::new();
        let mut limited = (&mut output).take(LONGEST_LINE);
        let read = tokio::time::timeout(START_LIMIT, limited.read_line(&mut line)).await;
        match read {
            Err(_) => return Err(failed("it said nothing")),
            Ok(Err(error)) => return Err(failed(&error.to_string())),
            Ok(Ok(0)) => return Err(failed("it ended at once")),
            Ok(Ok(_)) => {}
        }
        let offer = serde_json::from_str(&line)
            .map_err(|_| failed("it answered with something else than it should"))?;
        *locked(&self.running) = Some(Running {
            child,
            _output: output,
            offer,
        });
        Ok(())
    }

    /// Its input closes, and it ends by itself: as it does when this process ends, however that ends.
    pub(crate) fn stop(&self) {
        *locked(&self.running) = None;
    }

    fn program(&self) -> Option<&PathBuf> {
        self.program.as_ref().filter(|path| path.is_file())
    }
}

fn failed(why: &str) -> Error {
    Error::new(
        Code::Internal,
        format!("the demo server could not be started: {why}"),
    )
    .with_hint("Run `gatelodge demo` in a terminal to see what it says.")
}
