//! Whether the vault is open, and if not, why.

use crate::Error;
use crate::error::KEY_FILE;
use model::{Code, Protection};

/// What a host finds when it starts. Each is a state that the person can be shown, not a failure to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultState {
    /// It is open.
    Open {
        /// What keeps the key.
        protection: Protection,
    },
    /// No vault yet, and no keyring that could hold its key: the person chooses.
    Absent {
        /// In words.
        why: String,
    },
    /// No vault, and its key is still there: the person brings the file back, or wants a new one.
    Gone {
        /// In words.
        why: String,
    },
    /// Its key is not in memory; the person has it.
    Locked {
        /// What keeps the key.
        protection: Protection,
    },
    /// Its key is not where it was kept.
    KeyMissing {
        /// What keeps the key.
        protection: Protection,
        /// In words.
        why: String,
    },
    /// Its key may be there, and cannot be read now.
    KeyUnavailable {
        /// What keeps the key.
        protection: Protection,
        /// In words.
        why: String,
    },
    /// The file is no vault of ours, or of a later version.
    Unusable {
        /// In words.
        why: String,
    },
}

impl VaultState {
    /// The failure that this state is for someone who needs the vault open.
    pub fn error(&self) -> Error {
        match self {
            Self::Open { .. } => Error::new(Code::Internal, "the vault is open"),
            Self::Absent { why } => {
                Error::new(Code::VaultAbsent, format!("there is no vault yet: {why}"))
            }
            Self::Gone { why } => Error::new(Code::VaultGone, why.clone()),
            Self::Locked { .. } => Error::new(Code::VaultLocked, "the vault is locked"),
            Self::KeyMissing { protection, why } => {
                let error = Error::new(
                    Code::KeyMissing,
                    format!("the vault's key is missing: {why}"),
                );
                if *protection == Protection::KeyFile {
                    error.with_hint(NO_KEY_FILE)
                } else {
                    error
                }
            }
            Self::KeyUnavailable { protection, why } => {
                let error = Error::new(
                    Code::KeyUnavailable,
                    format!("the vault's key cannot be read: {why}"),
                );
                if *protection == Protection::KeyFile {
                    error.with_hint(KEY_FILE)
                } else {
                    error
                }
            }
            Self::Unusable { why } => Error::new(
                Code::VaultUnusable,
                format!("the vault cannot be used: {why}"),
            ),
        }
    }
}

pub(crate) const NO_KEY_FILE: &str = "Name the file that was made with this vault, in --key-file or GATELODGE_KEY_FILE. Without it nothing in the vault can be read.";
