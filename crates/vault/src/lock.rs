//! Locks between processes: a file each, locked by the system, which lets go when its holder dies.

use crate::{Vault, VaultError};
use model::GrantId;
use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// Held while a grant's tokens are being changed. Let go when dropped.
pub struct GrantLock(Holding);

enum Holding {
    Own(File),
    /// This process keeps the lock for as long as the grant's newest tokens are not in the vault; this is the turn in it.
    Unsaved {
        _turn: OwnedMutexGuard<File>,
    },
}

impl GrantLock {
    /// The locked file, to be held on; None if this process holds it on already.
    pub(crate) fn into_file(self) -> Option<File> {
        match self.0 {
            Holding::Own(file) => Some(file),
            Holding::Unsaved { .. } => None,
        }
    }
}

/// Held by the one process that polls for a device login. Let go when dropped.
pub struct LoginAttemptLock(#[expect(dead_code, reason = "it is held")] File);

impl Vault {
    /// Waits for the turn to poll for a device login, no longer than `wait`.
    pub async fn lock_login_attempt(
        &self,
        id: &str,
        wait: Duration,
    ) -> Result<LoginAttemptLock, VaultError> {
        let name = format!("device{}", file_stem(id));
        hold(self.inner.home.locks().join(format!("{name}.lock")), wait)
            .await
            .map(LoginAttemptLock)
    }

    /// Waits for the grant's turn, no longer than `wait`. Whoever has it reads the newest tokens that there are.
    pub async fn lock_grant(&self, id: &GrantId, wait: Duration) -> Result<GrantLock, VaultError> {
        if let Some(held) = self.unsaved().lock_of(id) {
            let turn = tokio::time::timeout(wait, held.lock_owned()).await;
            return turn
                .map(|turn| GrantLock(Holding::Unsaved { _turn: turn }))
                .map_err(|_| VaultError::LockTimeout);
        }
        let name = file_stem(&id.0);
        let file = hold(self.inner.home.locks().join(format!("{name}.lock")), wait).await?;
        self.put_back(id).await?;
        Ok(GrantLock(Holding::Own(file)))
    }
}

/// Ids are ours, hexadecimal; anything else must not become a path.
fn file_stem(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Asks again and again rather than blocking a thread, so that a waiting task can be dropped.
pub(crate) async fn hold(path: PathBuf, wait: Duration) -> Result<File, VaultError> {
    const STEP: Duration = Duration::from_millis(10);
    let failed = |error: std::io::Error| match VaultError::of_file(&error) {
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
