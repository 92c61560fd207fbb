//! What can go wrong with the vault.

use messages::{Arg, Text, text};
use vault::{FormatFault, LEAST_PASSPHRASE, VaultError, cause_text};

pub(crate) fn text(error: &VaultError) -> Text {
    match error {
        VaultError::WrongPassphrase => text::VaultWrongPassphrase.into(),
        VaultError::Damaged { table, id, column } => {
            let (table, column) = (*table, *column);
            text::VaultDamaged { column, table, id }.into()
        }
        VaultError::LockTimeout => text::VaultRenewing.into(),
        VaultError::Folder { path, why } => {
            let why = cause_text(&**why);
            text::VaultFolder { path, why }.into()
        }
        VaultError::KeyFile { path, why } => {
            let why = cause_text(&**why);
            text::VaultKeyFile { path, why }.into()
        }
        VaultError::PassphraseFile { path, why } => {
            let why = cause_text(&**why);
            text::VaultPassphraseFile { path, why }.into()
        }
        VaultError::Unfinished => text::VaultUnfinished.into(),
        VaultError::NoRandomness => text::VaultNoRandomness.into(),
        VaultError::Seal => text::VaultSeal.into(),
        VaultError::Busy => text::VaultBusy.into(),
        VaultError::Schema(why) => text::VaultSchema { why }.into(),
        VaultError::Exchanged(why) => text::VaultExchanged { why }.into(),
        VaultError::Unkept => text::VaultUnkept.into(),
        VaultError::Full => text::VaultDiskFull.into(),
        VaultError::ReadOnly => text::VaultDiskReadOnly.into(),
        VaultError::Disk(why) => {
            let why = cause_text(&**why);
            text::VaultDiskFailed { why }.into()
        }
        VaultError::Orphan => text::VaultOrphan.into(),
        VaultError::ShortPassphrase => {
            let least = LEAST_PASSPHRASE;
            text::VaultShortPassphrase { least }.into()
        }
        VaultError::Database(error) => {
            let detail = error.to_string();
            text::VaultUnreadable { detail }.into()
        }
        VaultError::Format(fault) => {
            let detail = format(fault);
            text::VaultFormat { detail }.into()
        }
    }
}

fn format(fault: &FormatFault) -> Arg {
    match fault {
        FormatFault::Epoch => text::FormatEpoch.into(),
        FormatFault::KeyHash => text::FormatKeyHash.into(),
        FormatFault::PassphraseParameters => text::FormatPassphraseParameters.into(),
        FormatFault::Kind { kind, table } => {
            let table = *table;
            text::FormatKind { kind, table }.into()
        }
        FormatFault::Said(said) => said.into(),
    }
}
