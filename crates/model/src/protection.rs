//! Protection: what keeps the vault's key.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What keeps the vault's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// The system's keyring.
    Keyring,
    /// A passphrase that the person remembers.
    Passphrase,
    /// A file that the person named.
    KeyFile,
}

/// What became of a question to the keyring that was given up on: somebody has to unlock it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyringAnswer {
    /// It still waits for its own password.
    Waiting,
    /// It has answered since: asking it again opens no window.
    Unlocked,
}
