//! The schema is ours alone. A trigger would run in our process with each write, a view would answer in a table's place: a
//! file that holds anything but what its migrations make is not used.

use messages::{Text, text};
use sqlx::migrate::{Migration, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions, FromRow, SqliteConnection};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The words of a schema that was found to be ours: looking is then one comparison.
static OURS: Mutex<Option<String>> = Mutex::new(None);

/// What [`fault`] says, to a transaction that holds the write lock: until it ends this is the schema that its statements run
/// with.
///
/// SQLite takes the schema for unchanged as long as a number in the file is (`PRAGMA schema_version`), and that number is the
/// file writer's to choose: a connection may know a trigger that is not in the file, or run one that came without a new
/// number. So what it knows is dropped, and read again.
pub(crate) async fn fault_by_now(
    connection: &mut SqliteConnection,
    migrations: &Migrator,
) -> Result<Option<Text>, sqlx::Error> {
    // It is dropped while the statement is prepared: one that was kept from before would do nothing.
    sqlx::query("PRAGMA writable_schema = RESET")
        .persistent(false)
        .execute(&mut *connection)
        .await?;
    let words: Option<String> = sqlx::query_scalar(
        "SELECT group_concat(quote(type) || quote(name) || quote(tbl_name) || quote(sql), '')
         FROM (SELECT * FROM sqlite_schema ORDER BY type, name)",
    )
    .fetch_one(&mut *connection)
    .await?;
    if words == *OURS.lock().unwrap_or_else(PoisonError::into_inner) {
        return Ok(None);
    }
    let fault = fault(connection, migrations).await?;
    if fault.is_none() {
        *OURS.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }
    Ok(fault)
}

/// What else the file holds, or lacks, in a sentence. None: it is as its migrations make it.
pub(crate) async fn fault(
    connection: &mut SqliteConnection,
    migrations: &Migrator,
) -> Result<Option<Text>, sqlx::Error> {
    let applied: Vec<i64> =
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY version")
            .fetch_all(&mut *connection)
            .await?;
    if applied
        .iter()
        .any(|version| migrations.iter().all(|known| known.version != *version))
    {
        return Ok(Some(text::ClosedNewer.into()));
    }
    let expected = made_by(
        migrations
            .iter()
            .filter(|known| applied.contains(&known.version))
            .cloned()
            .collect(),
    )
    .await?;
    let found = parts(connection).await?;
    let is_other =
        |(key, sql): &(&(String, String), &Option<String>)| expected.get(*key) != Some(*sql);
    if let Some(((kind, name), _)) = found.iter().find(is_other) {
        let is_known = expected.contains_key(&(kind.clone(), name.clone()));
        let (kind, name) = (oauth::uri::excerpt(kind), oauth::uri::excerpt(name));
        return Ok(Some(if is_known {
            text::ClosedSchemaChanged { kind, name }.into()
        } else {
            text::ClosedSchemaAdded { kind, name }.into()
        }));
    }
    let lost = expected.keys().find(|key| !found.contains_key(*key));
    Ok(lost.map(|(kind, name)| text::ClosedSchemaRemoved { kind, name }.into()))
}

/// Kind and name, and the words that make it. What SQLite makes by itself for a key has none.
type Parts = BTreeMap<(String, String), Option<String>>;

#[derive(FromRow)]
struct Part {
    kind: String,
    name: String,
    of: String,
    sql: Option<String>,
}

async fn parts(connection: &mut SqliteConnection) -> Result<Parts, sqlx::Error> {
    let parts: Vec<Part> =
        sqlx::query_as("SELECT type AS kind, name, tbl_name AS of, sql FROM sqlite_schema")
            .fetch_all(connection)
            .await?;
    Ok(parts
        .into_iter()
        .map(|part| ((part.kind, part.name), part.sql.or(Some(part.of))))
        .collect())
}

async fn made_by(migrations: Vec<Migration>) -> Result<Parts, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .in_memory(true)
        .disable_statement_logging();
    let memory = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    let run = Migrator::with_migrations(migrations).run(&memory).await;
    run.map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
    let parts = parts(&mut *memory.acquire().await?).await;
    memory.close().await;
    parts
}
