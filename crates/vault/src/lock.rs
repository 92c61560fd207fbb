//! Locks between processes: a file each, locked by the system, which lets go when its holder dies.

use crate::{Vault, VaultError};
use oauth::grant::GrantId;
use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::Duration;

/// Held while a grant's tokens are being changed. Let go when dropped.
pub struct GrantLock {
    _file: File,
}

impl Vault {
    /// Waits for the grant's turn, no longer than `wait`.
    pub async fn lock_grant(&self, id: &GrantId, wait: Duration) -> Result<GrantLock, VaultError> {
        // Ids are ours, hexadecimal; anything else must not become a path.
        let name: String = id.0.chars().filter(char::is_ascii_alphanumeric).collect();
        let file = hold(self.inner.home.locks().join(format!("{name}.lock")), wait).await?;
        Ok(GrantLock { _file: file })
    }
}

/// Asks again and again rather than blocking a thread, so that a waiting task can be dropped.
pub(crate) async fn hold(path: PathBuf, wait: Duration) -> Result<File, VaultError> {
    const STEP: Duration = Duration::from_millis(10);
    let failed = |error: std::io::Error| VaultError::Folder { path: path.display().to_string(), why: error.to_string() };
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
