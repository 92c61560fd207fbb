//! One running Gatelodge: the broker over the person's vault, the endpoint, and the demo provider.

use crate::convert;
use crate::demo::Demo;
use crate::dto::{Notice, Status};
use crate::last_diagnosis::LastDiagnosis;
use crate::links::Links;
use crate::lock::locked;
use broker::{Broker, Error, KeySource, Redirects};
use oauth::trace::Step;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::broadcast;

/// Cheap to clone; everything ends when the last clone goes.
#[derive(Clone)]
pub struct Host {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) broker: Broker,
    pub(crate) endpoint: Mutex<Option<endpoint::Endpoint>>,
    pub(crate) endpoint_status: tokio::sync::watch::Receiver<endpoint::Status>,
    pub(crate) demo: Demo,
    pub(crate) notices: broadcast::Sender<Notice>,
    pub(crate) links: Links,
    pub(crate) last_diagnosis: LastDiagnosis,
    pub(crate) key: KeySource,
    /// How the last login at each server failed: a window that was closed meanwhile shows it when it is opened again.
    pub(crate) login_failures: Mutex<HashMap<String, Error>>,
    /// Why the vault could not even be looked at, the last time that was tried.
    pub(crate) fault: Mutex<Option<Error>>,
    pub(crate) deep_link: AtomicBool,
}

/// What a host is started with.
#[derive(Debug, Clone, Default)]
pub struct HostOptions {
    /// The private-use scheme leads to this program.
    pub deep_link: bool,
    /// Where agents reach it.
    pub endpoint: endpoint::Options,
    /// What opens the vault. None: what the environment names, else the keyring.
    pub key: Option<KeySource>,
    /// The program of the demo provider. None: the one that the environment names, or that is beside this one.
    pub demo_program: Option<PathBuf>,
    /// Where the demo server is. None: where the program itself puts it.
    pub demo: Option<String>,
    /// Where what the person saves goes to. None: nothing can be saved.
    pub downloads: Option<PathBuf>,
}

impl Host {
    /// The use cases.
    pub fn broker(&self) -> &Broker {
        &self.inner.broker
    }

    /// What the window is told from now on.
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

    pub(crate) async fn status(&self) -> Result<Status, Error> {
        let servers = self.broker().count_resources().await.unwrap_or_default();
        Ok(Status {
            servers,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            vault: convert::vault_status(self.broker(), locked(&self.inner.fault).as_ref()),
            endpoint: convert::endpoint_status(&self.inner.endpoint_status.borrow()),
            demo: self.inner.demo.status(),
        })
    }

    /// Until the next login there begins.
    pub(crate) fn keep_failure(&self, resource_id: &str, failure: Error) {
        locked(&self.inner.login_failures).insert(resource_id.to_owned(), failure);
    }

    /// Sends each step of a discovery on as a notice while it happens.
    pub(crate) fn trace(&self, trace_id: String) -> impl Fn(Step) + Send + Sync + use<> {
        let notices = self.inner.notices.clone();
        move |step: Step| {
            // Nobody may be looking.
            let _ = notices.send(Notice::Trace {
                trace_id: trace_id.clone(),
                step: convert::step(&step),
            });
        }
    }

    pub(crate) fn notify(&self, notice: Notice) {
        // Nobody listening is fine: whoever comes later fetches.
        let _ = self.inner.notices.send(notice);
    }
}
