//! Which state of the vault something was read from: other than before after any commit, by whatever process or program.

use crate::files::{Files, Stamp};
use crate::wal_index::WalHeader;

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
    ///
    /// The file's stamp may be another: every thousand pages SQLite empties its journal into the file with a commit. Whatever
    /// else writes to the file in that moment adds no right, since rows are sealed, and one that it deletes ends with the next
    /// version.
    pub fn follows(&self, version: VaultVersion) -> Option<VaultVersion> {
        let is_alone = self.after.header.is_next_after(self.before.header);
        let same_files = self.after.files == self.before.files;
        (version == self.before && is_alone && same_files).then_some(self.after)
    }
}
