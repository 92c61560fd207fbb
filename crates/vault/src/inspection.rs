//! What a file is before anything is written to it.

use crate::error::Obstacle;
use crate::fault::cause_text;
use crate::options::{Access, reading, unchanged};
use crate::schema::MIGRATIONS;
use crate::{Home, VaultError};
use messages::{Text, text};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, FromRow, SqliteConnection};
use std::io::ErrorKind;

/// Each look reads the whole file: a full log makes it last.
const LOOKED_AT: &str = "vault::looked_at";

/// What a file is before anything is written to it.
pub(crate) enum Inspection {
    Absent,
    Vault(Header, Access),
    Unusable(Text),
}

/// The vault's own row: which key it wants.
#[derive(FromRow)]
pub(crate) struct Header {
    pub(crate) id: String,
    pub(crate) key_id: String,
    pub(crate) protection: String,
    pub(crate) kdf: Option<String>,
    pub(crate) canary_sealed: Vec<u8>,
}

/// Looks without changing a byte: a damaged file, another program's or a newer version's must stay as it is (attacks V04, V06).
pub(crate) async fn inspect(home: &Home) -> Result<Inspection, VaultError> {
    tracing::trace!(target: LOOKED_AT, "the file is looked at");
    let path = home.database();
    let unusable = |why: Text| Ok(Inspection::Unusable(of_file(home, why)));
    match std::fs::symlink_metadata(path) {
        // SQLite would play a left-over journal into whatever takes the file's place.
        Err(error) if error.kind() == ErrorKind::NotFound && home.has_journal() => {
            return unusable(text::ClosedJournal.into());
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Inspection::Absent),
        Err(error) => return unusable(cause_text(&error)),
        Ok(found) if found.is_symlink() => return unusable(text::ClosedLink.into()),
        Ok(found) if !found.is_file() => return unusable(text::ClosedNoFile.into()),
        Ok(found) if found.len() == 0 => return unusable(text::ClosedEmpty.into()),
        Ok(_) => {}
    }
    if let Err(error) = home.close_to_others() {
        return unusable(cause_text(&error));
    }
    let checked = async |options: SqliteConnectOptions| {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let checked = check(&mut connection).await;
        connection.close().await?;
        checked
    };
    let obstacle = home.obstacle();
    let (access, found) = match (checked(reading(home)).await, obstacle) {
        // The journal's index wants room, or a folder that can be written; what is all in the file itself can still be read.
        (Err(error), Some(obstacle)) if is_of_the_disk(&error) => {
            if home.has_journal() {
                return Err(obstacle.into());
            }
            (Access::Reading(obstacle), checked(unchanged(home)).await)
        }
        (found, Some(Obstacle::ReadOnly)) => (Access::Reading(Obstacle::ReadOnly), found),
        (found, _) => (Access::ReadWrite, found),
    };
    match found {
        Ok(Ok((_, version))) if access != Access::ReadWrite && version < newest_known() => {
            unusable(text::ClosedOlder.into())
        }
        Ok(Ok((header, _))) => Ok(Inspection::Vault(header, access)),
        Ok(Err(why)) => unusable(why),
        Err(error) if is_of_the_disk(&error) => Err(home.explained(error.into())),
        Err(sqlx::Error::Database(error))
            if !matches!(error.code().as_deref(), Some("5" | "6")) =>
        {
            let error = error.message();
            unusable(text::ClosedError { error }.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with the vault's file, with where it is. `why` is a sentence about the file.
pub(crate) fn of_file(home: &Home, why: impl Into<Text>) -> Text {
    text::ClosedFile {
        path: home.database().display().to_string(),
        why: why.into(),
    }
    .into()
}

/// SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN: about the disk, and not about what the file holds.
pub(crate) fn is_of_the_disk(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(|error| error.code()?.parse::<u32>().ok());
    // SQLITE_IOERR_SHORT_READ and SQLITE_IOERR_CORRUPTFS are about what it holds.
    code.is_some_and(|code| matches!(code & 0xff, 10 | 13 | 14) && !matches!(code, 522 | 8458))
}

fn newest_known() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// The header, and the version of the schema. The inner error is a sentence about the file.
async fn check(
    connection: &mut SqliteConnection,
) -> Result<Result<(Header, i64), Text>, sqlx::Error> {
    let intact: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await?;
    if intact != "ok" {
        return Ok(Err(text::ClosedDamaged { found: intact }.into()));
    }
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await?;
    let version = newest.unwrap_or(0);
    if version > newest_known() {
        return Ok(Err(text::ClosedNewer.into()));
    }
    if let Some(why) = crate::schema::fault(connection, &MIGRATIONS).await? {
        return Ok(Err(why));
    }
    let header: Option<Header> =
        sqlx::query_as("SELECT id, key_id, protection, kdf, canary_sealed FROM vault")
            .fetch_optional(connection)
            .await?;
    Ok(header
        .map(|header| (header, version))
        .ok_or_else(|| text::ClosedUnfinished.into()))
}
