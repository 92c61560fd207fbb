//! What issuers answered and the disk did not take yet. It is newer than the file, counts in every read of this process,
//! and is written as soon as that can be done.
//!
//! Where the vault's file takes nothing, a file of its own may ([`crate::unsaved_files`]).

use crate::lock::GrantLock;
use crate::response_row::{ResponseRow, UnsavedRecord};
use model::GrantId;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct Unsaved(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    all: Vec<Entry>,
    made: u64,
}

struct Entry {
    number: u64,
    kept: UnsavedRecord,
    /// No other process spends what this replaced.
    lock: Option<Arc<tokio::sync::Mutex<File>>>,
    /// It has a file of its own.
    is_durable: bool,
}

impl Unsaved {
    /// The newest rows of this kind, picked by `of`.
    pub(crate) fn rows<R>(&self, of: impl Fn(&ResponseRow) -> Option<R>) -> Vec<R> {
        self.entries()
            .all
            .iter()
            .filter_map(|entry| of(&entry.kept.answer))
            .collect()
    }

    /// The turn of a grant whose newest tokens are only here.
    pub(crate) fn lock_of(&self, id: &GrantId) -> Option<Arc<tokio::sync::Mutex<File>>> {
        let entries = self.entries();
        let of_grant = |entry: &&Entry| matches!(&entry.kept.answer, ResponseRow::Grant(change) if change.id() == id.0);
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

    pub(crate) fn has(&self, answer: &ResponseRow) -> bool {
        self.entries()
            .all
            .iter()
            .any(|entry| entry.kept.answer.is_same(answer))
    }

    pub(crate) fn put(&self, mut kept: UnsavedRecord, lock: Option<GrantLock>, is_durable: bool) {
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
            if let (ResponseRow::Grant(new), ResponseRow::Grant(old)) =
                (&mut kept.answer, &entry.kept.answer)
            {
                new.expected = old.expected;
            }
            kept.events = [std::mem::take(&mut entry.kept.events), kept.events].concat();
            kept.replaced = [std::mem::take(&mut entry.kept.replaced), kept.replaced].concat();
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

    pub(crate) fn all(&self) -> Vec<(u64, UnsavedRecord)> {
        self.entries()
            .all
            .iter()
            .map(|entry| (entry.number, entry.kept.clone()))
            .collect()
    }

    pub(crate) fn remove(&self, number: u64) {
        self.entries().all.retain(|entry| entry.number != number);
    }

    /// How many there are; and of them, how many would end with this process.
    pub(crate) fn count(&self) -> (usize, usize) {
        let entries = self.entries();
        (
            entries.all.len(),
            entries.all.iter().filter(|entry| !entry.is_durable).count(),
        )
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
