//! The host of this process: the window may come before it, and then waits.

use api::convert;
use api::dto::Problem;
use api::{Host, HostOptions};
use broker::{Broker, Error};
use messages::text;
use model::Code;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

type HostResult = Result<Host, Problem>;

pub(crate) struct ProcessHost {
    sender: watch::Sender<Option<HostResult>>,
}

/// What is under way at an issuer is waited for, so that no login is lost; its own limits are shorter.
const END_LIMIT: Duration = Duration::from_secs(80);

impl ProcessHost {
    pub(crate) fn new() -> Self {
        Self {
            sender: watch::Sender::new(None),
        }
    }

    /// Starts it. One that cannot start is shown by the window, as the failure of everything that it asks for.
    pub(crate) async fn start(&self, downloads: Option<PathBuf>) -> HostResult {
        let started = start(downloads).await.map_err(|error| {
            tracing::error!(code = error.code().as_str(), "{error}");
            convert::problem(&error)
        });
        self.sender.send_replace(Some(started.clone()));
        started
    }

    pub(crate) async fn host(&self) -> HostResult {
        let mut started = self.sender.subscribe();
        let found = started
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|found| found.clone());
        match found {
            Some(started) => started,
            None => Err(convert::problem(&Error::new(
                Code::Internal,
                text::HostEnding,
            ))),
        }
    }

    /// Lets what is under way finish.
    pub(crate) async fn stop(&self) {
        let started = self.sender.borrow().clone();
        if let Some(Ok(host)) = started
            && tokio::time::timeout(END_LIMIT, host.stop()).await.is_err()
        {
            tracing::warn!("the endpoint did not end in time");
        }
    }
}

async fn start(downloads: Option<PathBuf>) -> Result<Host, Error> {
    let options = HostOptions {
        endpoint: endpoint::Options::from_environment()?,
        downloads,
        ..HostOptions::default()
    };
    Host::start(Broker::system()?, options).await
}
