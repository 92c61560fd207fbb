//! What the file says of its epoch when it is opened, beside what the keyring says; and the person's word for an older one.

use crate::epoch::canary::SEALED_CANARY;
use crate::epoch::commit::ResealScope;
use crate::epoch::state::{KeyringQuery, locked};
use crate::tables::LEVEL;
use crate::{Vault, VaultError};
use messages::{Text, text};
use std::sync::atomic::Ordering;

impl Vault {
    /// What the file says when it is opened, beside what the keyring says; one process at a time. The inner error is a
    /// sentence about the file.
    pub(crate) async fn settle(
        &self,
        in_keyring: Option<i64>,
    ) -> Result<Result<(), Text>, VaultError> {
        let state = self.epoch();
        let stamp = self.database().stamp();
        let (canary, epoch, sealed): (Vec<u8>, i64, Option<Vec<u8>>) =
            sqlx::query_as("SELECT canary_sealed, epoch, epoch_sealed FROM vault")
                .fetch_one(&self.database().pool().await?)
                .await?;
        if self.sealer().open(SEALED_CANARY, &canary).is_err() {
            let Some(known) = in_keyring else {
                let transaction = self.database().write().await?;
                self.commit_as(transaction, ResealScope::FROM_BEFORE, 1, None)
                    .await?;
                return Ok(Ok(()));
            };
            state.newest.store(known, Ordering::SeqCst);
            self.found_older();
            state.is_unsealed.store(true, Ordering::SeqCst);
            return Ok(Ok(()));
        }
        let Some(level) = sealed.and_then(|sealed| self.sealer().level_of(epoch, &sealed)) else {
            return Ok(Err(text::ClosedEpoch.into()));
        };
        if level > LEVEL {
            return Ok(Err(text::ClosedNewer.into()));
        }
        *state.asked.lock().await = KeyringQuery::Of((stamp, epoch));
        state
            .newest
            .store(in_keyring.unwrap_or_default().max(epoch), Ordering::SeqCst);
        if epoch < self.newest() {
            self.found_older();
            return Ok(Ok(()));
        }
        if level < LEVEL {
            let transaction = self.database().write().await?;
            let reseal = ResealScope {
                epoch: Some(epoch),
                level,
            };
            self.commit_as(transaction, reseal, epoch + 1, None).await?;
        } else if in_keyring.is_none_or(|known| known < epoch) {
            self.note(epoch).await;
        }
        Ok(Ok(()))
    }

    /// The person says that this older file shall hold. False if it is not older.
    pub async fn confirm(&self) -> Result<bool, VaultError> {
        if !self.is_older() {
            return Ok(false);
        }
        let mut transaction = self.database().write().await?;
        let known = self.newest();
        if self.epoch().is_unsealed.load(Ordering::SeqCst) {
            self.commit_as(transaction, ResealScope::FROM_BEFORE, known + 1, None)
                .await?;
        } else {
            let now = self.epoch_of(&mut transaction).await?;
            self.commit_as(transaction, ResealScope::of(now), known.max(now) + 1, None)
                .await?;
        }
        self.epoch().is_unsealed.store(false, Ordering::SeqCst);
        *locked(&self.epoch().older_than) = None;
        Ok(true)
    }
}
