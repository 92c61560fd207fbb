//! One running Gatelodge: the broker over the person's vault, the endpoint, and the demo provider.

use crate::demo::Demo;
use crate::dto::{Failure, Notice, Status};
use crate::link::Links;
use crate::looks::Looks;
use crate::{convert, key_source, watch};
use broker::{Broker, Error, KeySource, Redirects};
use oauth::trace::Step;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// Cheap to clone; everything ends when the last clone goes.
#[derive(Clone)]
pub struct Host {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) broker: Broker,
    endpoint: Mutex<Option<endpoint::Endpoint>>,
    pub(crate) endpoint_status: tokio::sync::watch::Receiver<endpoint::Status>,
    pub(crate) demo: Demo,
    pub(crate) notices: broadcast::Sender<Notice>,
    pub(crate) links: Links,
    pub(crate) looks: Looks,
    pub(crate) key: KeySource,
    /// How the last login at each server failed: a window that was closed meanwhile shows it when it is opened again.
    pub(crate) login_failures: Mutex<HashMap<String, Failure>>,
    /// Why the vault could not even be looked at, the last time that was tried.
    pub(crate) fault: Mutex<Option<Error>>,
    deep_link: AtomicBool,
}

/// How long the program's end waits for a disk that takes nothing.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Default)]
pub struct HostOptions {
    /// The private-use scheme leads to this program.
    pub deep_link: bool,
    pub endpoint: endpoint::Options,
    /// What opens the vault. None: what the environment names, else the keyring.
    pub key: Option<KeySource>,
    /// The command line program, for the demo provider. None: the one that the environment names, or that is beside this one.
    pub cli: Option<PathBuf>,
    /// Where the demo server is. None: where the program itself puts it.
    pub demo: Option<String>,
    /// Where what the person saves goes to. None: nothing can be saved.
    pub downloads: Option<PathBuf>,
}

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
            demo: Demo::new(options.cli, options.demo),
            notices: broadcast::channel(256).0,
            links: Links::default(),
            looks: Looks::new(options.downloads),
            key,
            login_failures: Mutex::default(),
            fault: Mutex::new(fault),
            deep_link: AtomicBool::new(options.deep_link),
        };
        let host = Self {
            inner: Arc::new(inner),
        };
        host.tell_redirects();
        tokio::spawn(watch::run(Arc::downgrade(&host.inner), changes));
        host.revive_demo();
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

    pub fn broker(&self) -> &Broker {
        &self.inner.broker
    }

    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.inner.notices.subscribe()
    }

    /// Whether the private-use scheme leads here: found out by the host when it starts.
    pub fn set_deep_link(&self, deep_link: bool) {
        self.inner.deep_link.store(deep_link, Ordering::SeqCst);
        self.tell_redirects();
    }

    /// The broker learns where answers can arrive now.
    pub(crate) fn tell_redirects(&self) {
        let deep_link = self.inner.deep_link.load(Ordering::SeqCst);
        let loopback = self.inner.endpoint_status.borrow().loopback;
        self.broker().set_redirects(Redirects {
            deep_link,
            loopback,
        });
    }

    #[expect(
        clippy::unused_async,
        reason = "the table of commands awaits each of them"
    )]
    pub(crate) async fn status(&self) -> Result<Status, Error> {
        Ok(Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            vault: convert::vault_status(self.broker(), locked(&self.inner.fault).as_ref()),
            endpoint: convert::endpoint_status(&self.inner.endpoint_status.borrow()),
            demo: self.inner.demo.status(),
        })
    }

    pub(crate) async fn demo_start(&self) -> Result<Status, Error> {
        self.inner.demo.start().await?;
        self.notify(Notice::Changed);
        self.status().await
    }

    /// A demo server that was added lives as long as the program that keeps its logins.
    pub(crate) fn revive_demo(&self) {
        let host = self.clone();
        tokio::spawn(async move {
            if host
                .broker()
                .resource(host.inner.demo.resource())
                .await
                .is_err()
            {
                return;
            }
            match host.inner.demo.start().await {
                // Another program has its place: elsewhere it is of no use to the server that was added.
                Ok(())
                    if host.inner.demo.status().resource.as_deref()
                        != Some(host.inner.demo.resource()) =>
                {
                    host.inner.demo.stop();
                }
                Ok(()) => host.notify(Notice::Changed),
                Err(error) => tracing::warn!(%error, "the demo server could not be started again"),
            }
        });
    }

    /// Until the next login there begins.
    pub(crate) fn keep_failure(&self, resource_id: &str, failure: Failure) {
        locked(&self.inner.login_failures).insert(resource_id.to_owned(), failure);
    }

    pub(crate) async fn demo_stop(&self) -> Result<Status, Error> {
        self.inner.demo.stop();
        self.notify(Notice::Changed);
        self.status().await
    }

    /// Sends each step of a discovery on as a notice while it happens.
    pub(crate) fn trace(&self, trace_id: String) -> impl Fn(Step) + Send + Sync + use<> {
        let notices = self.inner.notices.clone();
        move |step| {
            // Nobody may be looking.
            let _ = notices.send(Notice::Trace {
                trace_id: trace_id.clone(),
                step: convert::step(step),
            });
        }
    }

    pub(crate) fn notify(&self, notice: Notice) {
        // Nobody listening is fine: whoever comes later fetches.
        let _ = self.inner.notices.send(notice);
    }
}

/// For a program that could not even start a host: what its window shows for every command.
impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        convert::failure(error)
    }
}

/// A lock's content, whatever happened to a thread that held it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
