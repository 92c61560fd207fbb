//! The activity log: without secrets, and bounded in such a way that nobody can wash it away.
//!
//! Answers to agents and strangers are counted, one line a minute for all that are alike; what the program does by itself and
//! what the person decided are lines of their own. Each class has a bound of its own, so that no flood of one displaces another.

mod group;
mod line;

use crate::{Vault, VaultError};
pub(crate) use group::{RecentLines, insert_all};
pub(crate) use line::insert;
use line::written;
use messages::text;
use model::{Event, EventKind, EventQuery, GrantId, NewEvent};
use oauth::time::Timestamp;
use sqlx::FromRow;

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
    count: i64,
    last_at: Option<i64>,
}

impl Row {
    fn event(self) -> Event {
        // A log that another program wrote into is shown as it is: it decides nothing.
        let message = serde_json::from_str(&self.message).unwrap_or_else(|_| {
            text::AsWritten {
                text: &self.message,
            }
            .into()
        });
        Event {
            id: self.id,
            at: Timestamp(self.at),
            kind: EventKind::from(self.kind),
            ok: self.ok,
            message,
            code: self.code,
            agent_id: self.agent_id,
            agent_name: self.agent_name,
            resource_id: self.resource_id,
            resource_name: self.resource_name,
            grant_id: self.grant_id.map(GrantId),
            count: self.count.unsigned_abs(),
            last_at: Timestamp(self.last_at.unwrap_or(self.at)),
        }
    }
}

impl Vault {
    /// Writes a line of the activity log.
    pub async fn record(&self, event: &NewEvent) -> Result<(), VaultError> {
        let mut connection = self.database().writer().await?.acquire().await?;
        insert(event, &mut connection).await
    }

    /// Writes a line unless there is one of this kind and with these words, since the file was confirmed last.
    pub async fn record_once(&self, event: &NewEvent) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let known: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM events WHERE kind = ? AND message = ?
             AND id > (SELECT coalesce(max(id), 0) FROM events WHERE kind = 'vault_confirmed'))",
        )
        .bind(event.kind.as_str())
        .bind(written(event)?)
        .fetch_one(&mut *transaction)
        .await?;
        if !known {
            insert(event, &mut transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Newest first.
    pub async fn events(&self, query: &EventQuery) -> Result<Vec<Event>, VaultError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT * FROM events
             WHERE (?1 IS NULL OR id < ?1) AND (?2 IS NULL OR resource_id = ?2) AND (?3 IS NULL OR agent_id = ?3)
             ORDER BY id DESC LIMIT ?4",
        )
        .bind(query.before)
        .bind(&query.resource_id)
        .bind(&query.agent_id)
        .bind(i64::from(query.limit))
        .fetch_all(&self.database().pool().await?)
        .await?;
        Ok(rows.into_iter().map(Row::event).collect())
    }
}
