//! Resources: the MCP servers that were added.

use crate::records::{from_text, moment, set, to_text};
use crate::tables::{RESOURCES, returning, seal_columns, with_seal};
use crate::{Vault, VaultError};
use model::{GrantId, ResourceRecord};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::uri::{Issuer, ResourceUri};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, Sqlite, Transaction};

#[derive(FromRow)]
struct Row {
    id: String,
    uri: String,
    name: String,
    protection: String,
    resource_parameter: Option<String>,
    issuer: Option<String>,
    scopes_to_request: String,
    scopes_supported: String,
    concessions: String,
    chosen_scopes: Option<String>,
    missing_scopes: String,
    login_method: String,
    locked_to: Option<String>,
    needs_dpop: bool,
    conceded_at: String,
    /// Not there where it was left out.
    #[sqlx(default)]
    trace: String,
    added_at: i64,
    checked_at: Option<i64>,
}

impl Row {
    fn record(self) -> Result<ResourceRecord, VaultError> {
        Ok(ResourceRecord {
            protection: from_text(&self.protection)?,
            scopes_to_request: Scopes::parse(&self.scopes_to_request),
            scopes_supported: Scopes::parse(&self.scopes_supported),
            chosen_scopes: self.chosen_scopes.as_deref().map(Scopes::parse),
            missing_scopes: Scopes::parse(&self.missing_scopes),
            login_method: serde_json::from_str(&self.login_method)?,
            locked_to: self
                .locked_to
                .as_deref()
                .map(serde_json::from_str)
                .transpose()?,
            needs_dpop: self.needs_dpop,
            concessions: serde_json::from_str(&self.concessions)?,
            conceded_at: serde_json::from_str(&self.conceded_at)?,
            // Under no seal: whatever stands there makes no server unusable.
            trace: serde_json::from_str(&self.trace).unwrap_or_default(),
            uri: ResourceUri::stored(self.uri),
            issuer: self.issuer.map(Issuer::stored),
            added_at: Timestamp(self.added_at),
            checked_at: moment(self.checked_at),
            resource_parameter: self.resource_parameter,
            id: self.id,
            name: self.name,
        })
    }
}

/// A change of these is a decision: the row as it was before, put back, could be more than the person wants now.
const DECISIONS: [&str; 7] = [
    "name",
    "issuer",
    "concessions",
    "locked_to",
    "login_method",
    "chosen_scopes",
    "resource_parameter",
];

const INSERT: &str = returning!(
    "INSERT INTO resources (name, protection, resource_parameter, issuer, scopes_to_request, scopes_supported, concessions,
            trace, checked_at, chosen_scopes, missing_scopes, login_method, locked_to, needs_dpop, conceded_at, added_at, uri, id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
);

const UPDATE: &str = returning!(
    "UPDATE resources SET name = ?, protection = ?, resource_parameter = ?, issuer = ?, scopes_to_request = ?,
            scopes_supported = ?, concessions = ?, trace = ?, checked_at = ?, chosen_scopes = ?, missing_scopes = ?,
            login_method = ?, locked_to = ?, needs_dpop = ?, conceded_at = ?, added_at = ?, uri = ?
     WHERE id = ?"
);

/// All but the trace, which is longer than all else, and shown by a server's own page alone.
macro_rules! listed {
    ($($from:expr),+) => {
        concat!(
            "SELECT ",
            seal_columns!(),
            ", id, uri, name, protection, resource_parameter, issuer, scopes_to_request, scopes_supported, concessions,
               chosen_scopes, missing_scopes, login_method, locked_to, needs_dpop, conceded_at, added_at, checked_at, login_method_sealed,
               row_sealed FROM ",
            $($from),+
        )
    };
}

/// Whether a name or an address contains what was searched for; everything where nothing was.
macro_rules! found {
    () => {
        "(?1 = '' OR instr(lower(name), lower(?1)) OR instr(lower(uri), lower(?1)))"
    };
}

fn decides_the_same(before: &SqliteRow, after: &SqliteRow) -> bool {
    let text = |row: &SqliteRow, column| row.try_get::<Option<String>, _>(column).ok();
    DECISIONS
        .iter()
        .all(|column| text(before, *column) == text(after, *column))
}

impl Vault {
    /// Where there is a row of this URI that is not ours, it is written over, and the grants that belong to the URI stay.
    pub async fn add_resource(&self, record: &ResourceRecord) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let select = with_seal!("resources WHERE uri = ?");
        let there = sqlx::query(select)
            .bind(record.uri.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(there) = there
            && !self.ours(&RESOURCES, &there)?
        {
            sqlx::query("UPDATE resources SET id = ? WHERE uri = ?")
                .bind(&record.id)
                .bind(record.uri.as_str())
                .execute(&mut *transaction)
                .await?;
            return self.write_resource(transaction, UPDATE, record, None).await;
        }
        self.write_resource(transaction, INSERT, record, None).await
    }

