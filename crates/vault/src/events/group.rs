//! A group of answers, counted where there is a line like it of this minute already. This process remembers which line that is:
//! one statement counts all of a group, since each statement is a way to the database's thread and back, and each search for
//! a line looks through many.

use super::line::{COUNTED_SECONDS, Class, Line, insert_counted};
use crate::VaultError;
use crate::records::signed;
use model::NewEvent;
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lines that this process wrote or counted last, by who, what and why.
#[derive(Default)]
pub(crate) struct RecentLines {
    lines: Mutex<HashMap<u64, Line>>,
    hasher: RandomState,
}

/// More are of minutes that are over.
const MOST: usize = 50_000;

impl RecentLines {
    fn key(&self, event: &NewEvent) -> u64 {
        let who = (&event.agent_id, &event.agent_name);
        let what = (event.kind.as_str(), event.ok, &event.code);
        let whereof = (&event.resource_id, &event.grant_id);
        self.hasher.hash_one((who, what, whereof))
    }

    /// The line of this minute that this event is counted in.
    fn of(&self, event: &NewEvent) -> Option<Line> {
        let line = *self.lines().get(&self.key(event))?;
        let age = event.at.0 - line.at;
        (Class::of(&event.kind) == Class::Answer && (0..COUNTED_SECONDS).contains(&age))
            .then_some(line)
    }

    fn remember(&self, event: &NewEvent, line: Line) {
        let mut lines = self.lines();
        if lines.len() >= MOST {
            lines.clear();
        }
        lines.insert(self.key(event), line);
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<u64, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes each line that often.
pub(crate) async fn insert_all(
    events: &[(NewEvent, u64)],
    recent: &RecentLines,
    connection: &mut SqliteConnection,
) -> Result<(), VaultError> {
    let mut counted: HashMap<i64, (i64, i64)> = HashMap::new();
    let known: Vec<_> = events.iter().map(|(event, _)| recent.of(event)).collect();
    for ((event, count), line) in events.iter().zip(&known) {
        if let Some(line) = line {
            let (sum, last) = counted.entry(line.id).or_insert((0, event.at.0));
            *sum += signed(*count);
            *last = event.at.0.max(*last);
        }
    }
    let gone = count_in(&counted, connection).await?;
    for ((event, count), line) in events.iter().zip(&known) {
        if line.is_none_or(|line| gone.contains(&line.id)) {
            let line = insert_counted(event, *count, connection).await?;
            recent.remember(event, line);
        }
    }
    Ok(())
}

/// So often more, and when it was last. Lines that are not there any more are told.
async fn count_in(
    counted: &HashMap<i64, (i64, i64)>,
    connection: &mut SqliteConnection,
) -> Result<HashSet<i64>, VaultError> {
    if counted.is_empty() {
        return Ok(HashSet::new());
    }
    let lines = serde_json::to_string(counted)?;
    let updated = sqlx::query(
        "UPDATE events SET count = count + (line.value ->> 0), last_at = (line.value ->> 1)
         FROM json_each(?) AS line WHERE events.id = CAST(line.key AS INTEGER)",
    )
    .bind(&lines)
    .execute(&mut *connection)
    .await?;
    if usize::try_from(updated.rows_affected()).is_ok_and(|found| found == counted.len()) {
        return Ok(HashSet::new());
    }
    // The log is bounded, and another program may have deleted from it.
    let there: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM events WHERE id IN (SELECT CAST(key AS INTEGER) FROM json_each(?))",
    )
    .bind(&lines)
    .fetch_all(connection)
    .await?;
    let there: HashSet<i64> = there.into_iter().collect();
    let all: HashSet<i64> = counted.keys().copied().collect();
    Ok(&all - &there)
}
