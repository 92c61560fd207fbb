//! The state of the vault, the endpoint and the demo provider.

use super::{KeyringAnswer, Protection};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What this program is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Status {
    /// The release of this program.
    pub version: String,
    /// The vault.
    pub vault: VaultStatus,
    /// The endpoint for agents.
    pub endpoint: EndpointStatus,
    /// The demo provider.
    pub demo: DemoStatus,
    /// How many servers there are; 0 while the vault is not open.
    #[ts(type = "number")]
    pub servers: u64,
}

/// What the vault is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultStatus {
    /// What it is now.
    pub state: VaultState,
    /// What keeps its key.
    pub protection: Option<Protection>,
    /// Its file.
    pub path: String,
    /// Set when the vault is not open: why, in one sentence.
    pub message: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// It is open, and its file is older than the one that was used here last: agents get nothing until `vault_confirm`.
    pub older: bool,
    /// Renewed logins that the disk did not take yet: they are in memory, and lost if this program is killed.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub unsaved: Option<u32>,
    /// What became of the keyring that was asked and did not answer in time.
    pub keyring: Option<KeyringAnswer>,
}

/// Why the vault is open or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// No vault on this machine yet, and no keyring to make its key in: the person chooses a passphrase.
    Absent,
    /// The file is gone, and its key is still there: the person brings it back, or makes a new one with `vault_create`.
    Gone,
    /// It is open.
    Open,
    /// Protected by a passphrase that has not been given yet, or locked by the person.
    Locked,
    /// The vault file is there and its key is not (a new keyring, another machine).
    KeyMissing,
    /// The keyring cannot be asked now (no service, locked, no answer).
    KeyUnavailable,
    /// The file is not a vault of ours, or is damaged, or newer than this program.
    Unusable,
}

/// What the endpoint is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndpointStatus {
    /// It listens.
    pub listening: bool,
    /// `http://127.0.0.1:4283`
    pub address: Option<String>,
    /// Path of the Unix socket.
    pub socket: Option<String>,
    /// Why it does not listen, or who listens instead.
    pub message: Option<String>,
}

/// What the demo provider is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DemoStatus {
    /// It can be started.
    pub available: bool,
    /// It runs.
    pub running: bool,
    /// The MCP server to add, while it runs.
    pub resource: Option<String>,
    /// Who can log in there: "ada / lovelace".
    pub users: Vec<String>,
}

/// What opens the vault; empty: what keeps its key is asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultUnlock {
    /// The passphrase.
    pub passphrase: String,
}

/// A vault to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultCreate {
    /// What keeps its key.
    pub protection: Protection,
    /// The passphrase.
    pub passphrase: Option<String>,
    /// The whole path of the key file.
    pub key_file: Option<String>,
}
