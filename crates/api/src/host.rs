//! One running Gatelodge: the broker over the person's vault, the endpoint, and the demo provider.

use crate::convert;
use crate::demo::Demo;
use crate::dto::{EndpointStatus, Notice, Protection, Status, VaultCreate, VaultState, VaultStatus, VaultUnlock};
use broker::{Broker, Change, Code, Error, KeySource, Redirects};
use oauth::authorization::Callback;
use oauth::secret::Secret;
use oauth::trace::Step;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::broadcast;

/// Cheap to clone; everything ends when the last clone goes.
#[derive(Clone)]
pub struct Host {
    inner: Arc<Inner>,
}

struct Inner {
    broker: Broker,
    endpoint: endpoint::Endpoint,
    demo: Demo,
    notices: broadcast::Sender<Notice>,
    /// A flood of deep links is one answer at a time.
    answering: AtomicBool,
    last_redirects: Mutex<Redirects>,
}

#[derive(Debug, Clone, Default)]
pub struct HostOptions {
    /// The private-use scheme leads to this program.
    pub deep_link: bool,
    pub endpoint: endpoint::Options,
}

/// How often the vault is looked at for other processes' changes, while a window may be shown.
const WATCH_EVERY: Duration = Duration::from_secs(1);
/// A shorter passphrase is guessed too soon, whatever Argon2 costs.
const LEAST_PASSPHRASE: usize = 8;

impl Host {
    /// Opens the vault as far as it can be opened, and starts the endpoint. Never fails for the vault's sake:
    /// [`Host::dispatch`]`("status")` says what is missing.
    pub async fn start(broker: Broker, options: HostOptions) -> Result<Self, Error> {
        broker.open_vault(key_source()).await?;
        let endpoint = endpoint::start(broker.clone(), options.endpoint).await;
        let inner = Inner {
            broker,
            endpoint,
            demo: Demo::default(),
            notices: broadcast::channel(256).0,
            answering: AtomicBool::new(false),
            last_redirects: Mutex::default(),
        };
        let host = Self { inner: Arc::new(inner) };
        host.set_deep_link(options.deep_link);
        tokio::spawn(forward(host.clone()));
        tokio::spawn(watch(host.clone()));
        Ok(host)
    }

