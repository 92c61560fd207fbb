//! The vault key, and where it is kept: the OS keyring, a passphrase, or a key file that the person named.

mod file;
mod keyring;
mod passphrase;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub(crate) use {file::key_in_file, passphrase::Kdf};
pub use {
    file::{passphrase_in_file, secret_in_file, secret_to_take_over},
    keyring::OsKeyring,
};

/// 32 random bytes that seal everything. Wiped from memory when dropped; cannot be printed. Boxed, so that moving
/// it leaves no copies behind.
#[derive(Clone)]
pub struct VaultKey(Box<Zeroizing<[u8; 32]>>);

/// Characters that a new vault's passphrase has at least: a shorter one is guessed too soon, whatever Argon2 costs.
pub const LEAST_PASSPHRASE: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    Keyring,
    Passphrase,
    KeyFile,
}

/// Where the one key is kept (seam `KeyStore`). Calls may block: they are made off the async threads.
pub trait KeyStore: Send + Sync {
    fn get(&self) -> Result<Option<VaultKey>, KeyStoreError>;
    fn put(&self, key: &VaultKey) -> Result<(), KeyStoreError>;
    fn delete(&self) -> Result<(), KeyStoreError>;

    /// The vault's epoch, as far as this store was told ([`crate::epoch`]). It only grows.
    fn epoch(&self) -> Result<Option<i64>, KeyStoreError>;
    fn put_epoch(&self, epoch: i64) -> Result<(), KeyStoreError>;

    /// Whether what is put here can be read again. "No entry" from a store that is locked or half set up
    /// proves nothing without this.
    fn probe(&self) -> Result<(), KeyStoreError> {
        Ok(())
    }

    /// What became of a call that was given up on. Looking asks nothing and opens no window.
    fn unanswered(&self) -> Unanswered {
        Unanswered::Nothing
    }
}

/// A call to a key store that was not waited for to its end: somebody has to unlock it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// There is none, or it was refused.
    Nothing,
    Waiting,
    /// It went through in the end: the next one does, too.
    Unlocked,
}

/// Why a key store cannot be used now. "No entry" while it is locked does not mean "never stored".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    #[error("no keyring is running ({0})")]
    Absent(String),
    #[error("the keyring is locked, or has no place to store in ({0})")]
    Locked(String),
    #[error("the keyring did not answer within {0} s; it may be waiting for its password")]
    Silent(u64),
    #[error("the keyring holds something else than a key of this program")]
    Foreign,
}

impl VaultKey {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Box::new(Zeroizing::new(bytes)))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[vault key]")
    }
}
