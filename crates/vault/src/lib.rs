//! What we keep: one SQLite file, its secrets sealed, and the key that seals them.
//!
//! [`Vault::open`] tells what was found as an [`OpenResult`]: a missing or unreadable key is an everyday state,
//! and never a reason to make a new vault over an old one. Several processes may have the same vault open;
//! the file is the only truth, and [`Vault::lock_grant`] keeps two of them from spending one refresh token.

#![deny(missing_docs)]

mod agents;
mod authorization_servers;
mod client_authentication;
mod connections;
mod database;
mod endpoints;
mod epoch;
mod error;
mod events;
mod fault;
mod files;
pub mod folder_path;
mod grants;
mod habits;
mod home;
mod inspection;
mod keep;
mod keys;
mod lock;
mod login_attempts;
mod memory;
mod open;
mod options;
pub mod process;
mod providers;
mod put;
mod put_back;
mod randomness;
mod receipts;
mod recording;
mod records;
mod recovery;
mod registrations;
mod resources;
mod response_row;
mod revocations;
mod room;
mod row_seal;
mod schema;
mod seal;
mod settings;
mod tables;
mod troubles;
mod turn;
mod unsaved;
mod unsaved_files;
mod version;
mod visits;
mod wal_index;
mod watched_files;

pub use client_authentication::ClientEndpoint;
pub use epoch::row_faults::RowFault;
pub use error::{Cause, FormatFault, VaultError};
pub use fault::cause_text;
pub use grants::row::Precondition;
pub use habits::{ConsentHabit, IssuerHabits};
pub use home::Home;
pub use keep::Persistence;
pub use keys::{
    KeyStore, KeyStoreError, LEAST_PASSPHRASE, OsKeyring, VaultKey, passphrase_in_file,
    secret_in_file, secret_to_take_over,
};
pub use lock::{GrantLock, LoginAttemptLock};
pub use memory::SealedToken;
pub use open::result::{KeySource, OpenResult};
pub use randomness::{new_id, random};
pub use receipts::ReceiptRecord;
pub use revocations::OpenRevocation;
pub use version::{Commit, VaultVersion};

use database::Database;
use epoch::state::Epoch;
use events::RecentLines;
use memory::MemorySealer;
use model::Protection;
use seal::Sealer;
use std::path::Path;
use std::sync::Arc;
use unsaved::Unsaved;

/// An open vault. Cheap to clone; the key is wiped when the last clone goes.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    home: Home,
    database: Database,
    sealer: Sealer,
    memory: MemorySealer,
    recent: RecentLines,
    protection: Protection,
    epoch: Epoch,
}

impl Vault {
    /// How its key is kept.
    pub fn protection(&self) -> Protection {
        self.inner.protection
    }

    /// The file that it is.
    pub fn path(&self) -> &Path {
        self.inner.home.database()
    }

    /// Ends all connections, for every clone, and waits for it.
    pub async fn close(&self) {
        self.inner.database.close().await;
    }

    /// Another number after any change, by this process or another.
    pub async fn data_version(&self) -> Result<i64, VaultError> {
        self.database().data_version().await
    }

    fn database(&self) -> &Database {
        &self.inner.database
    }

    fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    fn epoch(&self) -> &Epoch {
        &self.inner.epoch
    }

    fn unsaved(&self) -> &Unsaved {
        self.inner.home.unsaved()
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
