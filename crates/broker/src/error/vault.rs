//! What the vault fails with: its code, and what to do about it. None of it is a fault of an issuer.

use super::command::KEY_FILE;
use super::{Code, Error};
use vault::VaultError;

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        let joined = Self::new(code_of(&error), error.to_string());
        let joined = match hint_of(&error) {
            Some(hint) => joined.with_hint(hint),
            None => joined,
        };
        joined.with_source(error)
    }
}

fn code_of(error: &VaultError) -> Code {
    match error {
        VaultError::WrongPassphrase => Code::WrongPassphrase,
        VaultError::Damaged { .. } => Code::VaultDamaged,
        VaultError::Schema(_) | VaultError::Exchanged(_) => Code::VaultUnusable,
        VaultError::LockTimeout => Code::TemporarilyUnavailable,
        VaultError::Full => Code::DiskFull,
        VaultError::ReadOnly => Code::DiskReadOnly,
        VaultError::Disk(_) => Code::DiskFailed,
        VaultError::KeyFile { .. } => Code::KeyUnavailable,
        VaultError::PassphraseFile { .. } | VaultError::ShortPassphrase => Code::InvalidArgument,
        _ => Code::VaultFailed,
    }
}

/// Where more is known than the code's own hint says.
fn hint_of(error: &VaultError) -> Option<&'static str> {
    match error {
        VaultError::Exchanged(_) => Some(
            "Bring its newest file back, and start Gatelodge again if that is not enough. Agents get nothing until then.",
        ),
        VaultError::Unkept => Some("Look whether it was done, and do it again if it was not."),
        VaultError::KeyFile { .. } => Some(KEY_FILE),
        VaultError::PassphraseFile { .. } => Some(
            "Name a file of yours that holds the passphrase and that only you can read (mode 0600).",
        ),
        VaultError::ShortPassphrase => {
            Some("Choose a longer one: several words that only you would put together.")
        }
        _ => None,
    }
}
