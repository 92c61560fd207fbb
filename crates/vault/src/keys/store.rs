//! Where a key is kept that is not made from a passphrase.

use crate::keys::key::VaultKey;
use messages::{Arg, Text, text};
use model::KeyringAnswer;

/// Where the one key is kept (seam `KeyStore`). Calls may block: they are made off the async threads.
pub trait KeyStore: Send + Sync {
    /// The key; None if it was never put here.
    fn get(&self) -> Result<Option<VaultKey>, KeyStoreError>;
    /// Keeps the key, and proves that it can be read again.
    fn put(&self, key: &VaultKey) -> Result<(), KeyStoreError>;

    /// The vault's epoch, as far as this store was told ([`crate::epoch`]). It only grows.
    fn epoch(&self) -> Result<Option<i64>, KeyStoreError>;
    /// Keeps the epoch.
    fn put_epoch(&self, epoch: i64) -> Result<(), KeyStoreError>;

    /// Whether what is put here can be read again. "No entry" from a store that is locked or half set up
    /// proves nothing without this.
    fn probe(&self) -> Result<(), KeyStoreError> {
        Ok(())
    }

    /// What became of a call that was given up on. Looking asks nothing and opens no window.
    fn unanswered(&self) -> Option<KeyringAnswer> {
        None
    }
}

/// Why a key store cannot be used now. "No entry" while it is locked does not mean "never stored".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// There is none, or none that answers.
    #[error("no keyring is running ({0})")]
    Absent(String),
    /// It is locked, or has nowhere to store in.
    #[error("the keyring is locked, or has no place to store in ({0})")]
    Locked(String),
    /// The library that asks it ended without an answer.
    #[error("the keyring's library failed")]
    Failed,
    /// It took a secret, and does not have it.
    #[error("the keyring did not give back what was stored in it")]
    Forgetful,
    /// It did not answer within this many seconds.
    #[error("the keyring did not answer within {0} s; it may be waiting for its password")]
    Silent(u64),
    /// Its entry is no key of ours.
    #[error("the keyring holds something else than a key of this program")]
    Foreign,
}

/// What a person is told, who does not read the display.
impl From<KeyStoreError> for Text {
    fn from(error: KeyStoreError) -> Self {
        match error {
            KeyStoreError::Absent(error) => text::ClosedKeyringAbsent { error }.into(),
            KeyStoreError::Locked(error) => text::ClosedKeyringLocked { error }.into(),
            KeyStoreError::Failed => text::ClosedKeyringFailed.into(),
            KeyStoreError::Forgetful => text::ClosedKeyringForgetful.into(),
            KeyStoreError::Silent(seconds) => text::ClosedKeyringSilent {
                limit: Arg::span(seconds),
            }
            .into(),
            KeyStoreError::Foreign => text::ClosedKeyringForeign.into(),
        }
    }
}
