//! The activity log: without secrets, and bounded in such a way that nobody can wash it away.
//!
//! Answers to agents and strangers are counted, one line a minute for all that are alike; what the program does by itself and
//! what the person decided are lines of their own. Each class has a bound of its own, so that no flood of one displaces another.

mod group;

use crate::records::signed;
use crate::{Vault, VaultError};
use messages::text;
use model::{Event, EventKind, EventQuery, GrantId, NewEvent};
use oauth::time::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use group::Line;
pub(crate) use group::{RecentLines, insert_all};

/// Which lines compete for room with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// To agents and strangers, as often as they ask.
    Answer,
    /// Of the program, as often as a server makes it.
    Automatic,
    /// Of the person, or about what they decided.
    Decision,
}

/// Older lines of a class than this many are dropped.
const MOST: i64 = 50_000;
const DROPPED_EVERY: i64 = 64;
/// Lines that are alike are one within so many seconds.
const COUNTED_SECONDS: i64 = 60;
/// Whatever an outsider makes a message quote.
const LONGEST_QUOTE: usize = 600;
const LONGEST_NAME: usize = 200;
/// How far back a line of this minute is looked for: more lines than this a minute are not alike anyway.
const LOOKED_BACK: i64 = 50_000;

impl Class {
    fn of(kind: &EventKind) -> Self {
        match kind {
            EventKind::TokenIssued | EventKind::TokenRefused | EventKind::AnswerNotUsed => {
                Self::Answer
            }
            EventKind::TokenRejected
            | EventKind::Refreshed
            | EventKind::RefreshFailed
            | EventKind::RefreshUnfinished
            | EventKind::StepUp
            | EventKind::DiscoveryFailed
            | EventKind::LoginStarted
            | EventKind::LoginFailed
            | EventKind::LoginNeeded
            | EventKind::Registered
            | EventKind::RegistrationForgotten
            | EventKind::IssuerChanged
            | EventKind::RowNotBelieved => Self::Automatic,
            _ => Self::Decision,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Automatic => "automatic",
            Self::Decision => "decision",
        }
    }
}

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

/// Writes the line, or counts it where it is like one of this minute.
pub(crate) async fn insert(
    event: &NewEvent,
    connection: &mut SqliteConnection,
) -> Result<(), VaultError> {
    insert_counted(event, 1, connection).await.map(|_| ())
}

/// The same for what happened so often.
async fn insert_counted(
    event: &NewEvent,
    count: u64,
    connection: &mut SqliteConnection,
) -> Result<Line, VaultError> {
    let class = Class::of(&event.kind);
    let count = signed(count);
    if class == Class::Answer
        && let Some(line) = count_in(event, count, connection).await?
    {
        return Ok(line);
    }
    let inserted = sqlx::query(
        "INSERT INTO events (at, kind, ok, message, code, agent_id, agent_name, resource_id, resource_name, grant_id, class, count)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(event.at.0)
    .bind(event.kind.as_str())
    .bind(event.ok)
    .bind(written(event)?)
    .bind(&event.code)
    .bind(&event.agent_id)
    .bind(event.agent_name.as_deref().map(|name| cut(name, LONGEST_NAME)))
    .bind(&event.resource_id)
    .bind(event.resource_name.as_deref().map(|name| cut(name, LONGEST_NAME)))
    .bind(event.grant_id.as_ref().map(|id| id.0.as_str()))
    .bind(class.name())
    .bind(count)
    .execute(&mut *connection)
    .await?;
    // What comes often is counted up to its bound now and then only.
    let id = inserted.last_insert_rowid();
    if class == Class::Decision || id % DROPPED_EVERY == 0 {
        sqlx::query(
            "DELETE FROM events WHERE class = ?1
                AND id <= (SELECT id FROM events WHERE class = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )
        .bind(class.name())
        .bind(MOST)
        .execute(connection)
        .await?;
    }
    let at = event.at.0;
    Ok(Line { id, at })
}

/// One more of a line of this minute, if there is one. In one statement, so that processes count together. The newest lines of
/// the same agent are looked at first, and mostly it is one of those.
async fn count_in(
    event: &NewEvent,
    count: i64,
    connection: &mut SqliteConnection,
) -> Result<Option<Line>, VaultError> {
    let counted: Option<(i64, i64)> = sqlx::query_as(
        "UPDATE events SET count = count + ?11, last_at = ?1
         WHERE id = (SELECT id FROM events INDEXED BY events_by_agent
                     WHERE class = 'answer' AND at > ?2 AND at <= ?1 AND kind = ?3 AND ok = ?4
                        AND code IS ?5 AND agent_id IS ?6 AND agent_name IS ?7 AND resource_id IS ?8 AND grant_id IS ?9
                        AND id > (SELECT max(id) FROM events) - ?10
                     ORDER BY id DESC LIMIT 1)
         RETURNING id, at",
    )
    .bind(event.at.0)
    .bind(event.at.0 - COUNTED_SECONDS)
    .bind(event.kind.as_str())
    .bind(event.ok)
    .bind(&event.code)
    .bind(&event.agent_id)
    .bind(event.agent_name.as_deref().map(|name| cut(name, LONGEST_NAME)))
    .bind(&event.resource_id)
    .bind(event.grant_id.as_ref().map(|id| id.0.as_str()))
    .bind(LOOKED_BACK)
    .bind(count)
    .fetch_optional(connection)
    .await?;
    Ok(counted.map(|(id, at)| Line { id, at }))
}

fn written(event: &NewEvent) -> Result<String, VaultError> {
    Ok(serde_json::to_string(
        &event.message.clone().shortened(LONGEST_QUOTE),
    )?)
}

fn cut(text: &str, most: usize) -> String {
    let mut kept: String = text.chars().take(most).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
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
