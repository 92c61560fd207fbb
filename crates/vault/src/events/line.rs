//! One line on its way into the log: written, or counted where it is like one of this minute; and old ones of its class dropped.

use crate::VaultError;
use crate::records::signed;
use model::{EventKind, NewEvent};
use sqlx::SqliteConnection;

/// Where an event is in the log.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) id: i64,
    /// When it was begun.
    pub(super) at: i64,
}

/// Which lines compete for room with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
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
pub(super) const COUNTED_SECONDS: i64 = 60;
/// Whatever an outsider makes a message quote.
const LONGEST_QUOTE: usize = 600;
const LONGEST_NAME: usize = 200;
/// How far back a line of this minute is looked for: more lines than this a minute are not alike anyway.
const LOOKED_BACK: i64 = 50_000;

impl Class {
    pub(super) fn of(kind: &EventKind) -> Self {
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

/// Writes the line, or counts it where it is like one of this minute.
pub(crate) async fn insert(
    event: &NewEvent,
    connection: &mut SqliteConnection,
) -> Result<(), VaultError> {
    insert_counted(event, 1, connection).await.map(|_| ())
}

/// The same for what happened so often.
pub(super) async fn insert_counted(
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

pub(super) fn written(event: &NewEvent) -> Result<String, VaultError> {
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
