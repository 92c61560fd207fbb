//! The turn of a grant, and of a login attempt: one process at a time.

use crate::lock::{GrantLock, LockHold, LoginAttemptLock, file_stem, hold};
use crate::{Vault, VaultError};
use model::GrantId;
use std::time::Duration;

impl Vault {
    /// Waits for the grant's turn, no longer than `wait`. Whoever has it reads the newest tokens that there are.
    pub async fn lock_grant(&self, id: &GrantId, wait: Duration) -> Result<GrantLock, VaultError> {
        if let Some(held) = self.unsaved().lock_of(id) {
            let turn = tokio::time::timeout(wait, held.lock_owned()).await;
            return turn
                .map(|turn| GrantLock(LockHold::Unsaved { _turn: turn }))
                .map_err(|_| VaultError::LockTimeout);
        }
        let name = file_stem(&id.0);
        let file = hold(self.inner.home.locks().join(format!("{name}.lock")), wait).await?;
        self.put_back(id).await?;
        Ok(GrantLock(LockHold::Own(file)))
    }

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
}
