//! The last steps of an opening, when the key has proved to be the right one.

use crate::database::Database;
use crate::epoch::state::Epoch;
use crate::keys::key::Protection;
use crate::keys::store::KeyStore;
use crate::open::blocking::blocking;
use crate::open::opening::Opening;
use crate::options::Access;
use crate::seal::Sealer;
use crate::{Home, Inner, Vault, VaultError};
use std::sync::Arc;

/// Brings the file to this version, and looks whether it is the newest that is known. What processes before left beside it is
/// put in its place, and room is held for what may come.
pub(super) async fn opened(
    home: &Home,
    access: Access,
    sealer: Sealer,
    protection: Protection,
    store: Arc<dyn KeyStore>,
) -> Result<Opening, VaultError> {
    let store = Some(store).filter(|_| protection == Protection::Keyring);
    let asked = store.clone();
    let known = match blocking(move || asked.map_or(Ok(None), |store| store.epoch())).await? {
        Ok(known) => known,
        Err(error) => {
            return Ok(Opening::KeyUnavailable {
                protection,
                why: error.to_string(),
            });
        }
    };
    let database = match Database::open(home, access).await {
        Ok(database) => database,
        Err(VaultError::Schema(why)) => {
            return Ok(Opening::Unusable {
                why: format!("{}: {why}", home.database().display()),
            });
        }
        Err(error) => return Err(home.explained(error)),
    };
    let epoch = Epoch::new(store);
    let vault = Vault {
        inner: Arc::new(Inner {
            home: home.clone(),
            database,
            sealer,
            protection,
            epoch,
        }),
    };
    match vault.settle(known).await? {
        Ok(()) => {
            if access == Access::ReadWrite {
                vault.bring_logins_along().await?;
                vault.put_all_back().await;
                if let Err(error) = vault.fill_room().await {
                    tracing::info!(%error, "no room is held for answers yet");
                }
            }
            Ok(Opening::Opened(vault))
        }
        Err(why) => {
            vault.close().await;
            Ok(Opening::Unusable {
                why: format!("{}: {why}", home.database().display()),
            })
        }
    }
}
