//! What a vault is opened with, and what was found.

use crate::Vault;
use model::ClosedVault;
use oauth::secret::Secret;
use std::path::PathBuf;

/// What the caller offers to open the vault with.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// The keyring, for a vault that has its key there; a new vault gets one there if it works.
    Auto,
    /// The passphrase of a vault that has one; a new vault gets this one.
    Passphrase(Secret),
    /// The file of a vault whose key is in one; a new vault's key is written there.
    KeyFile(PathBuf),
}

/// What was found. Only [`OpenResult::Opened`] changed anything on the disk.
#[derive(Debug)]
pub enum OpenResult {
    /// The vault is open.
    Opened(Vault),
    /// It is not, and why.
    Closed(ClosedVault),
}
