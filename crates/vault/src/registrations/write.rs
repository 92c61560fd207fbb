//! Writes a registration.

use crate::registrations::row::Row;
use crate::tables::{REGISTRATIONS, returning};
use crate::{Vault, VaultError};
use sqlx::SqliteConnection;

impl Row {
    pub(crate) async fn write(
        &self,
        vault: &Vault,
        connection: &mut SqliteConnection,
    ) -> Result<(), VaultError> {
        let written = sqlx::query(returning!(
            "INSERT OR REPLACE INTO registrations (id, issuer, redirect_uri, kind, client_id, client_secret_sealed, key_id, auth_method,
                    secret_expires_at, management_uri, management_token_sealed, registered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(&self.id)
        .bind(&self.issuer)
        .bind(&self.redirect_uri)
        .bind(&self.kind)
        .bind(&self.client_id)
        .bind(&self.client_secret_sealed)
        .bind(&self.key_id)
        .bind(&self.auth_method)
        .bind(self.secret_expires_at)
        .bind(&self.management_uri)
        .bind(&self.management_token_sealed)
        .bind(self.registered_at)
        .fetch_one(&mut *connection)
        .await?;
        vault.seal_row(connection, &REGISTRATIONS, &written).await
    }
}