    pub fn broker(&self) -> &Broker {
        &self.inner.broker
    }

    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.inner.notices.subscribe()
    }

    /// Whether the private-use scheme leads here: found out by the host when it starts.
    pub fn set_deep_link(&self, deep_link: bool) {
        let redirects = Redirects { deep_link, loopback: self.inner.endpoint.status().loopback };
        *self.inner.last_redirects.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = redirects;
        self.broker().set_redirects(redirects);
    }

    /// An answer that came by deep link. What it says is shown to nobody; how it ended comes as a notice.
    pub async fn deep_link(&self, url: &str) {
        if self.inner.answering.swap(true, Ordering::SeqCst) {
            tracing::warn!("a deep link came while another was being answered; it was ignored");
            return;
        }
        if let Err(error) = self.broker().complete_login(Callback::parse(url)).await {
            tracing::info!(code = error.code().as_str(), "a deep link was not taken");
        }
        self.inner.answering.store(false, Ordering::SeqCst);
    }

    pub async fn status(&self) -> Result<Status, Error> {
        Ok(Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            vault: self.vault_status(),
            endpoint: self.endpoint_status(),
            demo: self.inner.demo.status(),
        })
    }

    pub(crate) async fn vault_create(&self, args: VaultCreate) -> Result<Status, Error> {
        let source = match (args.protection, args.passphrase, args.key_file) {
            (Protection::Keyring, ..) => KeySource::Auto,
            (Protection::Passphrase, Some(passphrase), _) if passphrase.chars().count() >= LEAST_PASSPHRASE => {
                KeySource::Passphrase(Secret::new(passphrase))
            }
            (Protection::Passphrase, ..) => {
                return Err(Error::new(
                    Code::InvalidArgument,
                    format!("a passphrase has at least {LEAST_PASSPHRASE} characters"),
                ));
            }
            (Protection::KeyFile, _, Some(path)) if !path.is_empty() => KeySource::KeyFile(PathBuf::from(path)),
            (Protection::KeyFile, ..) => return Err(Error::new(Code::InvalidArgument, "a key file has to be named")),
        };
        self.broker().open_vault(source).await?;
        self.status().await
    }

    pub(crate) async fn vault_unlock(&self, args: VaultUnlock) -> Result<Status, Error> {
        self.broker().open_vault(KeySource::Passphrase(Secret::new(args.passphrase))).await?;
        self.status().await
    }

    pub(crate) async fn vault_lock(&self) -> Result<Status, Error> {
        self.broker().lock_vault();
        self.status().await
    }

    pub(crate) async fn demo_start(&self) -> Result<Status, Error> {
        self.inner.demo.start().await?;
        self.status().await
    }

    pub(crate) async fn demo_stop(&self) -> Result<Status, Error> {
        self.inner.demo.stop();
        self.status().await
    }

    pub(crate) fn endpoint_status(&self) -> EndpointStatus {
        let status = self.inner.endpoint.status();
        EndpointStatus {
            listening: status.listening,
            address: status.address,
            socket: status.socket.map(|path| path.display().to_string()),
            message: status.message,
        }
    }

    /// Sends each step of a discovery on as a notice while it happens.
    pub(crate) fn trace(&self, trace_id: String) -> impl Fn(Step) + Send + Sync + use<> {
        let notices = self.inner.notices.clone();
        move |step| {
            // Nobody may be looking.
            let _ = notices.send(Notice::Trace { trace_id: trace_id.clone(), step: convert::step(step) });
        }
    }

    fn vault_status(&self) -> VaultStatus {
        let found = self.broker().vault_state();
        let (state, protection) = match &found {
            broker::VaultState::Open { protection } => (VaultState::Open, Some(*protection)),
            broker::VaultState::Absent { .. } => (VaultState::Absent, None),
            broker::VaultState::Locked { protection } => (VaultState::Locked, Some(*protection)),
            broker::VaultState::KeyMissing { .. } => (VaultState::KeyMissing, None),
            broker::VaultState::KeyUnavailable { .. } => (VaultState::KeyUnavailable, None),
            broker::VaultState::Unusable { .. } => (VaultState::Unusable, None),
        };
        let failure = (state != VaultState::Open).then(|| convert::failure(&found.error()));
        VaultStatus {
            state,
            protection: protection.map(|protection| match protection {
                broker::Protection::Keyring => Protection::Keyring,
                broker::Protection::Passphrase => Protection::Passphrase,
                broker::Protection::KeyFile => Protection::KeyFile,
            }),
            path: self.broker().home().database().display().to_string(),
            message: failure.as_ref().map(|failure| failure.message.clone()),
            hint: failure.map(|failure| failure.hint),
        }
    }
}

/// What opens the vault without asking: a key file or a passphrase file that the environment names, else the keyring.
fn key_source() -> KeySource {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = named("GATELODGE_KEY_FILE") {
        return KeySource::KeyFile(path);
    }
    match named("GATELODGE_PASSPHRASE_FILE").and_then(|path| std::fs::read_to_string(path).ok()) {
        Some(text) => KeySource::Passphrase(Secret::new(text.trim_end_matches(['\r', '\n']))),
        None => KeySource::Auto,
    }
}

/// What the broker tells becomes a notice.
async fn forward(host: Host) {
    let mut changes = host.broker().subscribe();
    loop {
        let notice = match changes.recv().await {
            Ok(Change::Vault) | Err(broadcast::error::RecvError::Lagged(_)) => Notice::Changed,
            Ok(Change::LoggedIn { resource_id }) => Notice::LoggedIn { resource_id },
            Ok(Change::LoginFailed { resource_id, error }) => {
                let failure = convert::failure(&error);
                Notice::LoginFailed { resource_id, code: failure.code, message: failure.message, hint: failure.hint }
            }
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let _ = host.inner.notices.send(notice);
    }
}

/// What other processes change becomes a notice too; and the loopback port, when this host takes over the endpoint.
async fn watch(host: Host) {
    let mut seen = None;
    loop {
        tokio::time::sleep(WATCH_EVERY).await;
        let redirects = *host.inner.last_redirects.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if host.inner.endpoint.status().loopback != redirects.loopback {
            host.set_deep_link(redirects.deep_link);
        }
        let Ok(version) = host.broker().data_version().await else {
            continue;
        };
        if seen.replace(version).is_some_and(|before| before != version) {
            let _ = host.inner.notices.send(Notice::Changed);
        }
    }
}
