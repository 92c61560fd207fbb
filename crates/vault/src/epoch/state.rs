//! What a process knows of the epoch.

use crate::epoch::row_faults::RowFaults;
use crate::files::Stamp;
use crate::keys::store::KeyStore;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// What a process knows of the epoch.
pub(crate) struct Epoch {
    /// The newest that this process has seen, or that the keyring told.
    pub(super) newest: AtomicI64,
    /// The newest that was known when the file was found to be older, as long as the person has not said that it shall hold:
    /// their word makes it newer than that, in whichever process.
    pub(super) older_than: Mutex<Option<i64>>,
    /// It is from before there were seals: then nothing in it is believed.
    pub(super) is_unsealed: AtomicBool,
    /// The last one whose own seal was looked at.
    pub(super) looked_at: Mutex<Option<(i64, Vec<u8>)>>,
    pub(super) row_faults: Mutex<RowFaults>,
    pub(super) key_store: Option<Arc<dyn KeyStore>>,
    /// Held while the keyring is asked.
    pub(super) asked: tokio::sync::Mutex<KeyringQuery>,
}

/// The file, as far as can be seen from outside, and its epoch.
pub(super) type FileVersion = (Option<Stamp>, i64);

/// When the keyring was asked for the epoch.
pub(super) enum KeyringQuery {
    Never,
    /// When the file was like this.
    Of(FileVersion),
    InVain(Instant),
}

impl Epoch {
    /// `key_store` where it keeps the vault's key.
    pub(crate) fn new(key_store: Option<Arc<dyn KeyStore>>) -> Self {
        Self {
            newest: AtomicI64::new(0),
            older_than: Mutex::default(),
            is_unsealed: AtomicBool::new(false),
            looked_at: Mutex::default(),
            row_faults: Mutex::default(),
            key_store,
            asked: tokio::sync::Mutex::new(KeyringQuery::Never),
        }
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
