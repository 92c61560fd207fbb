//! Metadata of authorization servers, as it was fetched last.

use crate::seal::{Place, facts};
use crate::{Vault, VaultError};
use oauth::metadata::AuthorizationServer;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::Issuer;

/// The text itself is part of the seal, and nothing is in it.
fn metadata_seal<'a>(issuer: &'a str, facts: &'a str) -> Place<'a> {
    Place {
        table: "authorization_servers",
        id: issuer,
        column: "metadata",
        facts,
    }
}

impl Vault {
    /// Keeps its metadata as it was fetched and verified.
    pub async fn save_authorization_server(
        &self,
        server: &AuthorizationServer,
        fetched_at: Timestamp,
    ) -> Result<(), VaultError> {
        let (issuer, metadata) = (server.issuer.as_str(), serde_json::to_string(server)?);
        let facts = facts(&[&metadata, &fetched_at.0.to_string()]);
        let seal = self
            .sealer()
            .seal(metadata_seal(issuer, &facts), &Secret::new(""))?;
        let statement = "INSERT OR REPLACE INTO authorization_servers (issuer, metadata, fetched_at, metadata_sealed) VALUES (?, ?, ?, ?)";
        sqlx::query(statement)
            .bind(issuer)
            .bind(metadata)
            .bind(fetched_at.0)
            .bind(seal)
            .execute(&self.database().writer().await?)
            .await?;
        Ok(())
    }

    /// None also where the row is not as we wrote it: its endpoints are asked for again.
    pub async fn authorization_server(
        &self,
        issuer: &Issuer,
    ) -> Result<Option<(AuthorizationServer, Timestamp)>, VaultError> {
        let row: Option<(String, i64, Option<Vec<u8>>)> =
            sqlx::query_as("SELECT metadata, fetched_at, metadata_sealed FROM authorization_servers WHERE issuer = ?")
                .bind(issuer.as_str())
                .fetch_optional(&self.database().pool().await?)
                .await?;
        let ours = row.filter(|(metadata, at, sealed)| {
            let facts = facts(&[metadata, &at.to_string()]);
            sealed.as_ref().is_some_and(|sealed| {
                self.sealer()
                    .open(metadata_seal(issuer.as_str(), &facts), sealed)
                    .is_ok()
            })
        });
        ours.map(|(metadata, at, _)| Ok((serde_json::from_str(&metadata)?, Timestamp(at))))
            .transpose()
    }

    /// Its metadata is fetched again before anything is sent there.
    pub async fn forget_authorization_server(&self, issuer: &Issuer) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM authorization_servers WHERE issuer = ?")
            .bind(issuer.as_str())
            .execute(&self.database().writer().await?)
            .await?;
        Ok(())
    }
}
