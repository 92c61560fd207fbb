//! OpenResult a vault: what is there, which key it wants, and whether that key is the right one.

mod blocking;
mod create;
mod existing;
mod opened;
pub(crate) mod result;
mod turn;

use crate::inspection::{Inspection, inspect};
use crate::keys::store::KeyStore;
use crate::open::result::{KeySource, OpenResult};
use crate::{Home, Vault, VaultError};
use create::create;
use existing::open_existing;
use messages::text;
use model::ClosedVault;
use std::sync::Arc;
use turn::turn;

impl Vault {
    /// Opens the vault, or makes one where there never was one.
    pub async fn open(
        home: &Home,
        source: KeySource,
        key_store: Arc<dyn KeyStore>,
    ) -> Result<OpenResult, VaultError> {
        Self::open_or_make(home, source, key_store, false).await
    }

    /// Opens the vault, or makes one: the person said so, whatever became of an earlier one.
    pub async fn make(
        home: &Home,
        source: KeySource,
        key_store: Arc<dyn KeyStore>,
    ) -> Result<OpenResult, VaultError> {
        Self::open_or_make(home, source, key_store, true).await
    }

    async fn open_or_make(
        home: &Home,
        source: KeySource,
        key_store: Arc<dyn KeyStore>,
        anew: bool,
    ) -> Result<OpenResult, VaultError> {
        let mut found = inspect(home).await?;
        if let Inspection::Absent = found {
            if let Some(obstacle) = home.obstacle() {
                return Err(obstacle.into());
            }
            // One process at a time makes a vault, so that two first starts do not make two keys.
            let _turn = turn(home).await?;
            found = inspect(home).await?;
            if let Inspection::Absent = found {
                return create(home, source, key_store, anew).await;
            }
        }
        match found {
            Inspection::Vault(header, access) => {
                open_existing(home, header, access, source, key_store).await
            }
            Inspection::Unusable(why) => Ok(OpenResult::Closed(ClosedVault::Unusable { why })),
            Inspection::Absent => Ok(OpenResult::Closed(ClosedVault::Unusable {
                why: text::ClosedRemovedNow {
                    path: home.database().display().to_string(),
                }
                .into(),
            })),
        }
    }
}
