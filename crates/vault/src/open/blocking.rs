//! Work that blocks, off the async threads.

use crate::VaultError;
use crate::keys::key::VaultKey;
use crate::keys::passphrase::Kdf;
use oauth::secret::Secret;

/// Argon2 takes a quarter of a second of one processor: not on an async thread.
pub(super) async fn derive(kdf: Kdf, passphrase: Secret) -> Result<VaultKey, VaultError> {
    blocking(move || kdf.key(&passphrase)).await?
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, VaultError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| VaultError::Unfinished)
}
