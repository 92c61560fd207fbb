//! Receipts of revocations: what came of each, for as long as anybody may ask.

use crate::error::whole;
use crate::records::set;
use crate::seal::Place;
use crate::{Vault, VaultError};
use model::GrantId;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use sqlx::{FromRow, Sqlite, Transaction};

/// What came of taking something back, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRecord {
    /// Its revocation's.
    pub id: String,
    /// When the last step ended.
    pub at: Timestamp,
    /// The server's id.
    pub resource_id: String,
    /// The server's name at that time.
    pub resource_name: String,
    /// The grant that was taken back.
    pub grant_id: GrantId,
    /// Whose login it was.
    pub account_name: String,
    /// Who was asked.
    pub issuer: Issuer,
    /// JSON: the broker's words.
    pub body: String,
}

/// Older receipts than this many are dropped.
const MOST_RECEIPTS: i64 = 2_000;

#[derive(FromRow)]
struct ReceiptRow {
    id: String,
    at: i64,
    resource_id: String,
    resource_name: String,
    grant_id: String,
    account_name: String,
    issuer: String,
    body: String,
    body_sealed: Vec<u8>,
}

impl ReceiptRecord {
    /// A name could hold a line's end, so each part goes as JSON.
    fn facts(&self) -> Result<String, VaultError> {
        let parts = [
            &self.resource_id,
            &self.resource_name,
            &self.grant_id.0,
            &self.account_name,
            self.issuer.as_str(),
            &self.body,
        ];
        Ok(serde_json::to_string(&(self.at.0, parts))?)
    }
}

impl Vault {
    /// A later receipt of the same id takes the place of the earlier one.
    pub(crate) async fn insert_receipt(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        receipt: &ReceiptRecord,
    ) -> Result<(), VaultError> {
        let facts = receipt.facts()?;
        let place = Place {
            table: "receipts",
            id: &receipt.id,
            column: "body",
            facts: &facts,
        };
        sqlx::query(
            "INSERT OR REPLACE INTO receipts (id, at, resource_id, resource_name, grant_id, account_name, issuer, body, body_sealed)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&receipt.id)
        .bind(receipt.at.0)
        .bind(&receipt.resource_id)
        .bind(&receipt.resource_name)
        .bind(&receipt.grant_id.0)
        .bind(&receipt.account_name)
        .bind(receipt.issuer.as_str())
        .bind(&receipt.body)
        .bind(self.sealer().seal(place, &Secret::new(""))?)
        .execute(&mut **transaction)
        .await?;
        sqlx::query("DELETE FROM receipts WHERE id IN (SELECT id FROM receipts ORDER BY at DESC, id LIMIT -1 OFFSET ?)")
            .bind(MOST_RECEIPTS)
            .execute(&mut **transaction)
            .await?;
        Ok(())
    }

    /// Newest first; of one server, or of all.
    pub async fn receipts(
        &self,
        resource_id: Option<&str>,
    ) -> Result<Vec<ReceiptRecord>, VaultError> {
        let rows: Vec<ReceiptRow> = sqlx::query_as(
            "SELECT * FROM receipts WHERE ?1 IS NULL OR resource_id = ?1 ORDER BY at DESC, id",
        )
        .bind(resource_id)
        .fetch_all(&self.database().pool().await?)
        .await?;
        rows.into_iter()
            .filter_map(|row| whole(self.read_receipt(row)))
            .collect()
    }

    /// Those of these servers, newest first.
    pub async fn receipts_of_all(
        &self,
        resource_ids: impl IntoIterator<Item = &str> + Send,
    ) -> Result<Vec<ReceiptRecord>, VaultError> {
        let rows: Vec<ReceiptRow> = sqlx::query_as(
            "SELECT * FROM receipts WHERE resource_id IN (SELECT value FROM json_each(?)) ORDER BY at DESC, id",
        )
        .bind(set(resource_ids))
        .fetch_all(&self.database().pool().await?)
        .await?;
        rows.into_iter()
            .filter_map(|row| whole(self.read_receipt(row)))
            .collect()
    }

    fn read_receipt(&self, row: ReceiptRow) -> Result<ReceiptRecord, VaultError> {
        let receipt = ReceiptRecord {
            id: row.id,
            at: Timestamp(row.at),
            resource_id: row.resource_id,
            resource_name: row.resource_name,
            grant_id: GrantId(row.grant_id),
            account_name: row.account_name,
            issuer: Issuer::stored(row.issuer),
            body: row.body,
        };
        let facts = receipt.facts()?;
        self.sealer().open(
            Place {
                table: "receipts",
                id: &receipt.id,
                column: "body",
                facts: &facts,
            },
            &row.body_sealed,
        )?;
        Ok(receipt)
    }
}
