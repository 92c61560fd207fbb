//! What a closed vault is to someone who needs it open.

use super::{Code, Error};
use messages::{Text, text};
use model::{ClosedVault, Protection};

impl From<&ClosedVault> for Error {
    fn from(closed: &ClosedVault) -> Self {
        match closed {
            ClosedVault::Absent { why } => Error::new(Code::VaultAbsent, text::VaultAbsent { why }),
            ClosedVault::Gone { why } => Error::new(Code::VaultGone, why.clone()),
            ClosedVault::Locked { .. } => Error::new(Code::VaultLocked, text::VaultLocked),
            ClosedVault::KeyMissing { protection, why } => {
                let error = Error::new(Code::KeyMissing, text::VaultKeyMissing { why });
                for_a_key_file(error, *protection, text::HintNoKeyFile)
            }
            ClosedVault::KeyUnavailable { protection, why } => {
                let error = Error::new(Code::KeyUnavailable, text::VaultKeyUnavailable { why });
                for_a_key_file(error, *protection, text::HintKeyFile)
            }
            ClosedVault::Unusable { why } => {
                Error::new(Code::VaultUnusable, text::VaultUnusable { why })
            }
        }
    }
}

/// The codes' own hints are about a keyring.
fn for_a_key_file(error: Error, protection: Protection, hint: impl Into<Text>) -> Error {
    match protection {
        Protection::KeyFile => error.with_hint(hint),
        _ => error,
    }
}
