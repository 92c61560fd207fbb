//! The epoch: it grows with every right that is taken away, and every row is sealed for the one that holds now. So an old
//! row, put back, is not believed; and an old file is noticed where the keyring keeps the epoch beside the key.
//!
//! The file is written first, then the keyring, then whoever asked is answered. A crash in between leaves a keyring that is
//! behind, which the next opening puts right: it never looks like an old file. And nobody was told yet that the right is gone.

use crate::aside::Aside;
use crate::files::Stamp;
use crate::keys::KeyStore;
use crate::row_seal::{Doubt, LEVEL, TABLES, Table, seal_columns};
use crate::seal::{Place, facts};
use crate::{Vault, VaultError};
use oauth::secret::Secret;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, Sqlite, SqliteConnection, Transaction};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// What a process knows of the epoch.
pub(crate) struct Epoch {
    /// The newest that this process has seen, or that the keyring told.
    newest: AtomicI64,
    /// The newest that was known when the file was found to be older, as long as the person has not said that it shall hold:
    /// their word makes it newer than that, in whichever process.
    older_than: Mutex<Option<i64>>,
    /// It is from before there were seals: then nothing in it is believed.
    is_unsealed: AtomicBool,
    /// The last one whose own seal was looked at.
    looked_at: Mutex<Option<(i64, Vec<u8>)>>,
    doubts: Mutex<Doubts>,
    key_store: Option<Arc<dyn KeyStore>>,
    /// Held while the keyring is asked.
    asked: tokio::sync::Mutex<Asked>,
}

/// The file, as far as can be seen from outside, and its epoch.
type Seen = (Option<Stamp>, i64);

/// When the keyring was asked for the epoch.
enum Asked {
    Never,
    /// When the file was like this.
    Of(Seen),
    InVain(Instant),
}

/// Which rows get a seal of the next epoch.
#[derive(Clone, Copy)]
struct Reseal {
    /// Those that are sealed for this one.
    epoch: Option<i64>,
    /// Those of tables that have seals since a later level: once, as they are.
    level: u32,
}

impl Reseal {
    /// A file from before there were seals.
    const FROM_BEFORE: Self = Self {
        epoch: None,
        level: 0,
    };

    fn of(epoch: i64) -> Self {
        Self {
            epoch: Some(epoch),
            level: LEVEL,
        }
    }
}

/// A keyring that does not answer may be asking for its password: not at each request.
const PAUSE: Duration = Duration::from_mins(10);

#[derive(Default)]
struct Doubts {
    known: HashSet<Doubt>,
    new: Vec<Doubt>,
}

/// A file that someone fills with rows must not fill the memory.
const MOST_DOUBTS: usize = 1000;

const CANARY: &str = "this key opens this vault";
/// The canary of a file whose rows are sealed. That they are can only be undone by bringing back an older file.
const SEALED_CANARY: Place<'static> = Place {
    table: "vault",
    id: "1",
    column: "canary",
    facts: "its rows are sealed",
};
/// The canary of a file from before.
const OLD_CANARY: Place<'static> = Place {
    table: "vault",
    id: "1",
    column: "canary",
    facts: "",
};

fn epoch_place(facts: &str) -> Place<'_> {
    Place {
        table: "vault",
        id: "1",
        column: "epoch",
        facts,
    }
}

impl Epoch {
    /// `key_store` where it keeps the vault's key.
    pub(crate) fn new(key_store: Option<Arc<dyn KeyStore>>) -> Self {
        Self {
            newest: AtomicI64::new(0),
            older_than: Mutex::default(),
            is_unsealed: AtomicBool::new(false),
            looked_at: Mutex::default(),
            doubts: Mutex::default(),
            key_store,
            asked: tokio::sync::Mutex::new(Asked::Never),
        }
    }
}

impl crate::seal::Sealer {
    /// Whether this is the vault's key.
    pub(crate) fn opens_canary(&self, sealed: &[u8]) -> bool {
        self.open(SEALED_CANARY, sealed).is_ok() || self.open(OLD_CANARY, sealed).is_ok()
    }

    pub(crate) fn canary(&self) -> Result<Vec<u8>, VaultError> {
        self.seal(SEALED_CANARY, &Secret::new(CANARY))
    }

    /// What is in it says which tables have seals.
    pub(crate) fn seal_epoch(&self, epoch: i64) -> Result<Vec<u8>, VaultError> {
        self.seal(
            epoch_place(&facts(&[&epoch.to_string()])),
            &Secret::new(LEVEL.to_string()),
        )
    }

    fn level_of(&self, epoch: i64, sealed: &[u8]) -> Option<u32> {
        self.open(epoch_place(&facts(&[&epoch.to_string()])), sealed)
            .ok()?
            .expose()
            .parse()
            .ok()
    }
}

impl Vault {
    /// The file is older than the keyring knows it: rights that were taken away since then are in it again. Agents and
    /// permits are off until [`Vault::confirm`].
    pub fn is_older(&self) -> bool {
        locked(&self.epoch().older_than).is_some()
    }

