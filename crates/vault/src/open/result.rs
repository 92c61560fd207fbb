//! What a vault is opened with, and what was found.

use crate::Vault;
use model::Protection;
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
    /// No vault, and no usable keyring: the person chooses how the key is kept.
    Absent {
        /// Why, in one sentence.
        why: String,
    },
    /// No vault, and its key is still there: the person brings the file back, or says that a new one shall be made.
    Gone {
        /// Why, in one sentence.
        why: String,
    },
    /// There is a vault, and what opens it was not offered.
    Locked {
        /// How its key is kept.
        protection: Protection,
    },
    /// Its key is not where it was kept.
    KeyMissing {
        /// How its key is kept.
        protection: Protection,
        /// Why, in one sentence.
        why: String,
    },
    /// Its key may be where it was kept, and that cannot be asked now.
    KeyUnavailable {
        /// How its key is kept.
        protection: Protection,
        /// Why, in one sentence.
        why: String,
    },
    /// The file is none that this version opens.
    Unusable {
        /// Why, in one sentence.
        why: String,
    },
}