    /// Everything but its URI and the time it was added may change.
    pub async fn save_resource(&self, record: &ResourceRecord) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let select = with_seal!("resources WHERE id = ?");
        let before = sqlx::query(select)
            .bind(&record.id)
            .fetch_optional(&mut *transaction)
            .await?;
        self.write_resource(transaction, UPDATE, record, before.as_ref())
            .await
    }

    /// Ends the transaction.
    async fn write_resource(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        statement: &'static str,
        record: &ResourceRecord,
        before: Option<&SqliteRow>,
    ) -> Result<(), VaultError> {
        let written = sqlx::query(statement)
            .bind(&record.name)
            .bind(to_text(&record.protection)?)
            .bind(&record.resource_parameter)
            .bind(record.issuer.as_ref().map(Issuer::as_str))
            .bind(record.scopes_to_request.to_string())
            .bind(record.scopes_supported.to_string())
            .bind(serde_json::to_string(&record.concessions)?)
            .bind(serde_json::to_string(&record.trace)?)
            .bind(record.checked_at.map(|at| at.0))
            .bind(record.chosen_scopes.as_ref().map(Scopes::to_string))
            .bind(record.missing_scopes.to_string())
            .bind(serde_json::to_string(&record.login_method)?)
            .bind(
                record
                    .locked_to
                    .as_ref()
                    .map(serde_json::to_string)
                    .transpose()?,
            )
            .bind(record.needs_dpop)
            .bind(serde_json::to_string(&record.conceded_at)?)
            .bind(record.added_at.0)
            .bind(record.uri.as_str())
            .bind(&record.id)
            .fetch_optional(&mut *transaction)
            .await?;
        // Removed meanwhile.
        let Some(after) = written else { return Ok(()) };
        self.seal_row(&mut transaction, &RESOURCES, &after).await?;
        match before {
            Some(before) if !decides_the_same(before, &after) => {
                self.commit_in_next_epoch(transaction).await
            }
            _ => Ok(transaction.commit().await?),
        }
    }

    /// All servers, by name, without their traces.
    pub async fn resources(&self) -> Result<Vec<ResourceRecord>, VaultError> {
        self.resources_page("", None).await
    }

    /// The first of them whose name or URI contains `search`: at most `limit`, where there is one.
    pub async fn resources_page(
        &self,
        search: &str,
        limit: Option<u32>,
    ) -> Result<Vec<ResourceRecord>, VaultError> {
        let select = match limit {
            Some(_) if search.is_empty() => {
                listed!("resources ORDER BY name COLLATE NOCASE, id LIMIT ?2")
            }
            // All of them, or all that are searched, are decided by the table itself: whoever wrote an index could hide one.
            _ => listed!(
                "resources WHERE rowid IN (SELECT rowid FROM resources NOT INDEXED WHERE ",
                found!(),
                " ORDER BY name COLLATE NOCASE, id LIMIT ?2) ORDER BY name COLLATE NOCASE, id"
            ),
        };
        let rows = sqlx::query(select)
            .bind(search)
            .bind(limit.map_or(-1, i64::from))
            .fetch_all(&self.database().pool().await?)
            .await?;
        self.records(&rows)
    }

    /// How many servers there are whose name or URI contains `search`.
    pub async fn count_resources(&self, search: &str) -> Result<u64, VaultError> {
        let select = if search.is_empty() {
            "SELECT count(*) FROM resources"
        } else {
            concat!(
                "SELECT count(*) FROM resources NOT INDEXED WHERE ",
                found!()
            )
        };
        let count: i64 = sqlx::query_scalar(select)
            .bind(search)
            .fetch_one(&self.database().pool().await?)
            .await?;
        Ok(count.unsigned_abs())
    }

    /// The servers of these grants, without their traces.
    pub async fn resources_of_grants(
        &self,
        ids: impl IntoIterator<Item = &GrantId> + Send,
    ) -> Result<Vec<ResourceRecord>, VaultError> {
        let select = listed!(
            "resources WHERE uri IN (SELECT resource FROM grants WHERE id IN (SELECT value FROM json_each(?)))"
        );
        let ids = set(ids.into_iter().map(|id| id.0.as_str()));
        let rows = sqlx::query(select)
            .bind(ids)
            .fetch_all(&self.database().pool().await?)
            .await?;
        self.records(&rows)
    }

    /// One server, by its id.
    pub async fn resource(&self, id: &str) -> Result<Option<ResourceRecord>, VaultError> {
        let select = with_seal!("resources WHERE id = ?");
        Ok(self
            .records(
                &sqlx::query(select)
                    .bind(id)
                    .fetch_all(&self.database().pool().await?)
                    .await?,
            )?
            .pop())
    }

    /// One server, by its URI.
    pub async fn resource_by_uri(
        &self,
        uri: &ResourceUri,
    ) -> Result<Option<ResourceRecord>, VaultError> {
        let select = with_seal!("resources WHERE uri = ?");
        Ok(self
            .records(
                &sqlx::query(select)
                    .bind(uri.as_str())
                    .fetch_all(&self.database().pool().await?)
                    .await?,
            )?
            .pop())
    }

    /// A server whose row is not ours is not there: adding it again keeps its grants.
    fn records(&self, rows: &[SqliteRow]) -> Result<Vec<ResourceRecord>, VaultError> {
        self.believed(&RESOURCES, rows)?
            .into_iter()
            .map(Row::record)
            .collect()
    }

    /// The server of a login, found without opening any of its tokens.
    pub async fn resource_of_grant(
        &self,
        id: &GrantId,
    ) -> Result<Option<ResourceRecord>, VaultError> {
        let select = with_seal!("resources WHERE uri = (SELECT resource FROM grants WHERE id = ?)");
        Ok(self
            .records(
                &sqlx::query(select)
                    .bind(&id.0)
                    .fetch_all(&self.database().pool().await?)
                    .await?,
            )?
            .pop())
    }

    /// With its grants, its permits, and the login attempts that wait for it.
    pub async fn remove_resource(&self, id: &str) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        sqlx::query(
            "DELETE FROM login_attempts
             WHERE status = 'waiting' AND resource = (SELECT uri FROM resources WHERE id = ?)",
        )
        .bind(id)
        .execute(&mut *transaction)
        .await?;
        let removed = sqlx::query("DELETE FROM resources WHERE id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        self.commit_in_next_epoch(transaction).await?;
        self.database().forget_old_pages().await?;
        Ok(removed > 0)
    }
}
