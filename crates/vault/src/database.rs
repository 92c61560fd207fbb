//! The SQLite file: how it is opened, and by whom it may be read.

use crate::connections::Connections;
use crate::files::{Files, Stamp};
use crate::{Home, VaultError};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, FromRow, Sqlite, SqliteConnection, Transaction};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{RwLock, RwLockReadGuard};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

pub(crate) struct Database {
    home: Home,
    /// Its id and its key's. None: it is being made.
    vault: Option<(String, String)>,
    connections: RwLock<Connections>,
    /// How often they were opened. Never asked for under their lock: whoever holds a transaction is waited for.
    openings: AtomicI64,
}

/// What may be done with a file that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    ReadWrite,
    /// Only looked at: the disk takes nothing now.
    Reading(Obstacle),
}

/// Why the disk takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    Full,
    ReadOnly,
}

impl From<Obstacle> for VaultError {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::Full => Self::Full,
            Obstacle::ReadOnly => Self::ReadOnly,
        }
    }
}

impl Database {
    /// Makes a new file, for its owner only.
    pub(crate) async fn make(home: &Home) -> Result<Self, VaultError> {
        create_private(home.database())?;
        Self::open(home, Access::ReadWrite).await
    }

    /// Opens a file that was looked at before, and brings it to this version if it may be written.
    pub(crate) async fn open(home: &Home, access: Access) -> Result<Self, VaultError> {
        let connections = opened(home, access).await?;
        let vault = sqlx::query_as("SELECT id, key_id FROM vault")
            .fetch_optional(&connections.pool)
            .await?;
        Ok(Self {
            home: home.clone(),
            vault,
            connections: RwLock::new(connections),
            openings: AtomicI64::new(1),
        })
    }

    /// For a statement that reads. The files are those that the vault's name leads to now: a few calls of `stat`.
    pub(crate) async fn pool(&self) -> Result<SqlitePool, VaultError> {
        Ok(self.connections().await?.pool.clone())
    }

    /// For a statement that writes: an error where nothing can be written.
    pub(crate) async fn writer(&self) -> Result<SqlitePool, VaultError> {
        let connections = self.connections().await?;
        match connections.access {
            Access::ReadWrite => Ok(connections.pool.clone()),
            Access::Reading(obstacle) => Err(obstacle.into()),
        }
    }

    /// A transaction that has the write lock from its start: it cannot find out too late that others wrote.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, VaultError> {
        let mut transaction = self.writer().await?.begin_with("BEGIN IMMEDIATE").await?;
        // Nobody can change it while this one may write: a trigger would run with what is written.
        match crate::schema::fault_by_now(&mut transaction, &MIGRATIONS).await? {
            Some(why) => Err(VaultError::Schema(why)),
            None => Ok(transaction),
        }
    }

    /// Another number after the files were exchanged. May be asked while a transaction is open.
    pub(crate) fn openings(&self) -> i64 {
        self.openings.load(Ordering::SeqCst)
    }

    pub(crate) fn stamp(&self) -> Option<Stamp> {
        Stamp::of(self.home.database())
    }

    /// Everything in the one file, and nothing beside it unless another process has it open.
    pub(crate) async fn close(&self) {
        self.connections.write().await.end().await;
    }

    pub(crate) async fn data_version(&self) -> Result<i64, VaultError> {
        let connections = self.connections().await?;
        // After an opening it begins anew.
        Ok(connections
            .data_version()
            .await?
            .map_or(-1, |version| (self.openings() << 32) + version))
    }

    async fn connections(&self) -> Result<RwLockReadGuard<'_, Connections>, VaultError> {
        let connections = self.connections.read().await;
        if connections.are_in_place() {
            return Ok(connections);
        }
        drop(connections);
        let mut connections = self.connections.write().await;
        if !connections.are_in_place() {
            self.open_anew(&mut connections).await?;
        }
        Ok(connections.downgrade())
    }

    /// The names lead to other files than those that are open, or to none.
    async fn open_anew(&self, connections: &mut Connections) -> Result<(), VaultError> {
        let there = Files::at(self.home.database());
        if !there.has_database() {
            // What is open may be all that is left of it, and may come back.
            return Err(VaultError::Exchanged("it is gone".to_owned()));
        }
        tracing::warn!("the vault's files are not those that were opened; they are opened anew");
        connections.let_go(there).await;
        let access = match look(&self.home).await? {
            Found::Vault(header, _)
                if self
                    .vault
                    .as_ref()
                    .is_some_and(|vault| (&vault.0, &vault.1) != (&header.id, &header.key_id)) =>
            {
                return Err(VaultError::Exchanged("it is another vault".to_owned()));
            }
            Found::Vault(_, access) => access,
            Found::Unusable(why) => return Err(VaultError::Exchanged(why)),
            Found::Nothing => return Err(VaultError::Exchanged("it is gone".to_owned())),
        };
        *connections = opened(&self.home, access).await?;
        self.openings.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Moves what was overwritten out of the write-ahead log, so that no old page keeps it.
    pub(crate) async fn forget_old_pages(&self) -> Result<(), VaultError> {
        // Another process may be reading: then its next checkpoint does it.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.pool().await?)
            .await?;
        Ok(())
    }
}

