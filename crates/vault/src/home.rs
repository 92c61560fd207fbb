//! The folder of one person's vault: theirs alone, and told if it is not.

use crate::error::{Cause, Obstacle, VaultError};
use crate::fault::Fault;
#[cfg(unix)]
use crate::fault::chmod;
use crate::unsaved::Unsaved;
use messages::{Text, text};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The folder, and what its vault's files are called.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
    database: PathBuf,
    locks: PathBuf,
    is_default: bool,
    /// What this process could not write yet; every clone knows it.
    unsaved: Arc<Unsaved>,
    patience: Duration,
}

/// How long one process waits for another one's transaction.
const PATIENCE: Duration = Duration::from_secs(5);
/// Less is no room: the index of SQLite's journal alone takes half of it.
const LEAST_ROOM: u64 = 64 * 1024;

impl Home {
    /// Makes the folder if need be, readable by its owner only; refuses one that others could change.
    pub fn new(dir: impl Into<PathBuf>) -> Result<Self, VaultError> {
        Self::prepare(&dir.into())
    }

    /// `GATELODGE_HOME`, else the platform's folder for a program's data.
    pub fn from_environment() -> Result<Self, VaultError> {
        match std::env::var_os("GATELODGE_HOME").filter(|dir| !dir.is_empty()) {
            Some(dir) => Self::prepare(Path::new(&dir)),
            None => Self::prepare(&platform_folder()?),
        }
    }

    /// Waits no longer than this for another process's transaction: where there is one that does not end, each write waits.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The vault's file.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// The folder of the files that processes lock.
    pub fn locks(&self) -> &Path {
        &self.locks
    }

    /// The person's own folder, and not one that was named for this run.
    pub fn is_default(&self) -> bool {
        self.is_default
    }

