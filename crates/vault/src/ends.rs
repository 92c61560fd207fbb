//! How a login under way ended, kept for whoever waits for it: the process that began it, the window, both.

use crate::seal::Place;
use crate::{Vault, VaultError, pending};
use oauth::secret::Secret;
use oauth::time::Timestamp;

/// Nobody waits longer for the end of a login than it can take.
const KEPT_SECONDS: i64 = 3600;

fn place(id: &str) -> Place<'_> {
    Place {
        table: "login_ends",
        id,
        column: "end",
        facts: "",
    }
}

impl Vault {
    /// Ends the login and says how, in one transaction: nobody sees it gone and no end. True for the one caller, of all
    /// processes, who ended it.
    pub async fn end_pending(
        &self,
        id: &str,
        end: &Secret,
        at: Timestamp,
    ) -> Result<bool, VaultError> {
        let sealed = self.sealer().seal(place(id), end)?;
        let mut transaction = self.database().write().await?;
        let ended = pending::take(&mut transaction, id).await?;
        if ended {
            insert(&mut transaction, id, &sealed, at).await?;
        }
        transaction.commit().await?;
        Ok(ended)
    }

    /// What is known of the end by now; it replaces what was known before.
    pub async fn save_end(&self, id: &str, end: &Secret, at: Timestamp) -> Result<(), VaultError> {
        let sealed = self.sealer().seal(place(id), end)?;
        insert(
            &mut *self.database().writer().await?.acquire().await?,
            id,
            &sealed,
            at,
        )
        .await
    }

    /// Notes an answer that was not used, as long as the login is under way: what ended it is never written over.
    pub async fn note_unused_answer(
        &self,
        id: &str,
        end: &Secret,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        sqlx::query(
            "INSERT OR REPLACE INTO login_ends (id, end_sealed, at)
             SELECT id, ?, ? FROM pending_authorizations WHERE id = ?",
        )
        .bind(self.sealer().seal(place(id), end)?)
        .bind(at.0)
        .bind(id)
        .execute(&self.database().writer().await?)
        .await?;
        Ok(())
    }

    /// None as long as nothing came; one that somebody else wrote is none, too.
    pub async fn end_of(&self, id: &str) -> Result<Option<Secret>, VaultError> {
        let sealed: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT end_sealed FROM login_ends WHERE id = ?")
                .bind(id)
                .fetch_optional(&self.database().pool().await?)
                .await?;
        match self.sealer().open_some(place(id), sealed.as_deref()) {
            Err(VaultError::Damaged { .. }) => Ok(None),
            end => end,
        }
    }

    pub async fn sweep_ends(&self, now: Timestamp) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM login_ends WHERE at <= ?")
            .bind(now.plus(-KEPT_SECONDS).0)
            .execute(&self.database().writer().await?)
            .await?;
        Ok(())
    }
}

async fn insert(
    connection: &mut sqlx::SqliteConnection,
    id: &str,
    sealed: &[u8],
    at: Timestamp,
) -> Result<(), VaultError> {
    sqlx::query("INSERT OR REPLACE INTO login_ends (id, end_sealed, at) VALUES (?, ?, ?)")
        .bind(id)
        .bind(sealed)
        .bind(at.0)
        .execute(connection)
        .await?;
    Ok(())
}
