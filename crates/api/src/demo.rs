//! The demo provider: an authorization server and an MCP server on this machine, in a process of their own
//! (`gatelodge demo --provider`), so that this one holds none. It ends when its standard input does.

use crate::dto::DemoStatus;
use broker::{Code, Error};
use serde::Deserialize;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

#[derive(Default)]
pub(crate) struct Demo {
    running: Mutex<Option<Running>>,
}

struct Running {
    child: Child,
    offer: Offer,
}

/// The one line that the provider prints.
#[derive(Clone, Deserialize)]
struct Offer {
    resource: String,
    users: Vec<String>,
}

const START_LIMIT: Duration = Duration::from_secs(20);

impl Demo {
    pub(crate) fn status(&self) -> DemoStatus {
        let mut running = self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // One that died is not running.
        if running.as_mut().is_some_and(|running| !matches!(running.child.try_wait(), Ok(None))) {
            *running = None;
        }
        let offer = running.as_ref().map(|running| running.offer.clone());
        DemoStatus {
            available: program().is_some(),
            running: offer.is_some(),
            users: offer.as_ref().map(|offer| offer.users.clone()).unwrap_or_default(),
            resource: offer.map(|offer| offer.resource),
        }
    }

    pub(crate) async fn start(&self) -> Result<(), Error> {
        if self.status().running {
            return Ok(());
        }
        let failed = |why: &str| Error::new(Code::Internal, format!("the demo server could not be started: {why}"));
        let program = program().ok_or_else(|| failed("the program gatelodge is not beside this one"))?;
        let mut child = Command::new(program)
            .args(["demo", "--provider"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&error.to_string()))?;
        let output = child.stdout.take().ok_or_else(|| failed("it has no output"))?;
        let mut lines = BufReader::new(output).lines();
        let line = tokio::time::timeout(START_LIMIT, lines.next_line()).await.map_err(|_| failed("it said nothing"))?;
        let line = line.ok().flatten().ok_or_else(|| failed("it ended at once"))?;
        let offer: Offer = serde_json::from_str(&line).map_err(|error| failed(&error.to_string()))?;
        *self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Running { child, offer });
        Ok(())
    }

    /// Its input closes and the process is ended with it.
    pub(crate) fn stop(&self) {
        *self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }
}

/// The command line program: the one that `GATELODGE_CLI` names, else the one beside this program.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("GATELODGE_CLI").map(PathBuf::from);
    let beside = || Some(std::env::current_exe().ok()?.with_file_name(format!("gatelodge{}", std::env::consts::EXE_SUFFIX)));
    named.or_else(beside).filter(|path| path.is_file())
}
