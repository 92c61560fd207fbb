//! How a host begins and ends.

use crate::demo::Demo;
use crate::host::{Host, HostOptions, Inner};
use crate::last_diagnosis::LastDiagnosis;
use crate::links::Links;
use crate::lock::locked;
use crate::{key_source, watch};
use broker::{Broker, Error};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::broadcast;

/// How long the program's end waits for a disk that takes nothing.
const PATIENCE: Duration = Duration::from_secs(20);

impl Host {
    /// Opens the vault as far as it can be opened, and starts the endpoint. Does not fail for the vault's sake:
    /// [`Host::dispatch`]`("status")` says what is missing.
    pub async fn start(broker: Broker, options: HostOptions) -> Result<Self, Error> {
        let key = match options.key {
            Some(key) => key,
            None => key_source(None)?,
        };
        // Nothing that the broker tells may be missed.
        let changes = broker.subscribe();
        // What is wrong with the vault is for the status to say.
        let fault = broker.open_vault(key.clone()).await.err();
        let endpoint = endpoint::start(broker.clone(), options.endpoint).await;
        let inner = Inner {
            broker,
            endpoint_status: endpoint.watch(),
            endpoint: Mutex::new(Some(endpoint)),
            demo: Demo::new(options.demo_program, options.demo),
            notices: broadcast::channel(256).0,
            links: Links::default(),
            last_diagnosis: LastDiagnosis::new(options.downloads),
            key,
            login_failures: Mutex::default(),
            fault: Mutex::new(fault),
            deep_link: AtomicBool::new(options.deep_link),
        };
        let host = Self {
            inner: Arc::new(inner),
        };
        // Before anybody reads what there is.
        host.speak_as_chosen().await;
        host.tell_redirects();
        tokio::spawn(watch::run(Arc::downgrade(&host.inner), changes));
        Ok(host)
    }

    /// Lets agents' answers and logins under way finish, keeps what came of them, and takes the ports and the socket away.
    /// Dropping does the last alone, without waiting.
    pub async fn stop(&self) {
        self.inner.demo.stop();
        let endpoint = locked(&self.inner.endpoint).take();
        if let Some(endpoint) = endpoint {
            endpoint.stop().await;
        }
        let lost = self.broker().close(PATIENCE).await;
        if lost > 0 {
            tracing::error!(lost, "the disk did not take what issuers answered");
        }
    }
}
