//! What can go wrong with the vault.

use messages::{Text, text};
use std::error::Error;
use vault::{LEAST_PASSPHRASE, VaultError};

pub(crate) fn text(error: &VaultError) -> Text {
    // What the system or the database says, where one of them was asked.
    let detail = error.source().map(ToString::to_string).unwrap_or_default();
    match error {
        VaultError::WrongPassphrase => text::VaultWrongPassphrase.into(),
        VaultError::Damaged { table, id, column } => {
            let (table, column) = (*table, *column);
            text::VaultDamaged { column, table, id }.into()
        }
        VaultError::LockTimeout => text::VaultRenewing.into(),
        VaultError::Folder { path, .. } => text::VaultFolder { path, detail }.into(),
        VaultError::KeyFile { path, .. } => text::VaultKeyFile { path, detail }.into(),
        VaultError::PassphraseFile { path, .. } => {
            text::VaultPassphraseFile { path, detail }.into()
        }
        VaultError::Keyring(detail) => text::VaultKeyring { detail }.into(),
        VaultError::NoRandomness => text::VaultNoRandomness.into(),
        VaultError::Seal => text::VaultSeal.into(),
        VaultError::Busy => text::VaultBusy.into(),
        VaultError::Schema(detail) => text::VaultSchema { detail }.into(),
        VaultError::Exchanged(detail) => text::VaultExchanged { detail }.into(),
        VaultError::Unkept => text::VaultUnkept.into(),
        VaultError::Full => text::VaultDiskFull.into(),
        VaultError::ReadOnly => text::VaultDiskReadOnly.into(),
        VaultError::Disk(_) => text::VaultDiskFailed { detail }.into(),
        VaultError::Orphan => text::VaultOrphan.into(),
        VaultError::ShortPassphrase => {
            let least = LEAST_PASSPHRASE;
            text::VaultShortPassphrase { least }.into()
        }
        VaultError::Database(_) => text::VaultUnreadable { detail }.into(),
        VaultError::Format(detail) => text::VaultFormat { detail }.into(),
    }
}
