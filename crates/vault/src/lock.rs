//! Locks between processes: a file each, locked by the system, which lets go when its holder dies.

use crate::VaultError;
use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// Held while a grant's tokens are being changed. Let go when dropped.
pub struct GrantLock(pub(crate) LockHold);

/// By what it is held.
pub(crate) enum LockHold {
    Own(File),
    /// This process keeps the lock for as long as the grant's newest tokens are not in the vault; this is the turn in it.
    Unsaved {
        /// Let go with the lock.
        _turn: OwnedMutexGuard<File>,
    },
}

impl GrantLock {
    /// The locked file, to be held on; None if this process holds it on already.
    pub(crate) fn into_file(self) -> Option<File> {
        match self.0 {
            LockHold::Own(file) => Some(file),
            LockHold::Unsaved { .. } => None,
        }
    }
}

/// Held by the one process that polls for a device login. Let go when dropped.
pub struct LoginAttemptLock(#[expect(dead_code, reason = "it is held")] pub(crate) File);

/// Ids are ours, hexadecimal; anything else must not become a path.
pub(crate) fn file_stem(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Asks again and again rather than blocking a thread, so that a waiting task can be dropped.
pub(crate) async fn hold(path: PathBuf, wait: Duration) -> Result<File, VaultError> {
    const STEP: Duration = Duration::from_millis(10);
    let failed = |error: std::io::Error| match VaultError::of_file(error) {
        VaultError::Disk(why) => VaultError::Folder {
            path: path.display().to_string(),
            why,
        },
        known => known,
    };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(failed)?;
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if waited < wait => {
                tokio::time::sleep(STEP).await;
                waited += STEP;
            }
            Err(TryLockError::WouldBlock) => return Err(VaultError::LockTimeout),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}
