//! Whether the file is the newest that is known, and which rows of it are not believed.

use crate::epoch::row_faults::{MOST_ROW_FAULTS, RowFault};
use crate::epoch::state::{FileVersion, KeyringQuery, locked};
use crate::{FormatFault, Vault, VaultError};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// A keyring that does not answer may be asking for its password: not at each request.
const PAUSE: Duration = Duration::from_mins(10);

impl Vault {
    /// The file is older than the keyring knows it: rights that were taken away since then are in it again. Agents and
    /// permits are off until [`Vault::confirm`].
    pub fn is_older(&self) -> bool {
        locked(&self.epoch().older_than).is_some()
    }

    /// The same, looked at anew: another process may have had the person's word.
    pub async fn is_still_older(&self) -> Result<bool, VaultError> {
        if self.is_older() {
            self.is_newest().await?;
        }
        Ok(self.is_older())
    }

    /// The epoch that the file has, beside a row of it. None: a file from before there were seals.
    pub(crate) fn epoch_beside(&self, row: &SqliteRow) -> Result<Option<i64>, VaultError> {
        let state = self.epoch();
        if state.is_unsealed.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let (epoch, sealed): (i64, Option<&[u8]>) = (
            row.try_get("vault_epoch")?,
            row.try_get("vault_epoch_sealed")?,
        );
        let sealed = sealed.ok_or_else(changed)?;
        let mut looked_at = locked(&state.looked_at);
        if !looked_at
            .as_ref()
            .is_some_and(|(known, seal)| *known == epoch && seal == sealed)
        {
            self.sealer().level_of(epoch, sealed).ok_or_else(changed)?;
            *looked_at = Some((epoch, sealed.to_vec()));
        }
        drop(looked_at);
        let newest = state.newest.fetch_max(epoch, Ordering::SeqCst);
        locked(&state.older_than).take_if(|known| epoch > *known && epoch >= newest);
        Ok(Some(epoch))
    }

    /// Whether the file is as new as is known. What this process has not read itself, the keyring knows: it is asked again
    /// when the file was written to by anything but a transaction, or has another epoch than it had then.
    pub(crate) async fn is_newest(&self) -> Result<bool, VaultError> {
        if self.epoch().is_unsealed.load(Ordering::SeqCst) {
            return Ok(false);
        }
        let epoch = self.epoch_now().await?;
        self.ask_keyring((self.database().stamp(), epoch)).await;
        let newest = self.newest();
        // Another process may have begun the next one just now: what is known by now is in the newest file by now.
        Ok(epoch >= newest || self.epoch_now().await? >= newest)
    }

    pub(crate) fn newest(&self) -> i64 {
        self.epoch().newest.load(Ordering::SeqCst)
    }

    async fn ask_keyring(&self, seen: FileVersion) {
        let Some(store) = self.epoch().key_store.clone() else {
            return;
        };
        let mut asked = self.epoch().asked.lock().await;
        match &*asked {
            KeyringQuery::Of(before) if *before == seen => return,
            KeyringQuery::InVain(at) if at.elapsed() < PAUSE => return,
            _ => {}
        }
        let answer = match tokio::task::spawn_blocking(move || store.epoch()).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        *asked = match answer {
            Ok(known) => {
                self.epoch()
                    .newest
                    .fetch_max(known.unwrap_or_default(), Ordering::SeqCst);
                KeyringQuery::Of(seen)
            }
            Err(why) => {
                tracing::warn!(
                    why,
                    "the keyring does not say whether the vault's file is the newest"
                );
                KeyringQuery::InVain(Instant::now())
            }
        };
    }

    /// Someone put an older file in the place of the one that is open.
    pub(crate) fn found_older(&self) {
        locked(&self.epoch().older_than).get_or_insert(self.newest());
    }

    pub(super) async fn epoch_of(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<i64, VaultError> {
        let row = sqlx::query(
            "SELECT epoch AS vault_epoch, epoch_sealed AS vault_epoch_sealed FROM vault",
        )
        .fetch_one(connection)
        .await?;
        self.epoch_beside(&row)?.ok_or_else(changed)
    }

    /// The same; an old file that has no seals is of none.
    pub(crate) async fn epoch_in(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<i64, VaultError> {
        if self.epoch().is_unsealed.load(Ordering::SeqCst) {
            Ok(0)
        } else {
            self.epoch_of(connection).await
        }
    }

    pub(crate) async fn epoch_now(&self) -> Result<i64, VaultError> {
        self.epoch_in(&mut *self.database().pool().await?.acquire().await?)
            .await
    }

    /// Rows that were not believed, and that this was not asked about before.
    pub fn new_row_faults(&self) -> Vec<RowFault> {
        std::mem::take(&mut locked(&self.epoch().row_faults).new)
    }

    /// All that this process came upon.
    pub fn has_row_fault(&self, table: &str, row: &str) -> bool {
        locked(&self.epoch().row_faults)
            .known
            .iter()
            .any(|doubt| doubt.table == table && doubt.row == row)
    }

    pub(crate) fn note_row_fault(&self, doubt: RowFault) {
        let mut row_faults = locked(&self.epoch().row_faults);
        if row_faults.known.len() < MOST_ROW_FAULTS && row_faults.known.insert(doubt.clone()) {
            row_faults.new.push(doubt);
        }
    }
}

pub(super) fn changed() -> VaultError {
    VaultError::Format(FormatFault::Epoch)
}
