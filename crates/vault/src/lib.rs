//! What we keep: one SQLite file, its secrets sealed, and the key that seals them.
//!
//! [`Vault::open`] tells what was found as an [`Opening`]: a missing or unreadable key is an everyday state,
//! and never a reason to make a new vault over an old one. Several processes may have the same vault open;
//! the file is the only truth, and [`Vault::lock_grant`] keeps two of them from spending one refresh token.

mod agents;
mod aside;
mod connections;
mod database;
mod endpoints;
mod epoch;
mod error;
mod events;
mod files;
mod grants;
mod habits;
mod home;
mod keys;
mod lock;
mod login_attempts;
mod open;
pub mod process;
mod providers;
mod records;
mod registrations;
mod resources;
mod revocations;
mod room;
mod row_seal;
mod schema;
mod seal;
mod troubles;
mod unsaved;
mod visits;
pub mod way;
mod ways;

pub use agents::{Agent, Permit};
pub use error::VaultError;
pub use grants::Expected;
pub use habits::{ConsentHabit, IssuerHabits};
pub use home::Home;
pub use keys::{
    KeyStore, KeyStoreError, LEAST_PASSPHRASE, OsKeyring, Protection, Unanswered, VaultKey,
    passphrase_in_file, secret_in_file, secret_to_take_over,
};
pub use lock::{GrantLock, LoginAttemptLock};
pub use model::{Event, EventKind, EventQuery, NewEvent};
pub use open::{KeySource, Opening};
pub use records::{
    IdentityProvider, LoginMethod, RedirectPreference, ResourceProtection, ResourceRecord,
};
pub use revocations::{OpenRevocation, ReceiptRecord};
pub use row_seal::Doubt;
pub use unsaved::Kept;
pub use ways::ClientEndpoint;

use database::Database;
use epoch::Epoch;
use seal::Sealer;
use std::path::Path;
use std::sync::Arc;

/// An open vault. Cheap to clone; the key is wiped when the last clone goes.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    home: Home,
    database: Database,
    sealer: Sealer,
    protection: Protection,
    epoch: Epoch,
}

impl Vault {
    pub fn protection(&self) -> Protection {
        self.inner.protection
    }

    pub fn path(&self) -> &Path {
        self.inner.home.database()
    }

    /// Ends all connections, for every clone, and waits for it.
    pub async fn close(&self) {
        self.inner.database.close().await;
    }

    fn database(&self) -> &Database {
        &self.inner.database
    }

    fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Vault")
            .field("path", &self.path())
            .field("protection", &self.protection())
            .finish_non_exhaustive()
    }
}

/// Random bytes from the system: the one place that asks for them.
pub fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::NoRandomness)?;
    Ok(bytes)
}

/// A name for a new row that no other process makes at the same time.
pub fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
