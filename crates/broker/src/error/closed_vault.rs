//! What a closed vault is to someone who needs it open.

use super::command::KEY_FILE;
use super::{Code, Error};
use model::{ClosedVault, Protection};

impl From<&ClosedVault> for Error {
    fn from(closed: &ClosedVault) -> Self {
        match closed {
            ClosedVault::Absent { why } => {
                Error::new(Code::VaultAbsent, format!("there is no vault yet: {why}"))
            }
            ClosedVault::Gone { why } => Error::new(Code::VaultGone, why.clone()),
            ClosedVault::Locked { .. } => Error::new(Code::VaultLocked, "the vault is locked"),
            ClosedVault::KeyMissing { protection, why } => {
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
            ClosedVault::KeyUnavailable { protection, why } => {
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
            ClosedVault::Unusable { why } => Error::new(
                Code::VaultUnusable,
                format!("the vault cannot be used: {why}"),
            ),
        }
    }
}

const NO_KEY_FILE: &str = "Name the file that was made with this vault, in --key-file or GATELODGE_KEY_FILE. Without it nothing in the vault can be read.";
