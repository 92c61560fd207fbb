//! Addresses of an authorization server that a person entered for one MCP server, where no document names them.

use crate::seal::{Place, facts};
use crate::{ResourceRecord, Vault, VaultError};
use oauth::metadata::EnteredEndpoints;
use oauth::secret::Secret;

fn place<'a>(record: &'a ResourceRecord, facts: &'a str) -> Place<'a> {
    Place { table: "entered_endpoints", id: &record.id, column: "endpoints", facts }
}

impl Vault {
    /// None also where somebody else wrote them: a login goes there.
    pub async fn entered_endpoints(&self, record: &ResourceRecord) -> Result<Option<EnteredEndpoints>, VaultError> {
        let sealed: Option<Vec<u8>> = sqlx::query_scalar("SELECT endpoints_sealed FROM entered_endpoints WHERE resource_id = ?")
            .bind(&record.id)
            .fetch_optional(&self.database().pool)
            .await?;
        let facts = facts(&[record.uri.as_str()]);
        match self.sealer().open_some(place(record, &facts), sealed.as_deref()) {
            Ok(Some(text)) => Ok(Some(serde_json::from_str(text.expose())?)),
            Ok(None) | Err(VaultError::Damaged { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub async fn save_entered_endpoints(&self, record: &ResourceRecord, entered: &EnteredEndpoints) -> Result<(), VaultError> {
        let facts = facts(&[record.uri.as_str()]);
        let sealed = self.sealer().seal(place(record, &facts), &Secret::new(serde_json::to_string(entered)?))?;
        sqlx::query("INSERT OR REPLACE INTO entered_endpoints (resource_id, endpoints_sealed) VALUES (?, ?)")
            .bind(&record.id)
            .bind(sealed)
            .execute(&self.database().pool)
            .await?;
        Ok(())
    }

    /// True if there were any.
    pub async fn forget_entered_endpoints(&self, record: &ResourceRecord) -> Result<bool, VaultError> {
        let statement = sqlx::query("DELETE FROM entered_endpoints WHERE resource_id = ?").bind(&record.id);
        Ok(statement.execute(&self.database().pool).await?.rows_affected() > 0)
    }
}
