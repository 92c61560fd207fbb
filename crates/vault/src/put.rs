//! Writes a row that an issuer's response became: the row, its events and the outcome of its login attempt, together or not
//! at all.

use crate::events;
use crate::response_row::{ResponseRow, UnsavedRecord};
use crate::{Vault, VaultError};
use model::LoginStatus;
use sqlx::{Sqlite, SqliteConnection, Transaction};

impl ResponseRow {
    /// False if the kept one is not the one that this replaces.
    async fn write(
        &self,
        vault: &Vault,
        connection: &mut SqliteConnection,
    ) -> Result<bool, VaultError> {
        match self {
            Self::Grant(change) => change.write(vault, connection).await,
            Self::Registration(row) => row.write(vault, connection).await.map(|()| true),
            Self::Provider(row) => row.write(vault, connection).await.map(|()| true),
        }
    }
}

impl Vault {
    /// An answer, its events and the outcome of its login attempt, together or not at all. False if the kept row is not the
    /// one that this replaces.
    pub(crate) async fn put(&self, record: &UnsavedRecord) -> Result<bool, VaultError> {
        self.put_in(self.database().write().await?, record).await
    }

    pub(crate) async fn put_in(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        record: &UnsavedRecord,
    ) -> Result<bool, VaultError> {
        let answer = &record.answer;
        if !answer.write(self, &mut transaction).await? {
            return Ok(false);
        }
        for replaced in &record.replaced {
            replaced.insert_beside(&mut transaction).await?;
        }
        for event in &record.events {
            events::insert(event, &mut transaction).await?;
        }
        if let (Some(attempt), ResponseRow::Grant(change)) = (&record.login_attempt, answer) {
            let (grant, at) = change.granted();
            self.finish_in(&mut transaction, attempt, &LoginStatus::Done { grant }, at)
                .await?;
        }
        match answer {
            // Its row from before, put back, would be access again.
            ResponseRow::Grant(change) if change.is_revocation() => {
                self.commit_in_next_epoch(transaction).await?;
            }
            _ => transaction.commit().await?,
        }
        if let ResponseRow::Grant(change) = answer
            && !change.has_tokens()
            && let Err(error) = self.database().forget_old_pages().await
        {
            // `secure_delete` overwrote the pages; the log keeps the old ones until the next checkpoint.
            tracing::warn!(%error, "the journal could not be emptied");
        }
        Ok(true)
    }
}
