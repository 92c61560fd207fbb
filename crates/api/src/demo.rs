//! The demo provider of the window: started once, told of, and ended with the program.

mod provider;

pub use provider::{DemoAccount, DemoProvider, demo_program, installed_demo};

use crate::dto::DemoStatus;
use crate::lock::locked;
use broker::Error;
use std::path::PathBuf;
use std::sync::Mutex;

pub(crate) struct Demo {
    program: Option<PathBuf>,
    resource: String,
    running: Mutex<Option<DemoProvider>>,
    /// Two clicks start one.
    starting: tokio::sync::Mutex<()>,
}

/// Where the demo's MCP server is, unless another program has taken the port.
pub(crate) const RESOURCE: &str = "http://127.0.0.1:4291/mcp";

impl Demo {
    /// `program`: the demo's; none: as [`demo_program`] finds it.
    pub(crate) fn new(program: Option<PathBuf>, resource: Option<String>) -> Self {
        Self {
            program: program.or_else(demo_program),
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
        running.take_if(|provider| !provider.is_alive());
        DemoStatus {
            available: self.program.as_ref().is_some_and(|path| path.is_file()),
            running: running.is_some(),
            users: running
                .as_ref()
                .map(|provider| provider.users.clone())
                .unwrap_or_default(),
            resource: running.as_ref().map(|provider| provider.resource.clone()),
        }
    }

    pub(crate) async fn start(&self) -> Result<(), Error> {
        let _one_at_a_time = self.starting.lock().await;
        if self.status().running {
            return Ok(());
        }
        let provider = DemoProvider::start(self.program.as_deref()).await?;
        *locked(&self.running) = Some(provider);
        Ok(())
    }

    /// Its input closes, and it ends by itself: as it does when this process ends, however that ends.
    pub(crate) fn stop(&self) {
        *locked(&self.running) = None;
    }
}
