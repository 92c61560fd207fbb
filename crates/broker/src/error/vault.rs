//! What the vault fails with: its code, and what to do about it. None of it is a fault of an issuer.

use super::{Code, Error, words};
use messages::{Text, text};
use vault::VaultError;

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        let joined = Self::new(code_of(&error), words::vault::text(&error));
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
fn hint_of(error: &VaultError) -> Option<Text> {
    match error {
        VaultError::Exchanged(_) => Some(text::HintVaultExchanged.into()),
        VaultError::Unkept => Some(text::HintVaultUnkept.into()),
        VaultError::KeyFile { .. } => Some(text::HintKeyFile.into()),
        VaultError::PassphraseFile { .. } => Some(text::HintPassphraseFile.into()),
        VaultError::ShortPassphrase => Some(text::HintLongerPassphrase.into()),
        _ => None,
    }
}
