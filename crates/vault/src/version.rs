//! Which state of the vault something was read from: other than before after any commit, by whatever process or program.

use crate::database::Database;
use crate::files::{Files, Stamp};
use crate::wal_index::WalHeader;
use crate::{Vault, VaultError};
use model::NewEvent;
use oauth::time::Timestamp;

/// One state of the vault's files. Equal versions have the same contents; the reverse need not be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultVersion {
    pub(crate) files: Files,
    pub(crate) database: Option<Stamp>,
    pub(crate) header: WalHeader,
}

/// The versions around a commit of this process that changed nobody's rights.
#[derive(Debug, Clone, Copy)]
pub struct Commit {
    /// As it was when nobody else could write.
    pub before: VaultVersion,
    /// As it was afterwards; others may have written as well.
    pub after: VaultVersion,
}

impl Commit {
    /// The version after this commit for what was read at `version`; None where something else was committed, too.
    pub fn follows(&self, version: VaultVersion) -> Option<VaultVersion> {
        let is_alone = self.after.header.is_next_after(self.before.header);
        let same_files =
            self.after.files == self.before.files && self.after.database == self.before.database;
        (version == self.before && is_alone && same_files).then_some(self.after)
    }
}

impl Vault {
    /// The version now, without a call of the database. None where it cannot be told; where answers wait for their disk, since
    /// what is in memory is newer than the files; and where the file is an older copy, which nobody is to be served from.
    pub fn version(&self) -> Option<VaultVersion> {
        if self.unsaved().count() == (0, 0) && !self.is_older() {
            self.database().version()
        } else {
            None
        }
    }

    /// Lines of the activity log, each with how often it happened, and when agents asked last, in one transaction. The commit, where it can be told from others'.
    pub async fn record_all(
        &self,
        events: &[(NewEvent, u64)],
        used: &[(String, Timestamp)],
    ) -> Result<Option<Commit>, VaultError> {
        let database: &Database = self.database();
        let mut transaction = database.write().await?;
        let before = database.version();
        for (event, count) in events {
            crate::events::insert_counted(event, *count, &mut transaction).await?;
        }
        for (agent, at) in used {
            crate::agents::used(agent, *at, &mut transaction).await?;
        }
        transaction.commit().await?;
        let after = database.version();
        Ok(before
            .zip(after)
            .map(|(before, after)| Commit { before, after }))
    }
}