/// The connections to a file whose schema is ours.
async fn opened(home: &Home, access: Access) -> Result<Connections, VaultError> {
    let connections = Connections::open(home, access).await?;
    if access == Access::ReadWrite {
        MIGRATIONS.run(&connections.pool).await?;
        // Also what came between the first look and the migrations.
        let mut connection = connections.pool.acquire().await?;
        if let Some(why) = crate::schema::fault(&mut connection, &MIGRATIONS).await? {
            return Err(VaultError::Schema(why));
        }
    }
    Ok(connections)
}

/// Each look reads the whole file: a full log makes it last.
const LOOKED_AT: &str = "vault::looked_at";

/// What a file is before anything is written to it.
pub(crate) enum Found {
    Nothing,
    Vault(Header, Access),
    Unusable(String),
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

/// Looks without changing a byte: a damaged file, another program's or a newer version's must stay as it is (V04, V06).
pub(crate) async fn look(home: &Home) -> Result<Found, VaultError> {
    tracing::trace!(target: LOOKED_AT, "the file is looked at");
    let path = home.database();
    let unusable = |why: &str| Ok(Found::Unusable(format!("{}: {why}", path.display())));
    match std::fs::symlink_metadata(path) {
        // SQLite would play a left-over journal into whatever takes the file's place.
        Err(error) if error.kind() == ErrorKind::NotFound && home.has_journal() => {
            return unusable(
                "the file is gone, but its journal (-wal) is here; bring the file back, or move the journal away",
            );
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return unusable(&error.to_string()),
        Ok(found) if found.is_symlink() => return unusable("it is a symbolic link"),
        Ok(found) if !found.is_file() => return unusable("it is not a file"),
        Ok(found) if found.len() == 0 => return unusable("the file is empty"),
        Ok(_) => {}
    }
    if let Err(error) = home.close_to_others() {
        return unusable(&error.to_string());
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
            unusable("it is of an older version, and the disk takes nothing now")
        }
        Ok(Ok((header, _))) => Ok(Found::Vault(header, access)),
        Ok(Err(why)) => unusable(&why),
        Err(error) if is_of_the_disk(&error) => Err(home.explained(error.into())),
        Err(sqlx::Error::Database(error))
            if !matches!(error.code().as_deref(), Some("5" | "6")) =>
        {
            unusable(error.message())
        }
        Err(error) => Err(error.into()),
    }
}

/// SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN: about the disk, and not about what the file holds.
fn is_of_the_disk(error: &sqlx::Error) -> bool {
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
) -> Result<Result<(Header, i64), String>, sqlx::Error> {
    let intact: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await?;
    if intact != "ok" {
        return Ok(Err(format!("the file is damaged ({intact})")));
    }
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await?;
    let version = newest.unwrap_or(0);
    if version > newest_known() {
        return Ok(Err("it was made by a newer version of Gatelodge".to_owned()));
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
        .ok_or_else(|| "it is not a finished vault".to_owned()))
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
        // A rotated refresh token is durable before anyone is answered (I2).
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("temp_store", "MEMORY")
        // What is deleted or overwritten leaves no trace in the file (V15).
        .pragma("secure_delete", "ON")
}

/// The file exists with mode 0600 before SQLite writes to it; the journal files take its mode.
fn create_private(path: &Path) -> Result<(), VaultError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| VaultError::Folder {
        path: path.display().to_string(),
        why: error.to_string(),
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Database;
    use crate::Home;
    use sqlx::{Connection, SqliteConnection};

    /// An event of so many letters, by a transaction of this connection.
    async fn written(connection: &mut SqliteConnection, length: usize) -> Result<(), sqlx::Error> {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let insert = "INSERT INTO events (at, kind, ok, message) VALUES (1, 'note', 1, ?)";
        sqlx::query(insert)
            .bind("x".repeat(length))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// 1. The disk is full for each connection there is: SQLite rolls the write back by itself. 2. There is room again.
    /// 3. Whatever connection a write gets, it is kept.
    #[tokio::test]
    async fn a_connection_that_the_disk_failed_is_not_used_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Home::new(folder.path().join("home")).expect("a home");
        let database = Database::make(&home).await.expect("made");
        let mut all = Vec::new();
        for _ in 0..4 {
            let mut connection = database
                .pool()
                .await
                .expect("open")
                .acquire()
                .await
                .expect("a connection");
            // It takes what there is for the most that there may be.
            sqlx::query("PRAGMA max_page_count = 1")
                .execute(&mut *connection)
                .await
                .expect("set");
            let error = written(&mut connection, 500_000).await.expect_err("full");
            assert!(super::is_of_the_disk(&error), "{error}");
            all.push(connection);
        }
        drop(all);
        for _ in 0..8 {
            let mut connection = database
                .pool()
                .await
                .expect("open")
                .acquire()
                .await
                .expect("a connection");
            written(&mut connection, 500_000)
                .await
                .expect("a sound connection");
        }
    }
}
