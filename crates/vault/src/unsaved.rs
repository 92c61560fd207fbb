//! What issuers answered and the disk did not take yet. It is newer than the file, counts in every read of this process,
//! and is written as soon as that can be done.
//!
//! Where the vault's file takes nothing, a file of its own may ([`crate::aside`]).

use crate::lock::GrantLock;
use crate::row_seal::{GRANTS, PROVIDERS, REGISTRATIONS};
use crate::{Vault, VaultError, events, grants, providers, registrations};
use model::{GrantId, LoginStatus, NewEvent};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{Sqlite, SqliteConnection, Transaction};
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What became of an answer that had to be kept.
#[derive(Debug)]
pub enum Kept {
    InTheVault,
    /// Others changed the same meanwhile: theirs stands.
    Outdated,
    /// In memory, for the time being, and why. [`Vault::write_unsaved`] writes it later.
    InMemory(VaultError),
}

/// A row that an answer is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Answer {
    Grant(Box<grants::Change>),
    Registration(Box<registrations::Row>),
    Provider(Box<providers::Row>),
}

#[derive(Debug, Default)]
pub(crate) struct Unsaved(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    all: Vec<Entry>,
    made: u64,
}

struct Entry {
    number: u64,
    kept: Record,
    /// No other process spends what this replaced.
    lock: Option<Arc<tokio::sync::Mutex<File>>>,
    /// It has a file of its own.
    is_durable: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) answer: Answer,
    pub(crate) events: Vec<NewEvent>,
    /// The login attempt that brought it, and that is done with it.
    #[serde(default)]
    pub(crate) login_attempt: Option<String>,
}

impl From<Answer> for Record {
    fn from(answer: Answer) -> Self {
        Self {
            answer,
            events: Vec::new(),
            login_attempt: None,
        }
    }
}

/// Pauses between tries to write it in its place, before it stays in memory: a disk that failed once often does not again.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(50),
    Duration::from_millis(250),
];

impl Answer {
    fn table(&self) -> &'static str {
        match self {
            Self::Grant(_) => GRANTS.name,
            Self::Registration(_) => REGISTRATIONS.name,
            Self::Provider(_) => PROVIDERS.name,
        }
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Grant(change) => change.id(),
            Self::Registration(row) => row.id(),
            Self::Provider(row) => row.issuer(),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.table() == other.table() && self.id() == other.id()
    }

    /// False if the kept one is not the one that this replaces.
    async fn write(
        &self,
        vault: &Vault,
        connection: &mut SqliteConnection,
    ) -> Result<bool, VaultError> {
        match self {
            Self::Grant(change) => change.write(vault, connection).await,
            Self::Registration(row) => row.write(vault, connection).await.map(|()| true),
            Self::Provider(row) => row.write(vault, connection).await.map(|()| true),
        }
    }

    pub(crate) fn file_name(&self) -> String {
        file_name(self.table(), self.id())
    }
}

/// Of an answer beside the vault. An issuer's name can be no file's name.
pub(crate) fn file_name(table: &str, id: &str) -> String {
    let hash = Sha256::digest(format!("{table}\n{id}"));
    hash.iter()
        .take(16)
        .fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}

impl Vault {
    /// Keeps what cannot be had again, whatever the disk does.
    pub(crate) async fn keep(
        &self,
        record: Record,
        lock: Option<GrantLock>,
    ) -> Result<Kept, VaultError> {
        let mut pauses = PAUSES.into_iter();
        let last = loop {
            match self.put(&record).await {
                Err(error) if error.may_pass() => {
                    let Some(pause) = pauses.next() else {
                        break error;
                    };
                    tokio::time::sleep(pause).await;
                    self.give_room().await;
                }
                Ok(true) => return Ok(Kept::InTheVault),
                Ok(false) => return Ok(Kept::Outdated),
                Err(error) => return Err(error),
            }
        };
        tracing::warn!(error = %last, "what an issuer answered stays in memory");
        let aside = self
            .put_aside(&record)
            .await
            .inspect_err(|error| tracing::warn!(%error, "nor beside the vault"));
        self.unsaved().put(record, lock, aside.is_ok());
        Ok(Kept::InMemory(last))
    }

    /// Writes what could not be written before. The first error, if there still is one.
    pub async fn write_unsaved(&self) -> Result<(), VaultError> {
        let mut failed = Ok(());
        for (number, record) in self.unsaved().all() {
            match self.put(&record).await {
                Err(error) if error.may_pass() => failed = failed.and(Err(error)),
                outcome => {
                    if let Err(error) = outcome {
                        tracing::warn!(%error, "what an issuer answered has no place in the vault any more");
                    }
                    self.unsaved().remove(number);
                    self.forget_aside(&record.answer);
                }
            }
        }
        failed
    }

