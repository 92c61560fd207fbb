//! The connections to one set of files, and how they end.
//!
//! SQLite's last connection to a file empties its journal into it and deletes journal and index by their names. Where those
//! names lead to other files by now, that would take away what others wrote. It needs a lock that a connection which only
//! reads cannot get: so the one that watches is of that kind, and which one is closed last decides what happens.

use crate::files::{Files, Stamp};
use crate::options::{Access, options, reading, unchanged};
use crate::wal_index::{WalHeader, WalIndex};
use crate::{Home, VaultError};
use sqlx::error::DatabaseError;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{Connection, SqliteConnection};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::Mutex;

pub(crate) struct Connections {
    pub(crate) pool: SqlitePool,
    pub(crate) access: Access,
    /// `PRAGMA data_version` counts other connections' writes; it needs a connection of its own.
    watch: Mutex<Watch>,
    watching: SqliteConnectOptions,
    /// None: they are closed, or about to be.
    files: Option<Files>,
    /// None: it cannot be told whether anybody has written.
    index: Option<WalIndex>,
    /// Where nothing is written, only the file itself was opened, and as it was then.
    stamp: Option<Stamp>,
    database: PathBuf,
    is_ended: bool,
}

enum Watch {
    Open(SqliteConnection),
    /// It failed: the next look opens another.
    Broken,
    Closed,
}

impl Connections {
    pub(crate) async fn open(home: &Home, access: Access) -> Result<Self, VaultError> {
        let (options, watching) = match access {
            Access::ReadWrite => (options(home), reading(home)),
            Access::Reading(_) => (unchanged(home), unchanged(home)),
        };
        let stamp = Stamp::of(home.database());
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(30))
            .test_before_acquire(false)
            // One that is opened later may be to another file. And without both of these sqlx has no task that looks through the
            // idle ones as often as a counter says, which can wrap: a command then spun at its end for ever (sqlx-core 0.9.0).
            .idle_timeout(None)
            .max_lifetime(None)
            .after_release(|connection, _| Box::pin(is_sound(connection)))
            .connect_with(options)
            .await?;
        // It only ever watches: so every writer is another connection to it, ours and other processes' alike.
        let mut watch = SqliteConnection::connect_with(&watching).await?;
        // From its first read on it has the journal open, too.
        sqlx::query("SELECT count(*) FROM sqlite_schema")
            .execute(&mut watch)
            .await?;
        let (database, watch) = (home.database().to_owned(), Mutex::new(Watch::Open(watch)));
        let files = Some(Files::at(&database));
        let index = match access {
            Access::ReadWrite => WalIndex::of(&database),
            Access::Reading(_) => None,
        };
        Ok(Self {
            pool,
            access,
            watch,
            watching,
            files,
            index,
            stamp,
            database,
            is_ended: false,
        })
    }

    /// Whether what is open is what the names lead to. After the end nobody needs to know.
    pub(crate) fn are_in_place(&self) -> bool {
        let is_unchanged = || match self.access {
            Access::ReadWrite => true,
            Access::Reading(_) => self.stamp == Stamp::of(&self.database),
        };
        self.is_ended
            || self
                .files
                .is_some_and(|files| files.are_same(Files::at(&self.database)))
                && is_unchanged()
    }

    /// What the index says, where these are the files that are open.
    pub(crate) fn wal_header(&self, there: Files) -> Option<WalHeader> {
        let is_open = self.files.is_some_and(|files| files.are_same(there)) && !self.is_ended;
        self.index.as_ref().filter(|_| is_open)?.header()
    }

    /// Closes them all, and leaves alone whatever is in their places now. What only their own journal holds is put into the
    /// file first, where nobody can have gone on without it.
    pub(crate) async fn let_go(&mut self, there: Files) {
        let journal_counts = self
            .files
            .take()
            .is_some_and(|files| files.were_only_taken_from(there));
        // Not one that would be opened for it: that one would have another journal.
        let keeper = if journal_counts && self.access == Access::ReadWrite {
            self.pool.try_acquire()
        } else {
            None
        };
        let keeper = keeper.map(PoolConnection::detach);
        // Waits for what is under way.
        self.pool.close().await;
        if let Some(mut keeper) = keeper {
            if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut keeper)
                .await
            {
                tracing::warn!(%error, "what was in the journal that was deleted is lost");
            }
            closed(keeper).await;
        }
        self.close_watch().await;
        self.index = None;
    }

    /// Everything in the one file, and nothing beside it unless another process has it open.
    pub(crate) async fn end(&mut self) {
        if self.is_safe_to_empty() {
            // Not left to whoever closes last: two that close at once see each other, and neither empties the journal.
            if self.access == Access::ReadWrite
                && !self.pool.is_closed()
                && let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
                    .execute(&self.pool)
                    .await
            {
                tracing::debug!(%error, "the journal stays for the next opening");
            }
            let last = self.pool.try_acquire().map(PoolConnection::detach);
            self.close_watch().await;
            self.pool.close().await;
            if let Some(last) = last {
                closed(last).await;
            }
        } else {
            self.pool.close().await;
            self.close_watch().await;
        }
        self.index = None;
        self.is_ended = true;
    }

    /// Another number after every write. None: nothing can be said of what was missed.
    pub(crate) async fn data_version(&self) -> Result<Option<i64>, VaultError> {
        let mut watch = self.watch.lock().await;
        let connection = match &mut *watch {
            Watch::Open(connection) => connection,
            Watch::Closed => return Err(sqlx::Error::PoolClosed.into()),
            Watch::Broken => {
                *watch = Watch::Open(SqliteConnection::connect_with(&self.watching).await?);
                return Ok(None);
            }
        };
        let version = sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(connection)
            .await;
        if version.is_err() {
            *watch = Watch::Broken;
        }
        Ok(Some(version?))
    }

    /// Whether the last one may empty the journal, and delete what is in its place.
    fn is_safe_to_empty(&self) -> bool {
        let there = Files::at(&self.database);
        self.files
            .is_none_or(|files| files.are_same(there) || files.were_only_taken_from(there))
    }

    async fn close_watch(&mut self) {
        if let Watch::Open(watch) = std::mem::replace(self.watch.get_mut(), Watch::Closed) {
            closed(watch).await;
        }
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        if let Some(index) = self.index.take() {
            index.leave_open();
        }
        if !self.is_ended
            && !self.is_safe_to_empty()
            && let Watch::Open(watch) = std::mem::replace(self.watch.get_mut(), Watch::Closed)
        {
            // Nobody waits for these, and none that writes may be the last one: this ends with the process.
            std::mem::forget(watch);
        }
    }
}

async fn closed(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "a connection to the vault was not closed cleanly");
    }
}

/// Whether a connection may be handed out again. SQLite rolls a transaction back by itself where the disk is full or fails
/// (FULL, IOERR, NOMEM, INTERRUPT); what counts transactions outside of it then counts wrong, and nothing that is begun on
/// this connection afterwards can be kept.
async fn is_sound(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // What is still in its queue, a rollback perhaps, comes first.
    connection.ping().await?;
    if connection.is_in_transaction() {
        return Ok(false);
    }
    let last = connection.lock_handle().await?.last_error();
    let code = last
        .and_then(|error| error.code()?.parse::<u32>().ok())
        .unwrap_or_default();
    // OK, BUSY, LOCKED, CONSTRAINT, ROW, DONE: it did what it should.
    Ok(matches!(code & 0xff, 0 | 5 | 6 | 19 | 100 | 101))
}
