//! A group of answers, counted where there is a line like it of this minute already: two statements for all of them, since each
//! statement is a way to the database's thread and back.

use super::{COUNTED_SECONDS, Class, LONGEST_NAME, LOOKED_BACK, cut, insert_counted};
use crate::VaultError;
use crate::records::signed;
use model::NewEvent;
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Writes each line that often.
pub(crate) async fn insert_all(
    events: &[(NewEvent, u64)],
    connection: &mut SqliteConnection,
) -> Result<(), VaultError> {
    let known = if events.len() > 1 {
        known_lines(events, connection).await?
    } else {
        HashMap::new()
    };
    let mut counted: HashMap<i64, (i64, i64)> = HashMap::new();
    for (place, (event, count)) in events.iter().enumerate() {
        match known.get(&place) {
            Some(id) => {
                let (sum, last) = counted.entry(*id).or_insert((0, event.at.0));
                *sum += signed(*count);
                *last = event.at.0.max(*last);
            }
            None => insert_counted(event, *count, connection).await?,
        }
    }
    count_in(&counted, connection).await
}

/// The ids of lines of this minute, by the places of those that are like them.
async fn known_lines(
    events: &[(NewEvent, u64)],
    connection: &mut SqliteConnection,
) -> Result<HashMap<usize, i64>, VaultError> {
    let answers = events.iter().enumerate();
    let answers = answers.filter(|(_, (event, _))| Class::of(&event.kind) == Class::Answer);
    let asked: HashMap<usize, _> = answers
        .map(|(place, (event, _))| {
            let name = event.agent_name.as_deref();
            let line = json!({
                "at": event.at.0, "kind": event.kind.as_str(), "ok": event.ok, "code": event.code,
                "agent": event.agent_id, "name": name.map(|name| cut(name, LONGEST_NAME)),
                "resource": event.resource_id, "grant": event.grant_id,
            });
            (place, line)
        })
        .collect();
    // As `count_in` of one line looks for it.
    let found: String = sqlx::query_scalar(
        "SELECT json_group_object(key, id) FROM (
            SELECT asked.key AS key,
                (SELECT id FROM events INDEXED BY events_by_agent
                 WHERE class = 'answer' AND at > (asked.value ->> 'at') - ?2 AND at <= (asked.value ->> 'at')
                    AND kind = (asked.value ->> 'kind') AND ok = (asked.value ->> 'ok')
                    AND code IS (asked.value ->> 'code') AND agent_id IS (asked.value ->> 'agent')
                    AND agent_name IS (asked.value ->> 'name') AND resource_id IS (asked.value ->> 'resource')
                    AND grant_id IS (asked.value ->> 'grant') AND id > (SELECT max(id) FROM events) - ?3
                 ORDER BY id DESC LIMIT 1) AS id
            FROM json_each(?1) AS asked)
         WHERE id IS NOT NULL",
    )
    .bind(serde_json::to_string(&asked)?)
    .bind(COUNTED_SECONDS)
    .bind(LOOKED_BACK)
    .fetch_one(connection)
    .await?;
    Ok(serde_json::from_str(&found)?)
}

/// So often more, and when it was last.
async fn count_in(
    counted: &HashMap<i64, (i64, i64)>,
    connection: &mut SqliteConnection,
) -> Result<(), VaultError> {
    if counted.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE events SET count = count + (line.value ->> 0), last_at = (line.value ->> 1)
         FROM json_each(?) AS line WHERE events.id = CAST(line.key AS INTEGER)",
    )
    .bind(serde_json::to_string(counted)?)
    .execute(connection)
    .await?;
    Ok(())
}
