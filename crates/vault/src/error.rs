//! What can go wrong with the vault. A variant exists where a caller acts differently.

use messages::Text;
use sqlx::migrate::MigrateError;
use std::io::ErrorKind;

/// What the system or the database says.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What can go wrong with the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The passphrase makes another key than the vault's.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// A sealed value does not open where it is: changed, moved, or copied from another vault.
    #[error("{column} of {table} {id} is damaged")]
    Damaged {
        /// The table of the row.
        table: &'static str,
        /// The row's id.
        id: String,
        /// The column that does not open.
        column: &'static str,
    },
    /// Another process held the lock of a grant for longer than is waited.
    #[error("another program has been renewing this login for too long")]
    LockTimeout,
    /// A folder or a file in it cannot be used.
    #[error("the folder {path} cannot be used: {why}")]
    Folder {
        /// The file or folder.
        path: String,
        /// What the system says, or why in a sentence: [`crate::cause_text`] tells it.
        #[source]
        why: Cause,
    },
    /// The key file cannot be used.
    #[error("the key file {path} cannot be used: {why}")]
    KeyFile {
        /// The file or folder.
        path: String,
        /// What the system says, or why in a sentence: [`crate::cause_text`] tells it.
        #[source]
        why: Cause,
    },
    /// The file with the passphrase cannot be used.
    #[error("the passphrase file {path} cannot be used: {why}")]
    PassphraseFile {
        /// The file or folder.
        path: String,
        /// What the system says, or why in a sentence: [`crate::cause_text`] tells it.
        #[source]
        why: Cause,
    },
    /// What runs off the async threads was broken off: the program ends.
    #[error("this was broken off")]
    Unfinished,
    /// The system gave no randomness.
    #[error("the system gave no random bytes")]
    NoRandomness,
    /// The cipher refused to seal a value.
    #[error("a sealed value could not be made")]
    Seal,
    /// Another process has had the write lock of the file for longer than is waited.
    #[error("another program has been writing to the vault for too long")]
    Busy,
    /// The file holds more than our migrations make, or less.
    #[error("the vault is not as Gatelodge built it: {0}")]
    Schema(Text),
    /// Not the file that was opened, and none that can be opened in its place.
    #[error("the vault's file was exchanged while it was open: {0}")]
    Exchanged(Text),
    #[error(
        "the vault's file was exchanged while this was written, which may not be in the one that is there now"
    )]
    /// The file was exchanged before what was committed was in it.
    Unkept,
    /// The disk is full.
    #[error("there is no room left on the disk for the vault")]
    Full,
    /// The disk is read-only.
    #[error("the disk that the vault is on can be read and not written")]
    ReadOnly,
    /// Neither full nor read-only: it fails.
    #[error("the disk that the vault is on fails: {0}")]
    Disk(#[source] Cause),
    /// A grant or a login under way for a server that was removed meanwhile.
    #[error("the server that this belongs to is no longer in the vault")]
    Orphan,
    #[error(
        "a passphrase has at least {} characters",
        crate::keys::key::LEAST_PASSPHRASE
    )]
    /// A new vault's passphrase has too few characters.
    ShortPassphrase,
    /// SQLite failed in a way that no other variant says.
    #[error("the vault could not be read or written: {0}")]
    Database(#[source] sqlx::Error),
    /// A value is none that this version can read.
    #[error("a value in the vault is not of this version: {0}")]
    Format(FormatFault),
}

/// Why a value is none that this version can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatFault {
    /// The vault's epoch does not open with its seal.
    #[error("its epoch was changed by another program")]
    Epoch,
    /// The hash of an agent's key has another length.
    #[error("the hash of a key has another length")]
    KeyHash,
    /// What a passphrase is stretched with is weaker than anything of ours, or not known.
    #[error("the passphrase parameters were lowered or are unknown")]
    PassphraseParameters,
    /// A column has a kind of value that no column of ours has.
    #[error("a {kind} in {table}")]
    Kind {
        /// SQLite's name of it.
        kind: String,
        /// The table.
        table: &'static str,
    },
    /// The value itself, or what a library says of it.
    #[error("{0}")]
    Said(String),
}

impl VaultError {
    /// The value that cannot be read, or what a library says of it.
    pub(crate) fn unreadable(said: &impl ToString) -> Self {
        Self::Format(FormatFault::Said(said.to_string()))
    }
}

/// Why the disk takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    Full,
    ReadOnly,
}

impl From<Obstacle> for VaultError {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::Full => Self::Full,
            Obstacle::ReadOnly => Self::ReadOnly,
        }
    }
}

impl From<sqlx::Error> for VaultError {
    fn from(error: sqlx::Error) -> Self {
        // The low byte of SQLite's extended result code is the primary one.
        let code = error
            .as_database_error()
            .and_then(|error| error.code()?.parse::<u32>().ok());
        match code {
            // SQLITE_CONSTRAINT_FOREIGNKEY
            Some(787) => Self::Orphan,
            Some(code) if matches!(code & 0xff, 5 | 6) => Self::Busy,
            Some(code) if code & 0xff == 13 => Self::Full,
            Some(code) if code & 0xff == 8 => Self::ReadOnly,
            // SQLITE_IOERR, SQLITE_CANTOPEN
            Some(code) if matches!(code & 0xff, 10 | 14) => Self::Disk(error.into()),
            _ if matches!(error, sqlx::Error::PoolTimedOut) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

impl VaultError {
    /// Neither what was to be written nor the vault is at fault: the same may be written a moment later.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Full
                | Self::ReadOnly
                | Self::Disk(_)
                | Self::Exchanged(_)
                | Self::Unkept
                | Self::Database(_)
        )
    }

    /// What the system says of a file beside the vault.
    pub(crate) fn of_file(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Disk(error.into()),
        }
    }
}

impl From<MigrateError> for VaultError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                match Self::from(error) {
                    Self::Database(error) => Self::unreadable(&error),
                    known => known,
                }
            }
            error => Self::unreadable(&error),
        }
    }
}

/// For lists: a damaged row is left out, and told of; the others are as they are.
pub(crate) fn whole<T>(read: Result<T, VaultError>) -> Option<Result<T, VaultError>> {
    match read {
        Err(VaultError::Damaged { table, id, column }) => {
            tracing::warn!(table, id, column, "a damaged row of the vault is left out");
            None
        }
        read => Some(read),
    }
}

impl From<serde_json::Error> for VaultError {
    fn from(error: serde_json::Error) -> Self {
        Self::unreadable(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::VaultError;
    use std::error::Error;
    use std::io::ErrorKind;

    #[test]
    fn what_the_system_said_is_kept() {
        let error = VaultError::of_file(std::io::Error::from(ErrorKind::PermissionDenied));
        let source = error.source().and_then(<dyn Error>::downcast_ref);
        let kind = source.map(std::io::Error::kind);
        assert_eq!(kind, Some(ErrorKind::PermissionDenied), "{error}");
    }
}