    /// How many answers are not in the vault yet; and of them, how many would end with this process.
    pub fn count_unsaved(&self) -> (usize, usize) {
        let entries = self.unsaved().entries();
        (
            entries.all.len(),
            entries.all.iter().filter(|entry| !entry.is_durable).count(),
        )
    }

    /// Tells of a change to a row of which there is a newer one in memory: it replaces that.
    pub(crate) async fn supersede(&self, record: Record) {
        if self.unsaved().has(&record.answer) {
            let is_durable = self.put_aside(&record).await.is_ok();
            self.unsaved().put(record, None, is_durable);
        }
    }

    pub(crate) fn unsaved(&self) -> &Unsaved {
        self.inner.home.unsaved()
    }

    /// An answer, its events and the outcome of its login attempt, together or not at all. False if the kept row is not the
    /// one that this replaces.
    pub(crate) async fn put(&self, record: &Record) -> Result<bool, VaultError> {
        self.put_in(self.database().write().await?, record).await
    }

    pub(crate) async fn put_in(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        record: &Record,
    ) -> Result<bool, VaultError> {
        let answer = &record.answer;
        if !answer.write(self, &mut transaction).await? {
            return Ok(false);
        }
        for event in &record.events {
            events::insert(event, &mut transaction).await?;
        }
        if let (Some(attempt), Answer::Grant(change)) = (&record.login_attempt, answer) {
            let (grant, at) = change.granted();
            self.finish_in(&mut transaction, attempt, &LoginStatus::Done { grant }, at)
                .await?;
        }
        match answer {
            // Its row from before, put back, would be access again.
            Answer::Grant(change) if change.is_revocation() => {
                self.commit_in_next_epoch(transaction).await?;
            }
            _ => transaction.commit().await?,
        }
        if let Answer::Grant(change) = answer
            && !change.has_tokens()
            && let Err(error) = self.database().forget_old_pages().await
        {
            // `secure_delete` overwrote the pages; the log keeps the old ones until the next checkpoint.
            tracing::warn!(%error, "the journal could not be emptied");
        }
        Ok(true)
    }
}

impl Unsaved {
    /// The newest rows of this kind, picked by `of`.
    pub(crate) fn rows<R>(&self, of: impl Fn(&Answer) -> Option<R>) -> Vec<R> {
        self.entries()
            .all
            .iter()
            .filter_map(|entry| of(&entry.kept.answer))
            .collect()
    }

    /// The turn of a grant whose newest tokens are only here.
    pub(crate) fn lock_of(&self, id: &GrantId) -> Option<Arc<tokio::sync::Mutex<File>>> {
        let entries = self.entries();
        let of_grant = |entry: &&Entry| matches!(&entry.kept.answer, Answer::Grant(change) if change.id() == id.0);
        entries
            .all
            .iter()
            .find(of_grant)
            .and_then(|entry| entry.lock.clone())
    }

    /// It was taken away. True if it was here.
    pub(crate) fn forget(&self, table: &str, id: &str) -> bool {
        let mut entries = self.entries();
        let before = entries.all.len();
        entries
            .all
            .retain(|entry| (entry.kept.answer.table(), entry.kept.answer.id()) != (table, id));
        entries.all.len() < before
    }

    fn has(&self, answer: &Answer) -> bool {
        self.entries()
            .all
            .iter()
            .any(|entry| entry.kept.answer.is_same(answer))
    }

    fn put(&self, mut kept: Record, lock: Option<GrantLock>, is_durable: bool) {
        let mut entries = self.entries();
        entries.made += 1;
        let number = entries.made;
        let lock = lock
            .and_then(GrantLock::into_file)
            .map(|file| Arc::new(tokio::sync::Mutex::new(file)));
        if let Some(entry) = entries
            .all
            .iter_mut()
            .find(|entry| entry.kept.answer.is_same(&kept.answer))
        {
            // The file still holds what the first of them replaces.
            if let (Answer::Grant(new), Answer::Grant(old)) = (&mut kept.answer, &entry.kept.answer)
            {
                new.expected = old.expected;
            }
            kept.events = [std::mem::take(&mut entry.kept.events), kept.events].concat();
            kept.login_attempt = kept.login_attempt.or(entry.kept.login_attempt.take());
            *entry = Entry {
                number,
                kept,
                lock: entry.lock.take().or(lock),
                is_durable,
            };
        } else {
            entries.all.push(Entry {
                number,
                kept,
                lock,
                is_durable,
            });
        }
    }

    fn all(&self) -> Vec<(u64, Record)> {
        self.entries()
            .all
            .iter()
            .map(|entry| (entry.number, entry.kept.clone()))
            .collect()
    }

    fn remove(&self, number: u64) {
        self.entries().all.retain(|entry| entry.number != number);
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("table", &self.kept.answer.table())
            .finish_non_exhaustive()
    }
}
