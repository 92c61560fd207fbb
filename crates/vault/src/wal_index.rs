//! Whether anybody has committed: the header of SQLite's WAL index, by which SQLite's own readers find out
//! (<https://sqlite.org/walformat.html>, section 2.1). One `pread` tells it exactly, for every process and every program.

use crate::files::identity;
use std::fs::{File, symlink_metadata};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The header stands there twice: SQLite writes the second copy first, so that equal copies are whole.
const COPY: usize = 48;
/// The counter of commits.
const CHANGES: std::ops::Range<usize> = 8..12;
const IS_INITIALIZED: usize = 12;
/// A writer that is between the two copies is done in no time.
const MOST_LOOKS: usize = 8;

/// The index, open beside SQLite's own file of it.
pub(crate) struct WalIndex {
    file: Arc<File>,
}

/// Every index that this process has opened. Whoever closes a file loses all locks of its process on it (POSIX `fcntl`), and
/// SQLite's are on these: one is closed only once its name is gone and no connections of ours are to it.
static OPEN: Mutex<Vec<Arc<File>>> = Mutex::new(Vec::new());

/// What the header says at one moment. Another one follows each commit, and also some things that change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WalHeader([u8; COPY]);

impl WalIndex {
    /// None where there is no index, or where another process's memory is not seen by reading the file.
    pub(crate) fn of(database: &Path) -> Option<Self> {
        if cfg!(not(any(target_os = "linux", target_os = "macos"))) {
            return None;
        }
        let mut name = database.as_os_str().to_owned();
        name.push("-shm");
        let wanted = identity(symlink_metadata(&name).ok().as_ref())?;
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|file| Arc::strong_count(file) > 1 || has_a_name(file));
        let known = open
            .iter()
            .find(|file| identity(file.metadata().ok().as_ref()) == Some(wanted))
            .cloned();
        if let Some(file) = known {
            return Some(Self { file });
        }
        let file = Arc::new(opened(Path::new(&name))?);
        open.push(file.clone());
        // Another file may have been put in its place by then; it stays open all the same.
        let is_wanted = identity(file.metadata().ok().as_ref()) == Some(wanted);
        is_wanted.then_some(Self { file })
    }

    /// None where nobody can tell now.
    pub(crate) fn header(&self) -> Option<WalHeader> {
        (0..MOST_LOOKS).find_map(|_| {
            let mut both = [0; 2 * COPY];
            read_at_start(&self.file, &mut both)?;
            let (one, other) = both.split_at(COPY);
            let header = WalHeader(one.try_into().ok()?);
            (one == other && header.0[IS_INITIALIZED] == 1).then_some(header)
        })
    }

    /// Never closed: connections that nobody waits for may still hold their locks.
    pub(crate) fn leave_open(self) {
        std::mem::forget(self.file);
    }
}

impl WalHeader {
    /// True where exactly one commit lies between the two.
    pub(crate) fn is_next_after(self, before: Self) -> bool {
        self.changes() == before.changes().wrapping_add(1)
    }

    /// The number is in the byte order of the machine.
    fn changes(self) -> u32 {
        let bytes = self.0[CHANGES].try_into().unwrap_or_default();
        u32::from_ne_bytes(bytes)
    }
}

/// Not through a link, and without waiting for whoever writes to a pipe.
#[cfg(unix)]
fn opened(path: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty()).ok()?;
    Some(file.into())
}

#[cfg(not(unix))]
fn opened(_: &Path) -> Option<File> {
    None
}

#[cfg(unix)]
fn has_a_name(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|found| found.nlink() > 0)
}

#[cfg(not(unix))]
fn has_a_name(_: &File) -> bool {
    true
}

#[cfg(unix)]
fn read_at_start(file: &File, into: &mut [u8]) -> Option<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, 0).ok()
}

#[cfg(not(unix))]
fn read_at_start(_: &File, _: &mut [u8]) -> Option<()> {
    None
}
