//! Everything that a person or an agent can ask for.
//!
//! Each room is a floor, and uses only rooms below it: [`trace`] (what was asked, step by step), [`upstream`] (requests on their way out), [`store`] (what is kept, read
//! and written), [`issuer`] (what an authorization server is to us), [`grant`] (tokens, fresh and taken back), [`server`] (MCP
//! servers), [`agents`] and [`login`] beside each other, then the use cases in files of their own. Every failure is an
//! [`Error`] with a stable [`Code`](model::Code), a sentence, and what to do next.

mod accounts;
mod agents;
mod clients;
mod clock;
mod doctor;
mod error;
mod grant;
mod issuer;
mod login;
mod open;
mod providers;
mod removal;
mod server;
mod store;
mod trace;
mod turns;
mod upstream;

pub use agents::access_token::AccessToken;
pub use agents::permits::offers;
pub use agents::permitted::TokenRequest;
pub use agents::{AgentPage, AuthenticatedAgent};
pub use clients::ClientEntry;
pub use clock::{Clock, SystemClock};
pub use doctor::{diagram_text, doctor_report, doctor_text, mermaid, message_text};
pub use error::{Error, Offer, command_line, enter_endpoints, shell_word};
pub use grant::login_reason::{explain, login_needed, not_renewed};
pub use grant::revocation::failure as revocation_failure;
pub use issuer::redirects::has_own_place;
pub use login::LoginStart;
pub use login::beginning::LoginOptions;
use messages::text;
use model::ClosedVault;
pub use providers::ProviderEntry;
pub use removal::Removal;
pub use server::listed::{ListQuery, ListedResource, ending};
pub use server::request::Call;
pub use server::standing::refusal;
pub use server::view::ResourceView;
pub use store::exchanges::Exchanges;
pub use store::names::is_named_by_itself;
pub use store::vault_state::VaultState;
pub use trace::{step_detail, step_title};
pub use upstream::browser::{Browser, NoBrowser, Redirects, SystemBrowser};
pub use upstream::randomness::fresh_secret;
pub use vault::{
    Commit, Home, KeySource, KeyStore, LEAST_PASSPHRASE, OsKeyring, VaultVersion, cause_text,
    folder_path, passphrase_in_file, process, secret_in_file, secret_to_take_over,
};

use oauth::time::Timestamp;
use std::sync::{Arc, Mutex, RwLock};
use tokio::sync::broadcast;
use upstream::authorized::Upstream;
use vault::Vault;

/// The use cases over one vault. Cheap to clone; every host has one (invariant 7: none is special).
#[derive(Clone)]
pub struct Broker {
    inner: Arc<Inner>,
}

struct Inner {
    home: Home,
    key_store: Arc<dyn KeyStore>,
    clock: Arc<dyn Clock>,
    upstream: Upstream,
    vault: RwLock<Result<Vault, ClosedVault>>,
    redirects: RwLock<Redirects>,
    changes: broadcast::Sender<Change>,
    flights: turns::flights::Flights,
    back_off: turns::back_off::BackOff,
    renewals: turns::renewals::RenewalSchedule,
    exchanges: Exchanges,
    /// The turn of whoever writes what the disk did not take before.
    writing: Arc<tokio::sync::Mutex<()>>,
    registrations: turns::registrations::RegistrationTurns,
    wrong_passphrases: turns::passphrases::WrongPassphrases,
    event_queue: store::event_queue::EventQueue,
    access: store::access_cache::AccessCache,
    /// The turn of whoever reads what many ask for.
    reading: tokio::sync::Mutex<()>,
}

/// What a host tells its window without being asked.
#[derive(Debug, Clone)]
pub enum Change {
    /// Something in the vault is other than before.
    Vault,
    /// Lines were added to the activity log, and that is all that this commit did. None: it cannot be told from others'.
    Log(Option<Box<Commit>>),
    /// A login to this server has succeeded.
    LoggedIn {
        /// The server.
        resource_id: String,
    },
    /// A login has failed, to this server where it is known.
    LoginFailed {
        /// The server, where it is known.
        resource_id: Option<String>,
        /// Why.
        error: Error,
    },
}

impl Broker {
    /// A broker over the vault in `home`, which is opened later.
    pub fn new(
        home: Home,
        key_store: Arc<dyn KeyStore>,
        clock: Arc<dyn Clock>,
        browser: Arc<dyn Browser>,
    ) -> Result<Self, Error> {
        Ok(Self {
            inner: Arc::new(Inner {
                home,
                key_store,
                upstream: Upstream::new(browser, clock.clone())?,
                clock,
                vault: RwLock::new(Err(ClosedVault::Absent {
                    why: text::ClosedUnopened.into(),
                })),
                redirects: RwLock::new(Redirects::default()),
                changes: broadcast::channel(64).0,
                flights: turns::flights::Flights::default(),
                back_off: turns::back_off::BackOff::default(),
                renewals: turns::renewals::RenewalSchedule::default(),
                exchanges: Exchanges::default(),
                writing: Arc::default(),
                registrations: turns::registrations::RegistrationTurns::default(),
                wrong_passphrases: turns::passphrases::WrongPassphrases::default(),
                event_queue: store::event_queue::EventQueue::default(),
                access: store::access_cache::AccessCache::default(),
                reading: tokio::sync::Mutex::default(),
            }),
        })
    }

    /// The person's own vault, keyring, clock and browser.
    pub fn system() -> Result<Self, Error> {
        let home = Home::from_environment()?;
        let key_store = Arc::new(OsKeyring::new(&home));
        Self::new(
            home,
            key_store,
            Arc::new(SystemClock),
            Arc::new(SystemBrowser),
        )
    }

    /// The folder of the vault.
    pub fn home(&self) -> &Home {
        &self.inner.home
    }

    /// The time, by this broker's clock.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// What changes by this process. Changes by others show in [`Broker::data_version`].
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// The open vault, or why there is none.
    fn vault(&self) -> Result<Vault, Error> {
        match &*self
            .inner
            .vault
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
        {
            Ok(vault) => Ok(vault.clone()),
            Err(closed) => Err(closed.into()),
        }
    }

    fn changed(&self, change: Change) {
        // Nobody listening is fine: the vault holds the truth.
        let _ = self.inner.changes.send(change);
    }
}

/// A lock's content, whatever happened to a thread that held it: our data stays whole between statements.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
