//! Begins the next epoch: every row that this program wrote is sealed for it, in the transaction that takes a right away.

use crate::lock::hold;
use crate::tables::{LEVEL, TABLES, Table, seal_columns};
use crate::unsaved_files::UnsavedFiles;
use crate::{Vault, VaultError};
use messages::text;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection, Transaction};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Which rows get a seal of the next epoch.
#[derive(Clone, Copy)]
pub(super) struct ResealScope {
    /// Those that are sealed for this one.
    pub(super) epoch: Option<i64>,
    /// Those of tables that have seals since a later level: once, as they are.
    pub(super) level: u32,
}

impl ResealScope {
    /// A file from before there were seals.
    pub(super) const FROM_BEFORE: Self = Self {
        epoch: None,
        level: 0,
    };

    pub(super) fn of(epoch: i64) -> Self {
        Self {
            epoch: Some(epoch),
            level: LEVEL,
        }
    }
}

impl Vault {
    /// Ends a transaction that took a right away.
    pub(crate) async fn commit_in_next_epoch(
        &self,
        transaction: Transaction<'static, Sqlite>,
    ) -> Result<(), VaultError> {
        self.commit_without(transaction, None).await
    }

    /// The same; an answer that lies beside the vault under this name is taken away as well.
    pub(crate) async fn commit_without(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        gone: Option<&str>,
    ) -> Result<(), VaultError> {
        if self.epoch().is_unsealed.load(Ordering::SeqCst) {
            return Ok(transaction.commit().await?);
        }
        let now = self.epoch_of(&mut transaction).await?;
        // An older file must not catch up by itself with what is known: only the person makes it hold.
        if now < self.newest() {
            let openings = self.database().openings();
            transaction.commit().await?;
            return self.is_in_place(openings).await;
        }
        self.commit_as(transaction, ResealScope::of(now), now + 1, gone)
            .await
    }

    /// Every row that this program wrote is sealed for the epoch `next`, and so is what lies beside the vault.
    pub(super) async fn commit_as(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        reseal: ResealScope,
        next: i64,
        gone: Option<&str>,
    ) -> Result<(), VaultError> {
        let aside = match reseal.epoch {
            Some(epoch) => self.aside_in(&mut transaction, epoch, gone).await?,
            None => UnsavedFiles::default(),
        };
        self.seal_anew(&mut transaction, reseal, next).await?;
        // No other files are opened while a transaction is.
        let openings = self.database().openings();
        transaction.commit().await?;
        self.seal_aside(aside, next);
        self.is_in_place(openings).await?;
        self.note(next).await;
        Ok(())
    }

    /// An error where the files were exchanged since: what was committed may not be in those that are there now.
    async fn is_in_place(&self, openings: i64) -> Result<(), VaultError> {
        self.database().pool().await?;
        if self.database().openings() == openings {
            Ok(())
        } else {
            Err(VaultError::Unkept)
        }
    }

    /// Rows that are not ours get no seal now either. What no index holds cannot be taken away by its key: a table whose
    /// indexes are not whole is not sealed, and nobody is told that something is gone from it.
    async fn seal_anew(
        &self,
        connection: &mut SqliteConnection,
        reseal: ResealScope,
        next: i64,
    ) -> Result<(), VaultError> {
        for table in TABLES {
            check(connection, table).await?;
            for row in rows(connection, table).await? {
                let is_ours = match reseal.epoch {
                    _ if table.since > reseal.level => true,
                    Some(epoch) => self.is_sealed(table, epoch, &row)?,
                    None => false,
                };
                if is_ours {
                    self.seal_in(connection, table, next, &row).await?;
                }
            }
        }
        self.put_epoch(connection, next).await
    }

    async fn put_epoch(
        &self,
        connection: &mut SqliteConnection,
        epoch: i64,
    ) -> Result<(), VaultError> {
        sqlx::query("UPDATE vault SET epoch = ?, epoch_sealed = ?, canary_sealed = ?")
            .bind(epoch)
            .bind(self.sealer().seal_epoch(epoch)?)
            .bind(self.sealer().canary()?)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Remembers it, and tells the keyring. A keyring that cannot be told now is told at the next opening.
    pub(super) async fn note(&self, epoch: i64) {
        self.epoch().newest.fetch_max(epoch, Ordering::SeqCst);
        let Some(store) = self.epoch().key_store.clone() else {
            return;
        };
        // One process at a time: no late writer puts an older one over a newer.
        let turn = hold(
            self.inner.home.locks().join("epoch.lock"),
            Duration::from_secs(5),
        )
        .await;
        let told = tokio::task::spawn_blocking(move || match store.epoch()? {
            Some(known) if known >= epoch => Ok(()),
            _ => store.put_epoch(epoch),
        });
        let told = match told.await {
            Ok(told) => told.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        drop(turn);
        if let Err(why) = told {
            tracing::warn!(why, "the keyring does not know the vault's newest epoch");
        }
    }
}

/// An error where the table and its indexes do not hold the same rows.
async fn check(connection: &mut SqliteConnection, table: &Table) -> Result<(), VaultError> {
    // The name is one of our own tables.
    let pragma = AssertSqlSafe(format!("PRAGMA integrity_check({})", table.name));
    let found: String = sqlx::query_scalar(pragma).fetch_one(connection).await?;
    if found == "ok" {
        Ok(())
    } else {
        Err(VaultError::Schema(text::ClosedDamaged { found }.into()))
    }
}

async fn rows(
    connection: &mut SqliteConnection,
    table: &Table,
) -> Result<Vec<SqliteRow>, VaultError> {
    // The name is one of our own tables.
    let select = AssertSqlSafe(format!("SELECT {}, * FROM {}", seal_columns!(), table.name));
    Ok(sqlx::query(select).fetch_all(connection).await?)
}

#[cfg(all(test, unix))]
mod tests {
    use crate::{Home, KeySource, OpenResult, OsKeyring, Vault, VaultError};
    use std::sync::Arc;

    /// 1. A right is being taken away. 2. The journal is deleted before that is written. 3. It is not told as done. 4. Done
    /// again, it is.
    #[tokio::test]
    async fn what_may_not_be_in_the_file_is_not_told_as_done() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Home::new(folder.path().join("home")).expect("a home");
        let key = KeySource::KeyFile(folder.path().join("key"));
        let opening = Vault::make(&home, key, Arc::new(OsKeyring::new(&home))).await;
        let Ok(OpenResult::Opened(vault)) = opening else {
            panic!("{opening:?}")
        };
        let transaction = vault.database().write().await.expect("begun");
        for name in ["vault.db-wal", "vault.db-shm"] {
            std::fs::remove_file(home.dir().join(name)).expect("deleted");
        }
        let outcome = vault.commit_in_next_epoch(transaction).await;
        assert!(matches!(outcome, Err(VaultError::Unkept)), "{outcome:?}");
        vault.set_setting("name", "value").await.expect("written");
        assert_eq!(
            vault.setting("name").await.expect("read").as_deref(),
            Some("value")
        );
    }
}