    /// The same, looked at anew: another process may have had the person's word.
    pub async fn is_still_older(&self) -> Result<bool, VaultError> {
        if self.is_older() {
            self.is_newest().await?;
        }
        Ok(self.is_older())
    }

    /// The person says that this older file shall hold. False if it is not older.
    pub async fn confirm(&self) -> Result<bool, VaultError> {
        if !self.is_older() {
            return Ok(false);
        }
        let mut transaction = self.database().write().await?;
        let known = self.newest();
        if self.epoch().is_unsealed.load(Ordering::SeqCst) {
            self.commit_as(transaction, Reseal::FROM_BEFORE, known + 1, None)
                .await?;
        } else {
            let now = self.epoch_of(&mut transaction).await?;
            self.commit_as(transaction, Reseal::of(now), known.max(now) + 1, None)
                .await?;
        }
        self.epoch().is_unsealed.store(false, Ordering::SeqCst);
        *locked(&self.epoch().older_than) = None;
        Ok(true)
    }

    /// Rows that were not believed, and that this was not asked about before.
    pub fn new_doubts(&self) -> Vec<Doubt> {
        std::mem::take(&mut self.doubts().new)
    }

    /// All that this process came upon.
    pub fn has_doubt_about(&self, table: &str, row: &str) -> bool {
        self.doubts()
            .known
            .iter()
            .any(|doubt| doubt.table == table && doubt.row == row)
    }

