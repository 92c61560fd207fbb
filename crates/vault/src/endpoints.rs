//! Addresses of an authorization server that a person entered for one MCP server, where no document names them.

use crate::randomness::new_id;
use crate::seal::{Place, facts};
use crate::tables::{ENTERED, returning, with_seal};
use crate::{Vault, VaultError};
use model::ResourceRecord;
use oauth::metadata::EnteredEndpoints;
use oauth::secret::Secret;

#[derive(sqlx::FromRow)]
struct Row {
    endpoints_sealed: Vec<u8>,
    version: Option<String>,
}

/// Where the login goes is bound to the server, and to the row that it was written with.
fn aim(record: &ResourceRecord, version: Option<&str>) -> String {
    match version {
        Some(version) => facts(&[record.uri.as_str(), version]),
        None => facts(&[record.uri.as_str()]),
    }
}

fn place<'a>(record: &'a ResourceRecord, facts: &'a str) -> Place<'a> {
    Place {
        table: "entered_endpoints",
        id: &record.id,
        column: "endpoints",
        facts,
    }
}

impl Vault {
    /// None also where somebody else wrote them, or put them back: a login goes there.
    pub async fn entered_endpoints(
        &self,
        record: &ResourceRecord,
    ) -> Result<Option<EnteredEndpoints>, VaultError> {
        let rows = sqlx::query(with_seal!("entered_endpoints WHERE resource_id = ?"))
            .bind(&record.id)
            .fetch_all(&self.database().pool().await?)
            .await?;
        let Some(row) = self.believed::<Row>(&ENTERED, &rows)?.pop() else {
            return Ok(None);
        };
        let facts = aim(record, row.version.as_deref());
        match self
            .sealer()
            .open(place(record, &facts), &row.endpoints_sealed)
        {
            Ok(text) => Ok(Some(serde_json::from_str(text.expose())?)),
            Err(VaultError::Damaged { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps the addresses in place of those that were entered before.
    pub async fn save_entered_endpoints(
        &self,
        record: &ResourceRecord,
        entered: &EnteredEndpoints,
    ) -> Result<(), VaultError> {
        let version = new_id();
        let facts = aim(record, Some(&version));
        let sealed = self.sealer().seal(
            place(record, &facts),
            &Secret::new(serde_json::to_string(entered)?),
        )?;
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT OR REPLACE INTO entered_endpoints (resource_id, endpoints_sealed, version) VALUES (?, ?, ?)"
        ))
        .bind(&record.id)
        .bind(sealed)
        .bind(&version)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &ENTERED, &row).await?;
        // Those of before are not to come back.
        self.commit_in_next_epoch(transaction).await
    }

    /// True if there were any.
    pub async fn forget_entered_endpoints(
        &self,
        record: &ResourceRecord,
    ) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        let forgotten =
            sqlx::query("DELETE FROM entered_endpoints NOT INDEXED WHERE resource_id = ?")
                .bind(&record.id)
                .execute(&mut *transaction)
                .await?;
        self.commit_in_next_epoch(transaction).await?;
        Ok(forgotten.rows_affected() > 0)
    }
}
