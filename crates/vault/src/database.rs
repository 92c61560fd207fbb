//! The SQLite file: how it is opened, and by whom it may be read.

use crate::{Home, VaultError};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, FromRow, Sqlite, SqliteConnection, Transaction};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// How long one process waits for another one's transaction.
const BUSY: Duration = Duration::from_secs(5);

pub(crate) struct Database {
    pub(crate) pool: SqlitePool,
    /// `PRAGMA data_version` counts other connections' writes; it needs a connection of its own.
    watch: Mutex<Option<SqliteConnection>>,
    /// `PRAGMA schema_version` when the schema was last looked at.
    schema: AtomicI64,
}

impl Database {
    /// Makes a new file, for its owner only.
    pub(crate) async fn make(home: &Home) -> Result<Self, VaultError> {
        create_private(home.database())?;
        Self::open(home).await
    }

    /// Opens a file that was looked at before, and brings it to this version.
    pub(crate) async fn open(home: &Home) -> Result<Self, VaultError> {
        let options = options(home.database());
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(30))
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&pool).await.map_err(|error| VaultError::Format(error.to_string()))?;
        // It only ever watches: so every writer is another connection to it, ours and other processes' alike.
        let mut watch = SqliteConnection::connect_with(&options).await?;
        let schema = sqlx::query_scalar("PRAGMA schema_version").fetch_one(&mut watch).await?;
        let database = Self { pool, watch: Mutex::new(Some(watch)), schema: AtomicI64::new(schema) };
        // Also what came between the first look and the migrations.
        let mut connection = database.pool.acquire().await?;
        if let Some(why) = crate::schema::fault(&mut connection, &MIGRATIONS).await? {
            return Err(VaultError::Schema(why));
        }
        drop(connection);
        Ok(database)
    }

    /// A transaction that has the write lock from its start: it cannot find out too late that others wrote.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, VaultError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        // Nobody can change it while this one may write: a trigger would run with what is written.
        let schema: i64 = sqlx::query_scalar("PRAGMA schema_version").fetch_one(&mut *transaction).await?;
        if schema != self.schema.load(Ordering::Relaxed) {
            if let Some(why) = crate::schema::fault(&mut transaction, &MIGRATIONS).await? {
                return Err(VaultError::Schema(why));
            }
            self.schema.store(schema, Ordering::Relaxed);
        }
        Ok(transaction)
    }

    /// Everything in the one file, and nothing beside it unless another process has it open.
    pub(crate) async fn close(&self) -> Result<(), VaultError> {
        if let Some(watch) = self.watch.lock().await.take() {
            watch.close().await?;
        }
        self.pool.close().await;
        Ok(())
    }

    pub(crate) async fn data_version(&self) -> Result<i64, VaultError> {
        let mut watch = self.watch.lock().await;
        let watch = watch.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        Ok(sqlx::query_scalar("PRAGMA data_version").fetch_one(watch).await?)
    }

    /// Moves what was overwritten out of the write-ahead log, so that no old page keeps it.
    pub(crate) async fn forget_old_pages(&self) -> Result<(), VaultError> {
        // Another process may be reading: then its next checkpoint does it.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await?;
        Ok(())
    }
}

/// What a file is before anything is written to it.
pub(crate) enum Found {
    Nothing,
    Vault(Header),
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
    let path = home.database();
    let unusable = |why: &str| Ok(Found::Unusable(format!("{}: {why}", path.display())));
    match std::fs::symlink_metadata(path) {
        // SQLite would play a left-over journal into whatever takes the file's place.
        Err(error) if error.kind() == ErrorKind::NotFound && home.has_stray_journal() => {
            return unusable("the file is gone, but its journal (-wal) is here; bring the file back, or move the journal away");
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
    let checked = async {
        let mut connection = SqliteConnection::connect_with(&reading(path)).await?;
        let checked = check(&mut connection).await;
        connection.close().await?;
        checked
    };
    match checked.await {
        Ok(Ok(header)) => Ok(Found::Vault(header)),
        Ok(Err(why)) => unusable(&why),
        Err(sqlx::Error::Database(error)) if !matches!(error.code().as_deref(), Some("5" | "6")) => unusable(error.message()),
        Err(error) => Err(error.into()),
    }
}

/// The inner error is a sentence about the file.
async fn check(connection: &mut SqliteConnection) -> Result<Result<Header, String>, sqlx::Error> {
    let intact: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?;
    if intact != "ok" {
        return Ok(Err(format!("the file is damaged ({intact})")));
    }
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut *connection).await?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    if newest.unwrap_or(0) > known {
        return Ok(Err("it was made by a newer version of Gatelodge".to_owned()));
    }
    if let Some(why) = crate::schema::fault(connection, &MIGRATIONS).await? {
        return Ok(Err(why));
    }
    let header: Option<Header> =
        sqlx::query_as("SELECT id, key_id, protection, kdf, canary_sealed FROM vault").fetch_optional(connection).await?;
    Ok(header.ok_or_else(|| "it is not a finished vault".to_owned()))
}

fn reading(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY)
        // Functions in a schema that someone else wrote are not run.
        .pragma("trusted_schema", "OFF")
        // A page that someone wrote by hand is looked at before it is used.
        .pragma("cell_size_check", "ON")
        .disable_statement_logging()
}

fn options(path: &Path) -> SqliteConnectOptions {
    reading(path)
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
    options.open(path).map_err(|error| VaultError::Folder { path: path.display().to_string(), why: error.to_string() })?;
    Ok(())
}