    /// The same home with the database under another name, empty: for a vault that is being made.
    pub(crate) fn unfinished(&self) -> Result<Self, VaultError> {
        let database = self.dir.join("vault.new");
        for name in ["vault.new", "vault.new-wal", "vault.new-shm"] {
            match std::fs::remove_file(self.dir.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(refused(&database, error));
                }
                _ => {}
            }
        }
        Ok(Self {
            database,
            ..self.clone()
        })
    }

    /// A vault that was being made when the program ended.
    pub(crate) fn has_unfinished(&self) -> bool {
        self.dir.join("vault.new").exists()
    }

    /// A journal with something in it that may not be in the file.
    pub(crate) fn has_journal(&self) -> bool {
        std::fs::symlink_metadata(self.dir.join("vault.db-wal"))
            .is_ok_and(|journal| journal.len() > 0)
    }

    pub(crate) fn unsaved(&self) -> &Unsaved {
        &self.unsaved
    }

    /// SQLite calls it a failing disk where there is no room for its journal's index.
    pub(crate) fn explained(&self, error: VaultError) -> VaultError {
        match (error, self.obstacle()) {
            (VaultError::Disk(_), Some(obstacle)) => obstacle.into(),
            (error, _) => error,
        }
    }

    /// The file that holds room for what has to be kept.
    pub(crate) fn room(&self) -> PathBuf {
        self.dir.join("vault.reserve")
    }

    /// What a vault leaves beside its place: it was here, whatever became of its file. `endpoint.lock` is none of it: a host
    /// that serves makes it before there is a vault.
    pub(crate) fn has_traces(&self) -> bool {
        // The first is there before there is a vault.
        let is_of_a_vault = |name: &std::ffi::OsStr| name != "opening.lock";
        let mut locks = std::fs::read_dir(&self.locks)
            .into_iter()
            .flatten()
            .filter_map(Result::ok);
        locks.any(|lock| is_of_a_vault(&lock.file_name()))
            || self.room().exists()
            || self.aside().exists()
    }

    /// Where answers lie that the vault's file does not take.
    pub(crate) fn aside(&self) -> PathBuf {
        self.dir.join("unsaved")
    }

    /// What keeps the disk from taking anything, as far as the system says so.
    pub(crate) fn obstacle(&self) -> Option<Obstacle> {
        self.obstacle_to(LEAST_ROOM)
    }

    /// The same for so many bytes.
    pub(crate) fn obstacle_to(&self, bytes: u64) -> Option<Obstacle> {
        #[cfg(unix)]
        if let Ok(disk) = rustix::fs::statvfs(&self.dir) {
            if disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY) {
                return Some(Obstacle::ReadOnly);
            }
            // Some file systems do not say how large they are.
            if disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < bytes {
                return Some(Obstacle::Full);
            }
        }
        None
    }

    /// Takes from others what they may do with the files, wherever they were copied from.
    pub(crate) fn close_to_others(&self) -> std::io::Result<()> {
        if self.obstacle() == Some(Obstacle::ReadOnly) {
            // Nothing can be taken from anyone, and nobody can change anything.
            return Ok(());
        }
        #[cfg(unix)]
        for name in ["vault.db", "vault.db-wal", "vault.db-shm"] {
            use std::os::unix::fs::{MetadataExt, PermissionsExt};
            let path = self.dir.join(name);
            match std::fs::symlink_metadata(&path) {
                // A journal that was made beside a read-only file is read-only for ever.
                Ok(found)
                    if found.is_file() && name != "vault.db" && found.mode() & 0o777 != 0o600 =>
                {
                    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
                }
                Ok(found) if found.is_file() && found.mode() & 0o077 != 0 => {
                    std::fs::set_permissions(
                        &path,
                        std::fs::Permissions::from_mode(found.mode() & 0o700),
                    )?;
                }
                Ok(found) if !found.is_file() => {
                    return Err(Fault::io(text::ClosedNotPlain { name }));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Why the vault could be read and not written; None if it can be.
    pub(crate) fn fault_in_writing(&self) -> Option<Text> {
        // SQLite makes its journal beside the file.
        #[cfg(unix)]
        if let Err(error) = rustix::fs::access(&self.dir, rustix::fs::Access::WRITE_OK) {
            let folder = text::ClosedFolderUnwritable {
                folder: self.dir.display().to_string(),
                error: error.to_string(),
            };
            return Some(folder.into());
        }
        let opened = std::fs::OpenOptions::new()
            .append(true)
            .open(&self.database);
        opened.err().map(|error| {
            text::ClosedFileUnwritable {
                path: self.database.display().to_string(),
                error: error.to_string(),
            }
            .into()
        })
    }

    fn prepare(dir: &Path) -> Result<Self, VaultError> {
        crate::folder_path::check(dir).map_err(|why| refused(dir, Fault::new(why)))?;
        make_private(dir)?;
        // One folder is one vault with one keyring entry, however its path is written.
        let dir = dir.canonicalize().map_err(|error| refused(dir, error))?;
        let is_default = platform_folder()
            .is_ok_and(|folder| folder.canonicalize().is_ok_and(|folder| folder == dir));
        let (database, locks) = (dir.join("vault.db"), dir.join("locks"));
        let home = Self {
            dir,
            database,
            locks,
            is_default,
            unsaved: Arc::default(),
            patience: PATIENCE,
        };
        make_private(&home.locks)?;
        if std::fs::symlink_metadata(&home.database).is_ok_and(|found| !found.is_file()) {
            return Err(refused(&home.database, Fault::new(text::FolderNotPlain)));
        }
        Ok(home)
    }
}

fn platform_folder() -> Result<PathBuf, VaultError> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let found = if cfg!(target_os = "windows") {
        folder("LOCALAPPDATA").map(|dir| dir.join("Gatelodge"))
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support/app.gatelodge.desktop"))
    } else {
        folder("XDG_DATA_HOME")
            .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
            .map(|dir| dir.join("gatelodge"))
    };
    found.ok_or_else(|| VaultError::Folder {
        path: "HOME".to_owned(),
        why: Fault::new(text::FolderHomeUnknown {
            variable: "GATELODGE_HOME",
        })
        .into(),
    })
}

#[cfg(unix)]
fn make_private(dir: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    let failed = |error: std::io::Error| refused(dir, error);
    if std::fs::symlink_metadata(dir).is_err() {
        // The folders above, too: with an open umask someone else could put another one in its place.
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(failed)?;
    }
    let found = std::fs::symlink_metadata(dir).map_err(failed)?;
    if !found.is_dir() {
        return Err(refused(dir, Fault::new(text::FolderNoFolder)));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(refused(dir, Fault::new(text::FolderOwner)));
    }
    if found.mode() & 0o022 != 0 {
        // What is in it may be someone else's already.
        let command = chmod("700", dir);
        return Err(refused(dir, Fault::new(text::FolderWritable { command })));
    }
    if found.mode() & 0o077 != 0 {
        // Others could look, and do no harm: closed rather than complained about.
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(dir: &Path) -> Result<(), VaultError> {
    // The profile's folder is the person's alone by the system's own access lists.
    std::fs::create_dir_all(dir).map_err(|error| refused(dir, error))
}

fn refused(path: &Path, why: impl Into<Cause>) -> VaultError {
    VaultError::Folder {
        path: path.display().to_string(),
        why: why.into(),
    }
}
