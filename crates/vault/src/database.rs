//! The SQLite file: how it is opened, and by whom it may be read.

use crate::{Home, VaultError};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection};
use std::path::Path;
use std::time::Duration;
use tokio::sync::Mutex;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

pub(crate) struct Database {
    pub(crate) pool: SqlitePool,
    /// `PRAGMA data_version` counts other connections' writes; it needs a connection of its own.
    watch: Mutex<SqliteConnection>,
}

impl Database {
    /// Opens the file, or makes it, and brings it to this version.
    pub(crate) async fn open(home: &Home) -> Result<Self, VaultError> {
        let path = home.database();
        create_private(path)?;
        let options = options(path);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&pool).await.map_err(|error| VaultError::Format(error.to_string()))?;
        let watch = SqliteConnection::connect_with(&options).await?;
        Ok(Self { pool, watch: Mutex::new(watch) })
    }

    /// Everything in the one file, and nothing beside it.
    pub(crate) async fn close(self) -> Result<(), VaultError> {
        self.forget_old_pages().await?;
        self.watch.into_inner().close().await?;
        self.pool.close().await;
        Ok(())
    }

    pub(crate) async fn data_version(&self) -> Result<i64, VaultError> {
        let mut watch = self.watch.lock().await;
        let version = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *watch).await?;
        Ok(version)
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
    Vault,
    Unusable(String),
}

/// Looks without changing a byte: a damaged file, another program's or a newer version's must stay as it is (V04, V06).
pub(crate) async fn look(home: &Home) -> Result<Found, VaultError> {
    let path = home.database();
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Ok(Found::Unusable(error.to_string())),
        Ok(found) if found.len() == 0 => return Ok(Found::Unusable("the file is empty".to_owned())),
        Ok(_) => {}
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(Duration::from_secs(5));
    let checked = async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let intact: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await?;
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut connection).await?;
        let vaults: i64 = sqlx::query_scalar("SELECT count(*) FROM vault").fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>((intact, newest.unwrap_or(0), vaults))
    };
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    Ok(match checked.await {
        Ok((intact, ..)) if intact != "ok" => Found::Unusable("the file is damaged".to_owned()),
        Ok((_, newest, _)) if newest > known => Found::Unusable("it was made by a newer version of Gatelodge".to_owned()),
        Ok((_, _, 1)) => Found::Vault,
        Ok(_) => Found::Unusable("it is not a finished vault".to_owned()),
        Err(error) => Found::Unusable(error.to_string()),
    })
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // A rotated refresh token is durable before anyone is answered (I2).
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // What is deleted or overwritten leaves no trace in the file (V15).
        .pragma("secure_delete", "ON")
}

/// The file exists with mode 0600 before SQLite writes to it; the journal files take its mode.
fn create_private(path: &Path) -> Result<(), VaultError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| VaultError::Folder { path: path.display().to_string(), why: error.to_string() })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .map_err(|error| VaultError::Folder { path: path.display().to_string(), why: error.to_string() })?;
    }
    Ok(())
}
