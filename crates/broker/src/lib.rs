//! Everything that a person or an agent can ask for.
//!
//! Each room is a floor, and uses only rooms below it: [`upstream`] (requests on their way out), [`store`] (what is kept, read
//! and written), [`issuer`] (what an authorization server is to us), [`grant`] (tokens, fresh and taken back), [`server`] (MCP
//! servers), [`agents`] and [`login`] beside each other, then the use cases in files of their own. Every failure is an
//! [`Error`] with a stable [`Code`], a sentence, and what to do next.

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
mod turns;
mod upstream;

pub use agents::permits::{PermitOffer, offers};
pub use agents::token::{Issued, TokenRequest};
pub use clients::ClientEntry;
pub use clock::{Clock, SystemClock};
pub use doctor::{Diagnosis, DiagnosisResult, Diagram, Finding, FindingKind, Message};
pub use error::{Code, Error, Offer, command_line, shell_word};
pub use grant::login_reason::{explain, login_needed, not_renewed};
pub use grant::revocation::{
    LastToken, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind, RevocationState,
};
pub use issuer::redirects::has_own_place;
pub use login::Started;
pub use login::beginning::LoginOptions;
pub use providers::ProviderEntry;
pub use removal::Removal;
pub use server::request::Call;
pub use server::standing::{Standing, StandingPermit};
pub use server::view::{ResourceState, ResourceView, ending};
pub use store::exchanges::Air;
pub use store::names::is_named_by_itself;
pub use store::settings::Settings;
pub use store::vault_state::VaultState;
pub use upstream::browser::{Browser, NoBrowser, Redirects, SystemBrowser};
pub use vault::{
    Agent, Event, EventQuery, Home, IdentityProvider, KeySource, KeyStore, LEAST_PASSPHRASE,
    LoginMethod, OsKeyring, Permit, Protection, RedirectPreference, ResourceProtection,
    ResourceRecord, Unanswered, passphrase_in_file, process, secret_in_file, secret_to_take_over,
    way,
};

use oauth::dpop::Nonces;
use oauth::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use tokio::sync::broadcast;
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
    browser: Arc<dyn Browser>,
    http: upstream::http::Client,
    vault: RwLock<Result<Vault, VaultState>>,
    redirects: RwLock<Redirects>,
    changes: broadcast::Sender<Change>,
    flights: turns::flights::Flights,
    ahead: grant::fresh::Ahead,
    air: Air,
    /// The turn of whoever writes what the disk did not take before.
    writing: Arc<tokio::sync::Mutex<()>>,
    registering: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    wrong_passphrases: open::WrongPassphrases,
    /// What the servers want in the next proof of a key (RFC 9449 §8, §9).
    nonces: Arc<Nonces>,
}

/// What a host tells its window without being asked.
#[derive(Debug, Clone)]
pub enum Change {
    Vault,
    LoggedIn {
        resource_id: String,
    },
    LoginFailed {
        resource_id: Option<String>,
        error: Error,
    },
}

impl Broker {
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
                clock,
                browser,
                http: upstream::http::Client::new()?,
                vault: RwLock::new(Err(VaultState::Absent {
                    why: "the vault has not been opened yet".to_owned(),
                })),
                redirects: RwLock::new(Redirects::default()),
                changes: broadcast::channel(64).0,
                flights: turns::flights::Flights::default(),
                ahead: grant::fresh::Ahead::default(),
                air: Air::default(),
                writing: Arc::default(),
                registering: Mutex::default(),
                wrong_passphrases: open::WrongPassphrases::default(),
                nonces: Arc::default(),
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

    pub fn home(&self) -> &Home {
        &self.inner.home
    }

    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// What changes by this process. Changes by others show in [`Broker::data_version`].
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
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
