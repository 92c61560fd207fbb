//! The activity log: append-only, bounded, without secrets.

use crate::{Vault, VaultError};
use oauth::grant::GrantId;
use oauth::time::Timestamp;
use sqlx::{FromRow, SqliteConnection};

/// One line to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub at: Timestamp,
    pub kind: String,
    pub ok: bool,
    pub message: String,
    pub code: Option<String>,
    pub agent_id: Option<String>,
    pub agent_name: Option<String>,
    pub resource_id: Option<String>,
    pub resource_name: Option<String>,
    pub grant_id: Option<GrantId>,
}

/// One line as it was written. Ids grow with time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: i64,
    pub at: Timestamp,
    pub kind: String,
    pub ok: bool,
    pub message: String,
    pub code: Option<String>,
    pub agent_id: Option<String>,
    pub agent_name: Option<String>,
    pub resource_id: Option<String>,
    pub resource_name: Option<String>,
    pub grant_id: Option<GrantId>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    pub limit: u32,
    /// Only older ones than this id.
    pub before: Option<i64>,
    pub resource_id: Option<String>,
    pub agent_id: Option<String>,
}

/// Older lines than this many are dropped.
const MOST: i64 = 50_000;

#[derive(FromRow)]
struct Row {
    id: i64,
    at: i64,
    kind: String,
    ok: bool,
    message: String,
    code: Option<String>,
    agent_id: Option<String>,
    agent_name: Option<String>,
    resource_id: Option<String>,
    resource_name: Option<String>,
    grant_id: Option<String>,
}

impl Row {
    fn event(self) -> Event {
        Event {
            id: self.id,
            at: Timestamp(self.at),
            kind: self.kind,
            ok: self.ok,
            message: self.message,
            code: self.code,
            agent_id: self.agent_id,
            agent_name: self.agent_name,
            resource_id: self.resource_id,
            resource_name: self.resource_name,
            grant_id: self.grant_id.map(GrantId),
        }
    }
}

impl NewEvent {
    pub(crate) async fn insert(&self, connection: &mut SqliteConnection) -> Result<(), VaultError> {
        let inserted = sqlx::query(
            "INSERT INTO events (at, kind, ok, message, code, agent_id, agent_name, resource_id, resource_name, grant_id)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(self.at.0)
        .bind(&self.kind)
        .bind(self.ok)
        .bind(&self.message)
        .bind(&self.code)
        .bind(&self.agent_id)
        .bind(&self.agent_name)
        .bind(&self.resource_id)
        .bind(&self.resource_name)
        .bind(self.grant_id.as_ref().map(|id| id.0.as_str()))
        .execute(&mut *connection)
        .await?;
        let newest = inserted.last_insert_rowid();
        sqlx::query("DELETE FROM events WHERE id <= ?").bind(newest - MOST).execute(connection).await?;
        Ok(())
    }
}

impl Vault {
    pub async fn record(&self, event: &NewEvent) -> Result<(), VaultError> {
        let mut connection = self.database().pool.acquire().await?;
        event.insert(&mut connection).await
    }

    /// Writes a line unless there is one of this kind and with these words.
    pub async fn record_once(&self, event: &NewEvent) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM events WHERE kind = ? AND message = ?)")
            .bind(&event.kind)
            .bind(&event.message)
            .fetch_one(&mut *transaction)
            .await?;
        if !known {
            event.insert(&mut transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Newest first.
    pub async fn events(&self, filter: &EventFilter) -> Result<Vec<Event>, VaultError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT * FROM events
             WHERE (?1 IS NULL OR id < ?1) AND (?2 IS NULL OR resource_id = ?2) AND (?3 IS NULL OR agent_id = ?3)
             ORDER BY id DESC LIMIT ?4",
        )
        .bind(filter.before)
        .bind(&filter.resource_id)
        .bind(&filter.agent_id)
        .bind(i64::from(filter.limit))
        .fetch_all(&self.database().pool)
        .await?;
        Ok(rows.into_iter().map(Row::event).collect())
    }
}
