//! Keeps what cannot be had again, whatever the disk does: in the vault's file, else in a file beside it and in memory.

use crate::lock::GrantLock;
use crate::response_row::UnsavedRecord;
use crate::{Vault, VaultError};
use model::GrantId;
use std::time::Duration;

/// What became of an answer that had to be kept.
#[derive(Debug)]
pub enum Persistence {
    /// It is in the vault's file.
    InTheVault,
    /// Others changed the same meanwhile: theirs stands.
    Outdated,
    /// In memory, for the time being, and why. [`Vault::write_unsaved`] writes it later.
    InMemory(VaultError),
}

/// Pauses between tries to write it in its place, before it stays in memory: a disk that failed once often does not again.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(50),
    Duration::from_millis(250),
];

impl Vault {
    /// Keeps what cannot be had again, whatever the disk does.
    pub(crate) async fn keep(
        &self,
        record: UnsavedRecord,
        lock: Option<GrantLock>,
    ) -> Result<Persistence, VaultError> {
        let mut pauses = PAUSES.into_iter();
        let last = loop {
            match self.put(&record).await {
                Err(error) if error.may_pass() => {
                    let Some(pause) = pauses.next() else {
                        break error;
                    };
                    tokio::time::sleep(pause).await;
                    self.give_room().await;
                }
                Ok(true) => return Ok(Persistence::InTheVault),
                Ok(false) => return Ok(Persistence::Outdated),
                Err(error) => return Err(error),
            }
        };
        tracing::warn!(error = %last, "what an issuer answered stays in memory");
        let aside = self
            .put_aside(&record)
            .await
            .inspect_err(|error| tracing::warn!(%error, "nor beside the vault"));
        self.unsaved().put(record, lock, aside.is_ok());
        Ok(Persistence::InMemory(last))
    }

    /// Writes what could not be written before. The first error, if there still is one.
    pub async fn write_unsaved(&self) -> Result<(), VaultError> {
        let mut failed = Ok(());
        for (number, record) in self.unsaved().all() {
            match self.put(&record).await {
                Err(error) if error.may_pass() => failed = failed.and(Err(error)),
                outcome => {
                    if let Err(error) = outcome {
                        tracing::warn!(%error, "what an issuer answered has no place in the vault any more");
                    }
                    self.unsaved().remove(number);
                    self.forget_aside(&record.answer);
                }
            }
        }
        failed
    }

    /// How many answers are not in the vault yet; and of them, how many would end with this process.
    pub fn count_unsaved(&self) -> (usize, usize) {
        self.unsaved().count()
    }

    /// Tells of a change to a row of which there is a newer one in memory: it replaces that.
    pub(crate) async fn supersede(&self, record: UnsavedRecord) {
        if self.unsaved().has(&record.answer) {
            let is_durable = self.put_aside(&record).await.is_ok();
            self.unsaved().put(record, None, is_durable);
        }
    }

    /// What is in memory only is newer than the file: it goes first, and what comes then is compared with it.
    pub(crate) async fn write_before(&self, id: &GrantId) {
        if self.unsaved().lock_of(id).is_some()
            && let Err(error) = self.write_unsaved().await
        {
            tracing::debug!(%error, "what is in memory stays there");
        }
    }

    /// Before anything is sent whose answer has to be kept: an error where that is not certain, and then nothing is sent.
    pub async fn make_room(&self) -> Result<(), VaultError> {
        self.database().writer().await?;
        // What came before has to be in its place first, or there would be ever more of it.
        self.write_unsaved().await?;
        let home = &self.inner.home;
        if home.holds_room() {
            return Ok(());
        }
        match self.fill_room().await {
            Err(VaultError::Full) => {
                // The journal may take up what is missing, and be emptied into the vault itself.
                self.database().forget_old_pages().await?;
                self.fill_room().await
            }
            filled => filled,
        }
    }
}
