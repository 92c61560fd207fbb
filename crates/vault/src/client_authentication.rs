//! How our clients prove themselves at the endpoints of their issuers, as far as that was learned by trying.

use crate::records::{from_text, to_text};
use crate::tables::{CLIENT_AUTHENTICATION, returning, with_seal};
use crate::{Vault, VaultError};
use oauth::token::ClientAuthentication;
use serde::{Deserialize, Serialize};

/// What is asked with a client's proof. What one of them takes says nothing of the next (lab-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientEndpoint {
    /// The token endpoint.
    Token,
    /// The device authorization endpoint (RFC 8628).
    DeviceAuthorization,
    /// The revocation endpoint (RFC 7009).
    Revocation,
}

#[derive(sqlx::FromRow)]
struct Row {
    way: String,
}

impl Vault {
    /// None where nothing was learned, or nothing that can be read.
    pub async fn client_authentication(
        &self,
        registration_id: &str,
        endpoint: ClientEndpoint,
    ) -> Result<Option<ClientAuthentication>, VaultError> {
        let rows = sqlx::query(with_seal!(
            "client_ways WHERE registration_id = ? AND endpoint = ?"
        ))
        .bind(registration_id)
        .bind(to_text(&endpoint)?)
        .fetch_all(&self.database().pool().await?)
        .await?;
        Ok(self
            .believed::<Row>(&CLIENT_AUTHENTICATION, &rows)?
            .pop()
            .and_then(|row| from_text(&row.way).ok()))
    }

    /// Keeps what an endpoint was found to take.
    pub async fn save_client_authentication(
        &self,
        registration_id: &str,
        endpoint: ClientEndpoint,
        way: ClientAuthentication,
    ) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT OR REPLACE INTO client_ways (registration_id, endpoint, way) VALUES (?, ?, ?)"
        ))
        .bind(registration_id)
        .bind(to_text(&endpoint)?)
        .bind(to_text(&way)?)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &CLIENT_AUTHENTICATION, &row)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Another secret or another method is another client: it begins anew.
    pub async fn forget_client_authentication(
        &self,
        registration_id: &str,
    ) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM client_ways WHERE registration_id = ?")
            .bind(registration_id)
            .execute(&self.database().writer().await?)
            .await?;
        Ok(())
    }
}
