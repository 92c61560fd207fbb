//! The SQLite file: how it is opened, and by whom it may be read.

use crate::connections::Connections;
use crate::files::{Files, Stamp};
use crate::inspection::{Inspection, inspect};
use crate::options::Access;
use crate::schema::MIGRATIONS;
use crate::version::VaultVersion;
use crate::watched_files::WatchedFiles;
use crate::{Home, VaultError};
use messages::text;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{RwLock, RwLockReadGuard};

pub(crate) struct Database {
    home: Home,
    /// Its id and its key's. None: it is being made.
    vault: Option<(String, String)>,
    connections: RwLock<Connections>,
    /// How often they were opened. Never asked for under their lock: whoever holds a transaction is waited for.
    openings: AtomicI64,
    files: WatchedFiles,
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
            files: WatchedFiles::at(home.database()),
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

    /// None where the files are not those that are open, or are being opened anew.
    pub(crate) fn version(&self) -> Option<VaultVersion> {
        let connections = self.connections.try_read().ok()?;
        let (files, database) = self.files.look();
        let header = connections.wal_header(files)?;
        Some(VaultVersion {
            files,
            database,
            header,
        })
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
            return Err(VaultError::Exchanged(text::ClosedGone.into()));
        }
        tracing::warn!("the vault's files are not those that were opened; they are opened anew");
        connections.let_go(there).await;
        let access = match inspect(&self.home).await? {
            Inspection::Vault(header, _)
                if self
                    .vault
                    .as_ref()
                    .is_some_and(|vault| (&vault.0, &vault.1) != (&header.id, &header.key_id)) =>
            {
                return Err(VaultError::Exchanged(text::ClosedOther.into()));
            }
            Inspection::Vault(_, access) => access,
            Inspection::Unusable(why) => return Err(VaultError::Exchanged(why)),
            Inspection::Absent => return Err(VaultError::Exchanged(text::ClosedGone.into())),
        };
        *connections = opened(&self.home, access).await?;
        self.files.begin_anew();
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

/// The file exists with mode 0600 before SQLite writes to it; the journal files take its mode.
fn create_private(path: &Path) -> Result<(), VaultError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| VaultError::Folder {
        path: path.display().to_string(),
        why: error.into(),
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
            assert!(crate::inspection::is_of_the_disk(&error), "{error}");
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