    pub(crate) fn doubt(&self, doubt: Doubt) {
        let mut doubts = self.doubts();
        if doubts.known.len() < MOST_DOUBTS && doubts.known.insert(doubt.clone()) {
            doubts.new.push(doubt);
        }
    }

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
        self.commit_as(transaction, Reseal::of(now), now + 1, gone)
            .await
    }

    /// Every row that this program wrote is sealed for the epoch `next`, and so is what lies beside the vault.
    async fn commit_as(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        reseal: Reseal,
        next: i64,
        gone: Option<&str>,
    ) -> Result<(), VaultError> {
        let aside = match reseal.epoch {
            Some(epoch) => self.aside_in(&mut transaction, epoch, gone).await?,
            None => Aside::default(),
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

    /// The epoch that the file has, beside a row of it. None: a file from before there were seals.
    pub(crate) fn epoch_beside(&self, row: &SqliteRow) -> Result<Option<i64>, VaultError> {
        let state = self.epoch();
        if state.is_unsealed.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let (epoch, sealed): (i64, Option<&[u8]>) = (
            row.try_get("vault_epoch")?,
            row.try_get("vault_epoch_sealed")?,
        );
        let sealed = sealed.ok_or_else(changed)?;
        let mut looked_at = locked(&state.looked_at);
        if !looked_at
            .as_ref()
            .is_some_and(|(known, seal)| *known == epoch && seal == sealed)
        {
            self.sealer().level_of(epoch, sealed).ok_or_else(changed)?;
            *looked_at = Some((epoch, sealed.to_vec()));
        }
        drop(looked_at);
        let newest = state.newest.fetch_max(epoch, Ordering::SeqCst);
        locked(&state.older_than).take_if(|known| epoch > *known && epoch >= newest);
        Ok(Some(epoch))
    }

    /// Whether the file is as new as is known. What this process has not read itself, the keyring knows: it is asked again
    /// when the file was written to by anything but a transaction, or has another epoch than it had then.
    pub(crate) async fn is_newest(&self) -> Result<bool, VaultError> {
        if self.epoch().is_unsealed.load(Ordering::SeqCst) {
            return Ok(false);
        }
        let epoch = self.epoch_now().await?;
        self.ask_keyring((self.database().stamp(), epoch)).await;
        let newest = self.newest();
        // Another process may have begun the next one just now: what is known by now is in the newest file by now.
        Ok(epoch >= newest || self.epoch_now().await? >= newest)
    }

    pub(crate) fn newest(&self) -> i64 {
        self.epoch().newest.load(Ordering::SeqCst)
    }

    async fn ask_keyring(&self, seen: Seen) {
        let Some(store) = self.epoch().key_store.clone() else {
            return;
        };
        let mut asked = self.epoch().asked.lock().await;
        match &*asked {
            Asked::Of(before) if *before == seen => return,
            Asked::InVain(at) if at.elapsed() < PAUSE => return,
            _ => {}
        }
        let answer = match tokio::task::spawn_blocking(move || store.epoch()).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        *asked = match answer {
            Ok(known) => {
                self.epoch()
                    .newest
                    .fetch_max(known.unwrap_or_default(), Ordering::SeqCst);
                Asked::Of(seen)
            }
            Err(why) => {
                tracing::warn!(
                    why,
                    "the keyring does not say whether the vault's file is the newest"
                );
                Asked::InVain(Instant::now())
            }
        };
    }

    /// Someone put an older file in the place of the one that is open.
    pub(crate) fn found_older(&self) {
        locked(&self.epoch().older_than).get_or_insert(self.newest());
    }

    /// What the file says when it is opened, beside what the keyring says; one process at a time. The inner error is a
    /// sentence about the file.
    pub(crate) async fn settle(
        &self,
        in_keyring: Option<i64>,
    ) -> Result<Result<(), String>, VaultError> {
        let state = self.epoch();
        let stamp = self.database().stamp();
        let (canary, epoch, sealed): (Vec<u8>, i64, Option<Vec<u8>>) =
            sqlx::query_as("SELECT canary_sealed, epoch, epoch_sealed FROM vault")
                .fetch_one(&self.database().pool().await?)
                .await?;
        if self.sealer().open(SEALED_CANARY, &canary).is_err() {
            let Some(known) = in_keyring else {
                let transaction = self.database().write().await?;
                self.commit_as(transaction, Reseal::FROM_BEFORE, 1, None)
                    .await?;
                return Ok(Ok(()));
            };
            state.newest.store(known, Ordering::SeqCst);
            self.found_older();
            state.is_unsealed.store(true, Ordering::SeqCst);
            return Ok(Ok(()));
        }
        let Some(level) = sealed.and_then(|sealed| self.sealer().level_of(epoch, &sealed)) else {
            return Ok(Err("its epoch was changed by another program".to_owned()));
        };
        if level > LEVEL {
            return Ok(Err("it was made by a newer version of Gatelodge".to_owned()));
        }
        *state.asked.lock().await = Asked::Of((stamp, epoch));
        state
            .newest
            .store(in_keyring.unwrap_or_default().max(epoch), Ordering::SeqCst);
        if epoch < self.newest() {
            self.found_older();
            return Ok(Ok(()));
        }
        if level < LEVEL {
            let transaction = self.database().write().await?;
            let reseal = Reseal {
                epoch: Some(epoch),
                level,
            };
            self.commit_as(transaction, reseal, epoch + 1, None).await?;
        } else if in_keyring.is_none_or(|known| known < epoch) {
            self.note(epoch).await;
        }
        Ok(Ok(()))
    }

    /// Rows that are not ours get no seal now either. What no index holds cannot be taken away by its key: a table whose
    /// indexes are not whole is not sealed, and nobody is told that something is gone from it.
    async fn seal_anew(
        &self,
        connection: &mut SqliteConnection,
        reseal: Reseal,
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

    async fn epoch_of(&self, connection: &mut SqliteConnection) -> Result<i64, VaultError> {
        let row = sqlx::query(
            "SELECT epoch AS vault_epoch, epoch_sealed AS vault_epoch_sealed FROM vault",
        )
        .fetch_one(connection)
        .await?;
        self.epoch_beside(&row)?.ok_or_else(changed)
    }

    /// The same; an old file that has no seals is of none.
    pub(crate) async fn epoch_in(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<i64, VaultError> {
        if self.epoch().is_unsealed.load(Ordering::SeqCst) {
            Ok(0)
        } else {
            self.epoch_of(connection).await
        }
    }

    pub(crate) async fn epoch_now(&self) -> Result<i64, VaultError> {
        self.epoch_in(&mut *self.database().pool().await?.acquire().await?)
            .await
    }

    /// Remembers it, and tells the keyring. A keyring that cannot be told now is told at the next opening.
    pub(crate) async fn note(&self, epoch: i64) {
        self.epoch().newest.fetch_max(epoch, Ordering::SeqCst);
        let Some(store) = self.epoch().key_store.clone() else {
            return;
        };
        // One process at a time: no late writer puts an older one over a newer.
        let turn = crate::lock::hold(
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

    fn epoch(&self) -> &Epoch {
        &self.inner.epoch
    }

    fn doubts(&self) -> MutexGuard<'_, Doubts> {
        locked(&self.epoch().doubts)
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
        Err(VaultError::Schema(format!("it is damaged ({found})")))
    }
}

async fn rows(
    connection: &mut SqliteConnection,
    table: &Table,
) -> Result<Vec<SqliteRow>, VaultError> {
    // The name is one of our own tables.
    let select = AssertSqlSafe(format!("SELECT {} FROM {}", seal_columns!(), table.name));
    Ok(sqlx::query(select).fetch_all(connection).await?)
}

fn changed() -> VaultError {
    VaultError::Format("its epoch was changed by another program".to_owned())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use crate::{Home, KeySource, Opening, OsKeyring, Vault, VaultError};
    use std::sync::Arc;

    /// 1. A right is being taken away. 2. The journal is deleted before that is written. 3. It is not told as done. 4. Done
    /// again, it is.
    #[tokio::test]
    async fn what_may_not_be_in_the_file_is_not_told_as_done() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Home::new(folder.path().join("home")).expect("a home");
        let key = KeySource::KeyFile(folder.path().join("key"));
        let opening = Vault::make(&home, key, Arc::new(OsKeyring::new(&home))).await;
        let Ok(Opening::Opened(vault)) = opening else {
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
