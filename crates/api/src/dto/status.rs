//! The state of the vault, the endpoint and the demo provider.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Status {
    pub version: String,
    pub vault: VaultStatus,
    pub endpoint: EndpointStatus,
    pub demo: DemoStatus,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultStatus {
    pub state: VaultState,
    pub protection: Option<Protection>,
    pub path: String,
    /// Set when the vault is not open: why, in one sentence.
    pub message: Option<String>,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyringAnswer {
    /// It still waits for its own password.
    Waiting,
    /// It has answered since: asking it again opens no window.
    Unlocked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// No vault on this machine yet, and no keyring to make its key in: the person chooses a passphrase.
    Absent,
    /// The file is gone, and its key is still there: the person brings it back, or makes a new one with `vault_create`.
    Gone,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    Keyring,
    Passphrase,
    KeyFile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndpointStatus {
    pub listening: bool,
    /// `http://127.0.0.1:4283`
    pub address: Option<String>,
    /// Path of the Unix socket.
    pub socket: Option<String>,
    /// Why it does not listen, or who listens instead.
    pub message: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DemoStatus {
    pub available: bool,
    pub running: bool,
    /// The MCP server to add, while it runs.
    pub resource: Option<String>,
    /// Who can log in there: "ada / lovelace".
    pub users: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultUnlock {
    pub passphrase: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultCreate {
    pub protection: Protection,
    pub passphrase: Option<String>,
    pub key_file: Option<String>,
}
