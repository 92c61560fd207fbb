//! A refresh that began and has not ended: after a crash in between its token may be spent, and a person is told so when
//! the issuer refuses it. The note is written before the token is sent, so that nothing is sent where nothing can be written.

use crate::records::signed;
use crate::{Vault, VaultError};
use model::GrantId;
use oauth::time::Timestamp;

impl Vault {
    /// Notes that a refresh token is on its way, so that a crash in between can be told of; and proves, before it is, that the
    /// vault can be written.
    pub async fn refresh_started(
        &self,
        id: &GrantId,
        generation: u64,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        match self.note_start(id, generation, at).await {
            Err(VaultError::Full) => {
                // The journal may take up what is missing.
                self.database().forget_old_pages().await?;
                self.note_start(id, generation, at).await
            }
            noted => noted,
        }
    }

    async fn note_start(
        &self,
        id: &GrantId,
        generation: u64,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        sqlx::query(
            "UPDATE grants SET refresh_generation = ?, refresh_started_at = ? WHERE id = ?",
        )
        .bind(signed(generation))
        .bind(at.0)
        .bind(&id.0)
        .execute(&self.database().writer().await?)
        .await?;
        Ok(())
    }

    /// The refresh ended without newer tokens, and without its token being spent.
    pub async fn refresh_ended(&self, id: &GrantId) -> Result<(), VaultError> {
        sqlx::query(
            "UPDATE grants SET refresh_generation = NULL, refresh_started_at = NULL WHERE id = ?",
        )
        .bind(&id.0)
        .execute(&self.database().writer().await?)
        .await?;
        Ok(())
    }

    /// The generation and time of a refresh that began and never ended: its token may be spent.
    pub async fn refresh_unfinished(
        &self,
        id: &GrantId,
    ) -> Result<Option<(u64, Timestamp)>, VaultError> {
        let row: Option<(Option<i64>, Option<i64>)> = sqlx::query_as(
            "SELECT refresh_generation, refresh_started_at FROM grants WHERE id = ?",
        )
        .bind(&id.0)
        .fetch_optional(&self.database().pool().await?)
        .await?;
        Ok(row.and_then(|(generation, at)| Some((generation?.unsigned_abs(), Timestamp(at?)))))
    }
}
