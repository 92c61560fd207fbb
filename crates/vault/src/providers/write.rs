//! Writes an identity provider.

use crate::providers::row::Row;
use crate::tables::{PROVIDERS, returning};
use crate::{Vault, VaultError};
use sqlx::SqliteConnection;

impl Row {
    pub(crate) async fn write(
        &self,
        vault: &Vault,
        connection: &mut SqliteConnection,
    ) -> Result<(), VaultError> {
        let written = sqlx::query(returning!(
            "INSERT OR REPLACE INTO identity_providers (issuer, client_id, client_secret_sealed, auth_method, token_endpoint,
                    account_name, id_token_sealed, id_token_expires_at, refresh_token_sealed, added_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(&self.issuer)
        .bind(&self.client_id)
        .bind(&self.client_secret_sealed)
        .bind(&self.auth_method)
        .bind(&self.token_endpoint)
        .bind(&self.account_name)
        .bind(&self.id_token_sealed)
        .bind(self.id_token_expires_at)
        .bind(&self.refresh_token_sealed)
        .bind(self.added_at)
        .fetch_one(&mut *connection)
        .await?;
        vault.seal_row(connection, &PROVIDERS, &written).await
    }
}
