//! Reading grants: with what is newer in memory, and beside the troubles of their tokens.

use crate::grants::row::Row;
use crate::grants::tokens::damaged;
use crate::records::{set, to_text};
use crate::response_row::ResponseRow;
use crate::tables::{GRANTS, with_seal};
use crate::{Vault, VaultError};
use model::{Grant, GrantId, LoginReason};
use oauth::uri::ResourceUri;
use sqlx::FromRow;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;

impl Vault {
    /// The rows, and what is newer than they and not among them yet.
    fn with_unsaved(&self, mut rows: Vec<Row>, is_wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
        let newer = self.unsaved().rows(|answer| match answer {
            ResponseRow::Grant(change) => Some(change.row.clone()),
            _ => None,
        });
        for row in newer.into_iter().filter(is_wanted) {
            match rows.iter_mut().find(|known| known.id == row.id) {
                Some(known) if known.generation < row.generation => *known = row,
                Some(_) => {}
                None => rows.insert(0, row),
            }
        }
        rows
    }

    /// One grant, with its tokens. An error where they are damaged.
    pub async fn grant(&self, id: &GrantId) -> Result<Option<Grant>, VaultError> {
        let row = sqlx::query(with_seal!("grants WHERE id = ?"))
            .bind(&id.0)
            .fetch_optional(&self.database().pool().await?)
            .await?;
        let mut rows = Vec::new();
        if let Some(row) = row {
            if !self.ours(&GRANTS, &row)? {
                return Err(damaged(id, "row"));
            }
            rows.push(Row::from_row(&row)?);
        }
        let grants: Result<Vec<_>, _> = self
            .with_unsaved(rows, |row| row.id == id.0)
            .into_iter()
            .take(1)
            .map(|row| self.read_grant(row))
            .collect();
        Ok(self.beside_troubles(grants?).await?.pop())
    }

    /// Newest first. A grant whose tokens are damaged is listed as one that needs a login; the others are as they are. One
    /// that says something else than what was written is not there: its account may be another's.
    pub async fn grants(&self) -> Result<Vec<Grant>, VaultError> {
        let select = with_seal!("grants ORDER BY granted_at DESC, id");
        let grants = self.list_grants(
            &sqlx::query(select)
                .fetch_all(&self.database().pool().await?)
                .await?,
            |_| true,
        )?;
        self.beside_troubles(grants).await
    }

    /// The grants of one server, newest first.
    pub async fn grants_of(&self, resource: &ResourceUri) -> Result<Vec<Grant>, VaultError> {
        let select = with_seal!("grants WHERE resource = ? ORDER BY granted_at DESC, id");
        let rows = sqlx::query(select)
            .bind(resource.as_str())
            .fetch_all(&self.database().pool().await?)
            .await?;
        let grants = self.list_grants(&rows, |row| row.resource == resource.as_str())?;
        self.beside_troubles(grants).await
    }

    /// The grants of these servers, newest first.
    pub async fn grants_of_all(
        &self,
        resources: impl IntoIterator<Item = &ResourceUri> + Send,
    ) -> Result<Vec<Grant>, VaultError> {
        let select = with_seal!(
            "grants WHERE resource IN (SELECT value FROM json_each(?)) ORDER BY granted_at DESC, id"
        );
        let wanted: HashSet<&str> = resources.into_iter().map(ResourceUri::as_str).collect();
        let rows = sqlx::query(select)
            .bind(set(wanted.iter().copied()))
            .fetch_all(&self.database().pool().await?)
            .await?;
        let grants = self.list_grants(&rows, |row| wanted.contains(row.resource.as_str()))?;
        self.beside_troubles(grants).await
    }

    /// Grants that still need this registration.
    pub async fn count_grants_using(&self, registration_id: &str) -> Result<u64, VaultError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM grants WHERE registration_id = ? AND state <> 'revoked'",
        )
        .bind(registration_id)
        .fetch_one(&self.database().pool().await?)
        .await?;
        let unsaved = self.with_unsaved(Vec::new(), |row| {
            row.registration_id == registration_id && row.state != "revoked"
        });
        Ok(count
            .unsigned_abs()
            .max(u64::try_from(unsaved.len()).unwrap_or(u64::MAX)))
    }

    fn list_grants(
        &self,
        rows: &[SqliteRow],
        is_wanted: impl Fn(&Row) -> bool,
    ) -> Result<Vec<Grant>, VaultError> {
        self.with_unsaved(self.believed(&GRANTS, rows)?, is_wanted)
            .into_iter()
            .map(|row| self.list_grant(row))
            .collect()
    }

    fn list_grant(&self, mut row: Row) -> Result<Grant, VaultError> {
        let id = GrantId(row.id.clone());
        if self.tokens(&id, &row).is_err() {
            "login_needed".clone_into(&mut row.state);
            row.login_reason = Some(to_text(&LoginReason::Damaged)?);
        }
        self.read_grant(row)
    }
}
