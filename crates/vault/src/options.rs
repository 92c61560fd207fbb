//! How SQLite opens the vault's file.

use crate::Home;
use crate::error::Obstacle;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

/// What may be done with a file that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    ReadWrite,
    /// Only looked at: the disk takes nothing now.
    Reading(Obstacle),
}

pub(crate) fn reading(home: &Home) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(home.database())
        .read_only(true)
        .busy_timeout(home.patience())
        // Functions in a schema that someone else wrote are not run.
        .pragma("trusted_schema", "OFF")
        // A page that someone wrote by hand is looked at before it is used.
        .pragma("cell_size_check", "ON")
        .disable_statement_logging()
}

/// As it lies there: nobody changes it, and nothing is made beside it.
pub(crate) fn unchanged(home: &Home) -> SqliteConnectOptions {
    reading(home).immutable(true)
}

pub(crate) fn options(home: &Home) -> SqliteConnectOptions {
    reading(home)
        .read_only(false)
        .journal_mode(SqliteJournalMode::Wal)
        // A rotated refresh token is durable before anyone is answered (invariant 5).
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("temp_store", "MEMORY")
        // KiB of pages that each of our few connections remembers; the system remembers the file anyway.
        .pragma("cache_size", "-512")
        // What is deleted or overwritten leaves no trace in the file (attack V15).
        .pragma("secure_delete", "ON")
}
