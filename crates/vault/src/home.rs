//! The folder of one person's vault: theirs alone, and told if it is not.

use crate::VaultError;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
    database: PathBuf,
    locks: PathBuf,
    is_default: bool,
}

impl Home {
    /// Makes the folder if need be, readable by its owner only; refuses one that others could change.
    pub fn new(dir: impl Into<PathBuf>) -> Result<Self, VaultError> {
        Self::prepare(dir.into(), false)
    }

    /// `GATELODGE_HOME`, else the platform's folder for a program's data.
    pub fn from_environment() -> Result<Self, VaultError> {
        match std::env::var_os("GATELODGE_HOME").filter(|dir| !dir.is_empty()) {
            Some(dir) => Self::prepare(dir.into(), false),
            None => Self::prepare(platform_folder()?, true),
        }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn database(&self) -> &Path {
        &self.database
    }

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
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(refused(&database, &error.to_string())),
                _ => {}
            }
        }
        Ok(Self { database, ..self.clone() })
    }

    fn prepare(dir: PathBuf, is_default: bool) -> Result<Self, VaultError> {
        let home = Self { database: dir.join("vault.db"), locks: dir.join("locks"), dir, is_default };
        make_private(&home.dir)?;
        make_private(&home.locks)?;
        if std::fs::symlink_metadata(&home.database).is_ok_and(|found| !found.is_file()) {
            return Err(refused(&home.database, "the vault is not a plain file"));
        }
        Ok(home)
    }
}

fn platform_folder() -> Result<PathBuf, VaultError> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let found = if cfg!(target_os = "windows") {
        folder("LOCALAPPDATA").map(|dir| dir.join("Gatelodge"))
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support/app.gatelodge.desktop"))
    } else {
        folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/share"))).map(|dir| dir.join("gatelodge"))
    };
    found.ok_or_else(|| VaultError::Folder {
        path: "HOME".to_owned(),
        why: "no home folder is known; set GATELODGE_HOME".to_owned(),
    })
}

#[cfg(unix)]
fn make_private(dir: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    let failed = |error: std::io::Error| refused(dir, &error.to_string());
    if !dir.exists() {
        if let Some(parent) = dir.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        match std::fs::DirBuilder::new().mode(0o700).create(dir) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
    }
    let found = std::fs::symlink_metadata(dir).map_err(failed)?;
    if !found.is_dir() {
        return Err(refused(dir, "it is not a folder"));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(refused(dir, "it belongs to another user"));
    }
    if found.mode() & 0o077 != 0 {
        // Ours, but open to others: closed rather than complained about.
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(dir: &Path) -> Result<(), VaultError> {
    // The profile's folder is the person's alone by the system's own access lists.
    std::fs::create_dir_all(dir).map_err(|error| refused(dir, &error.to_string()))
}

fn refused(path: &Path, why: &str) -> VaultError {
    VaultError::Folder { path: path.display().to_string(), why: why.to_owned() }
}
