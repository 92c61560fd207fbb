//! What a vault is opened with, and what was found.

use crate::Vault;
use crate::keys::key::Protection;
use oauth::secret::Secret;
use std::path::PathBuf;

/// What the caller offers to open the vault with.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// The keyring, for a vault that has its key there; a new vault gets one there if it works.
    Auto,
    Passphrase(Secret),
    KeyFile(PathBuf),
}

/// What was found. Only [`Opening::Opened`] changed anything on the disk.
#[derive(Debug)]
pub enum Opening {
    Opened(Vault),
    /// No vault, and no usable keyring: the person chooses how the key is kept.
    Absent {
        why: String,
    },
    /// No vault, and its key is still there: the person brings the file back, or says that a new one shall be made.
    Gone {
        why: String,
    },
    Locked {
        protection: Protection,
    },
    KeyMissing {
        protection: Protection,
        why: String,
    },
    KeyUnavailable {
        protection: Protection,
        why: String,
    },
    Unusable {
        why: String,
    },
}
