//! Which files are open. A journal that was deleted, or a vault that was replaced, stays open in the process that has it:
//! that goes on reading what nobody else writes any more (<https://sqlite.org/howtocorrupt.html>, 1.4 and 1.5).

use std::fs::Metadata;
use std::path::Path;
use std::time::SystemTime;

/// What the names of a vault lead to: the file, its journal, and the journal's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Files {
    database: Identity,
    journal: Identity,
    index: Identity,
    /// Nothing of a journal is there that anybody could have written to.
    is_journal_empty: bool,
}

/// Device and inode; none where no file is.
pub(crate) type Identity = Option<(u64, u64)>;

/// Changes when the file is written to: by SQLite when it empties its journal into it, and by whatever else writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    file: Identity,
    length: u64,
    modified: Option<SystemTime>,
    /// This one nobody sets back.
    changed: (i64, i64),
}

impl Files {
    pub(crate) fn at(database: &Path) -> Self {
        Self::with_stamp(database).0
    }

    /// The same, and the stamp of the file.
    pub(crate) fn with_stamp(database: &Path) -> (Self, Option<Stamp>) {
        let beside = |ending: &str| {
            let mut name = database.as_os_str().to_owned();
            name.push(ending);
            std::fs::symlink_metadata(name).ok()
        };
        let (journal, index) = (beside("-wal"), beside("-shm"));
        let found = std::fs::symlink_metadata(database).ok();
        let files = Self {
            database: identity(found.as_ref()),
            journal: identity(journal.as_ref()),
            index: identity(index.as_ref()),
            is_journal_empty: journal.is_none_or(|journal| journal.len() == 0),
        };
        (files, found.as_ref().map(Stamp::new))
    }

    pub(crate) fn are_same(self, other: Self) -> bool {
        (self.database, self.journal, self.index) == (other.database, other.journal, other.index)
    }

    pub(crate) fn has_database(self) -> bool {
        // Elsewhere a file that is open can be neither deleted nor replaced.
        self.database.is_some() || cfg!(not(unix))
    }

    /// Whether these, which are open, are not where `there` is now, and nobody can have begun with others in their places: so
    /// that what is in this journal is still what follows the file.
    pub(crate) fn were_only_taken_from(self, there: Self) -> bool {
        let is_ours_or_none = |there: Identity, ours| there.is_none() || there == ours;
        self.database == there.database
            && is_ours_or_none(there.index, self.index)
            && (there.is_journal_empty || there.journal == self.journal)
    }
}

impl Stamp {
    pub(crate) fn of(database: &Path) -> Option<Self> {
        Some(Self::new(&std::fs::symlink_metadata(database).ok()?))
    }

    fn new(found: &Metadata) -> Self {
        Self {
            file: identity(Some(found)),
            length: found.len(),
            modified: found.modified().ok(),
            changed: changed(found),
        }
    }
}

#[cfg(unix)]
pub(crate) fn identity(found: Option<&Metadata>) -> Identity {
    use std::os::unix::fs::MetadataExt;
    found.map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
pub(crate) fn identity(_: Option<&Metadata>) -> Identity {
    None
}

#[cfg(unix)]
fn changed(found: &Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (found.ctime(), found.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> (i64, i64) {
    (0, 0)
}
