//! Answers that the vault's file did not take, each in a file of its own in `unsaved/`, sealed. So one outlives its process,
//! and whoever opens the vault next, or wants the grant's turn, puts it in its place.
//!
//! Each is sealed for the epoch in which it was written: a copy that someone kept brings back nothing that was taken away
//! since. Whoever begins the next epoch seals anew what lies there, as far as it is of nothing that was taken away.

use crate::response_row::{ResponseRow, UnsavedRecord};
use crate::seal::Place;
use crate::tables::{PROVIDERS, REGISTRATIONS, with_seal};
use crate::{Vault, VaultError};
use oauth::secret::Secret;
use sqlx::SqliteConnection;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// Nobody has it for longer than a few files take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much newer an answer may be than the file, where no keyring knows how new the newest file is.
const LATER_EPOCHS: i64 = 1024;

/// What lies beside the vault while an epoch ends.
#[derive(Default)]
pub(crate) struct UnsavedFiles {
    stays: Vec<UnsavedRecord>,
    goes: Vec<PathBuf>,
    /// Until it is sealed anew, nobody takes it for a stranger's.
    _turn: Option<File>,
}

impl ResponseRow {
    /// Whether what it is of is still there, in this transaction.
    async fn has_place(
        &self,
        vault: &Vault,
        connection: &mut SqliteConnection,
    ) -> Result<bool, VaultError> {
        let (table, select) = match self {
            Self::Grant(change) => return change.has_place(vault, connection).await,
            Self::Registration(_) => (
                &REGISTRATIONS,
                with_seal!("registrations NOT INDEXED WHERE id = ?"),
            ),
            Self::Provider(_) => (
                &PROVIDERS,
                with_seal!("identity_providers NOT INDEXED WHERE issuer = ?"),
            ),
        };
        let row = sqlx::query(select)
            .bind(self.id())
            .fetch_optional(connection)
            .await?;
        // Without a row it is a new one, and this is the only copy: whoever forgets one takes its file away by name.
        row.map_or(Ok(true), |row| vault.ours(table, &row))
    }
}

impl Vault {
    pub(crate) async fn put_aside(&self, record: &UnsavedRecord) -> Result<(), VaultError> {
        // Whoever begins the next epoch now seals this anew, or has done so before it is looked at. A disk that is full may
        // give no lock.
        let _turn = self.turn_aside().await.ok();
        // Also where the disk gives nothing either.
        let epoch = self.epoch_now().await.unwrap_or_else(|_| self.newest());
        self.write_aside(record, epoch)
    }

    pub(crate) fn forget_aside(&self, answer: &ResponseRow) {
        remove(&self.inner.home.aside().join(answer.file_name()));
    }

    /// Before an epoch ends, in the transaction that ends it: what lies beside the vault, and is still of something. What is
    /// `gone` is of nothing.
    pub(crate) async fn aside_in(
        &self,
        connection: &mut SqliteConnection,
        epoch: i64,
        gone: Option<&str>,
    ) -> Result<UnsavedFiles, VaultError> {
        // Also where nothing is there yet: what comes meanwhile would be sealed for the epoch that ends.
        let turn = self.turn_aside().await.ok();
        let (mut stays, mut goes) = (Vec::new(), Vec::new());
        for path in self.paths_aside() {
            let is_gone = gone.is_some_and(|name| path.ends_with(name));
            // What is newer than an older file, to which the person gives their word now, was of nothing that was taken away.
            match self.read_aside_of(&path, [epoch, self.newest()]) {
                Some(record) if !is_gone && record.answer.has_place(self, connection).await? => {
                    stays.push(record);
                }
                _ => goes.push(path),
            }
        }
        Ok(UnsavedFiles {
            stays,
            goes,
            _turn: turn,
        })
    }

    /// After it: sealed for the next one.
    pub(crate) fn seal_aside(&self, aside: UnsavedFiles, epoch: i64) {
        for record in aside.stays {
            if let Err(error) = self.write_aside(&record, epoch) {
                tracing::warn!(%error, "what an issuer answered may be lost with the process that has it");
            }
        }
        aside.goes.iter().for_each(|path| remove(path));
    }

    /// No vault wrote it, or not in this epoch; unless somebody has begun that just now, and is about to seal it anew. What
    /// is of a later epoch than the file stays: someone put an older file in the newest one's place.
    pub(crate) async fn discard(&self, path: &Path) -> Result<(), VaultError> {
        let _turn = self.turn_aside().await?;
        let epoch = self.epoch_now().await?;
        let latest = self.newest().max(epoch + LATER_EPOCHS);
        if self.read_aside_of(path, epoch..=latest).is_none() {
            tracing::warn!(
                "what lay beside the vault is none of its own, or of something that was taken away"
            );
            remove(path);
        }
        Ok(())
    }

    async fn turn_aside(&self) -> Result<File, VaultError> {
        crate::lock::hold(self.inner.home.locks().join("unsaved.lock"), PATIENCE).await
    }

    pub(crate) fn paths_aside(&self) -> Vec<PathBuf> {
        let Ok(folder) = std::fs::read_dir(self.inner.home.aside()) else {
            return Vec::new();
        };
        folder
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_none())
            .collect()
    }

    /// None if it is not as this vault wrote it in this epoch.
    pub(crate) fn read_aside(&self, path: &Path, epoch: i64) -> Option<UnsavedRecord> {
        self.read_aside_of(path, [epoch])
    }

    /// The same for one of these epochs.
    fn read_aside_of(
        &self,
        path: &Path,
        epochs: impl IntoIterator<Item = i64>,
    ) -> Option<UnsavedRecord> {
        let name = path.file_name()?.to_str()?;
        let sealed = std::fs::read(path).ok()?;
        let text = epochs.into_iter().find_map(|epoch| {
            let epoch = epoch.to_string();
            self.sealer().open(place(name, &epoch), &sealed).ok()
        })?;
        serde_json::from_str(text.expose()).ok()
    }

    fn write_aside(&self, record: &UnsavedRecord, epoch: i64) -> Result<(), VaultError> {
        let folder = self.inner.home.aside();
        let failed = VaultError::of_file;
        let name = record.answer.file_name();
        let text = Zeroizing::new(serde_json::to_string(record)?);
        let sealed = self.sealer().seal(
            place(&name, &epoch.to_string()),
            &Secret::new(text.as_str()),
        )?;
        match make_folder(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        let (path, new) = (folder.join(&name), folder.join(format!("{name}.new")));
        let written = crate::room::private(&new).and_then(|mut file| {
            file.write_all(&sealed)?;
            file.sync_all()?;
            std::fs::rename(&new, &path)
        });
        written.map_err(failed)?;
        #[cfg(unix)]
        File::open(&folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        Ok(())
    }
}

fn place<'a>(name: &'a str, epoch: &'a str) -> Place<'a> {
    Place {
        table: "unsaved",
        id: name,
        column: "answer",
        facts: epoch,
    }
}

pub(crate) fn remove(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, "a file beside the vault stays");
        }
        _ => {}
    }
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
