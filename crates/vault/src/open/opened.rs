//! The last steps of an opening, when the key has proved to be the right one.

use crate::database::Database;
use crate::epoch::state::Epoch;
use crate::events::RecentLines;
use crate::inspection::of_file;
use crate::keys::store::KeyStore;
use crate::memory::MemorySealer;
use crate::open::blocking::blocking;
use crate::open::result::OpenResult;
use crate::options::Access;
use crate::seal::Sealer;
use crate::{Home, Inner, Vault, VaultError};
use model::{ClosedVault, Protection};
use std::sync::Arc;

/// Brings the file to this version, and looks whether it is the newest that is known. What processes before left beside it is
/// put in its place, and room is held for what may come.
pub(super) async fn opened(
    home: &Home,
    access: Access,
    sealer: Sealer,
    protection: Protection,
    store: Arc<dyn KeyStore>,
) -> Result<OpenResult, VaultError> {
    let store = Some(store).filter(|_| protection == Protection::Keyring);
    let asked = store.clone();
    let known = match blocking(move || asked.map_or(Ok(None), |store| store.epoch())).await? {
        Ok(known) => known,
        Err(error) => {
            return Ok(OpenResult::Closed(ClosedVault::KeyUnavailable {
                protection,
                why: error.into(),
            }));
        }
    };
    let database = match Database::open(home, access).await {
        Ok(database) => database,
        Err(VaultError::Schema(why)) => {
            return Ok(OpenResult::Closed(ClosedVault::Unusable {
                why: of_file(home, why),
            }));
        }
        Err(error) => return Err(home.explained(error)),
    };
    let epoch = Epoch::new(store);
    let vault = Vault {
        inner: Arc::new(Inner {
            home: home.clone(),
            database,
            sealer,
            memory: MemorySealer::new()?,
            recent: RecentLines::default(),
            protection,
            epoch,
        }),
    };
    match vault.settle(known).await? {
        Ok(()) => {
            if access == Access::ReadWrite {
                if let Err(error) = vault.bring_logins_along().await {
                    tracing::warn!(%error, "logins of an earlier version stay where they are for now");
                }
                vault.put_all_back().await;
                if let Err(error) = vault.fill_room().await {
                    tracing::info!(%error, "no room is held for answers yet");
                }
            }
            Ok(OpenResult::Opened(vault))
        }
        Err(why) => {
            vault.close().await;
            Ok(OpenResult::Closed(ClosedVault::Unusable {
                why: of_file(home, why),
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::opened;
    use crate::error::Obstacle;
    use crate::inspection::{Inspection, inspect};
    use crate::keys::file::key_in_file;
    use crate::options::Access;
    use crate::seal::Sealer;
    use crate::{Home, KeySource, OpenResult, OsKeyring, Vault, VaultError};
    use model::Protection;
    use oauth::time::Timestamp;
    use std::sync::Arc;

    /// A vault that can only be read is opened; what would write to it says why it cannot.
    #[tokio::test]
    async fn on_a_disk_that_takes_nothing_each_write_says_so() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Home::new(folder.path().join("home")).expect("a home");
        let (key, store) = (folder.path().join("key"), Arc::new(OsKeyring::new(&home)));
        let made = Vault::make(&home, KeySource::KeyFile(key.clone()), store.clone()).await;
        let Ok(OpenResult::Opened(vault)) = made else {
            panic!("{made:?}")
        };
        vault.close().await;
        let Ok(Inspection::Vault(header, _)) = inspect(&home).await else {
            panic!("it is a vault")
        };
        let key = key_in_file(&key).expect("read").expect("a key");
        let sealer = Sealer::new(&key, header.id, header.key_id).expect("a key");
        let access = Access::Reading(Obstacle::Full);
        let opening = opened(&home, access, sealer, Protection::KeyFile, store).await;
        let Ok(OpenResult::Opened(vault)) = opening else {
            panic!("{opening:?}")
        };
        let writes = [
            vault.forget_client_authentication("r1").await,
            vault.sweep_login_attempts(Timestamp(1)).await,
            vault.drop_revocation("r1").await,
            vault.set_setting("name", "value").await,
        ];
        for written in writes {
            assert!(matches!(written, Err(VaultError::Full)), "{written:?}");
        }
    }
}
