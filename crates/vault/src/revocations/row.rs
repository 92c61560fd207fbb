//! A revocation that its issuer has not confirmed, as a row, and beside a login that goes on.

use crate::VaultError;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

/// When those are tried that wait for their login to be taken back: never before.
pub(super) const WITH_ITS_LOGIN: i64 = i64::MAX;
/// Access tokens of one login that were replaced before their time, at most.
const MOST_REPLACED: i64 = 16;

/// A row of `open_revocations`.
#[derive(Clone, FromRow, Serialize, Deserialize)]
pub(crate) struct OpenRow {
    pub(super) id: String,
    pub(super) grant_id: String,
    pub(super) resource: String,
    pub(super) account_name: String,
    pub(super) issuer: String,
    pub(super) token_endpoint: String,
    pub(super) registration_id: String,
    pub(super) refresh_token_sealed: Option<Vec<u8>>,
    pub(super) access_token_sealed: Option<Vec<u8>>,
    pub(super) dpop_key_sealed: Option<Vec<u8>>,
    pub(super) expires_at: Option<i64>,
    pub(super) opened_at: i64,
    pub(super) tries: i64,
    pub(super) next_try_at: i64,
}

impl OpenRow {
    pub(super) async fn insert(&self, connection: &mut SqliteConnection) -> Result<(), VaultError> {
        sqlx::query(
            "INSERT INTO open_revocations (id, grant_id, resource, account_name, issuer, token_endpoint, registration_id,
                    refresh_token_sealed, access_token_sealed, dpop_key_sealed, expires_at, opened_at, tries, next_try_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&self.id)
        .bind(&self.grant_id)
        .bind(&self.resource)
        .bind(&self.account_name)
        .bind(&self.issuer)
        .bind(&self.token_endpoint)
        .bind(&self.registration_id)
        .bind(&self.refresh_token_sealed)
        .bind(&self.access_token_sealed)
        .bind(&self.dpop_key_sealed)
        .bind(self.expires_at)
        .bind(self.opened_at)
        .bind(self.tries)
        .bind(self.next_try_at)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Of the access tokens that wait for the same login, those that have ended and the oldest of too many make room for it.
    pub(crate) async fn insert_beside(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<(), VaultError> {
        sqlx::query(
            "DELETE FROM open_revocations
             WHERE grant_id = ?1 AND next_try_at = ?2 AND refresh_token_sealed IS NULL
               AND (expires_at <= ?3 OR id NOT IN
                    (SELECT id FROM open_revocations
                     WHERE grant_id = ?1 AND next_try_at = ?2 AND refresh_token_sealed IS NULL
                     ORDER BY opened_at DESC, id DESC LIMIT ?4))",
        )
        .bind(&self.grant_id)
        .bind(WITH_ITS_LOGIN)
        .bind(self.opened_at)
        .bind(MOST_REPLACED - 1)
        .execute(&mut *connection)
        .await?;
        self.insert(connection).await
    }
}
