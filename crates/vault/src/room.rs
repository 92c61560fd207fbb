//! Room on the disk for what an issuer answers, held before it is asked: its answer may be the only copy of a login.
//!
//! A file beside the vault takes up the room, and gives it back when the vault finds none. What is in it is random: a file
//! system that packs or shares what is alike would hold nothing free for it.

use crate::randomness::random;
use crate::{Home, Vault, VaultError};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Several logins kept at once, with the pages that the journal takes for each (about 32 KiB), and its index.
const SIZE: u64 = 256 * 1024;
const CHUNK: usize = 4096;

impl Vault {
    /// Takes up the room, where there is some.
    pub(crate) async fn fill_room(&self) -> Result<(), VaultError> {
        let home = self.inner.home.clone();
        let filled = tokio::task::spawn_blocking(move || home.fill_room()).await;
        filled.map_err(|error| VaultError::Disk(error.into()))?
    }

    /// Gives it back: what is to be kept now needs it.
    pub(crate) async fn give_room(&self) {
        self.inner.home.give_room();
        if let Err(error) = self.database().forget_old_pages().await {
            tracing::debug!(%error, "the journal could not be emptied");
        }
    }
}

impl Home {
    pub(crate) fn holds_room(&self) -> bool {
        std::fs::symlink_metadata(self.room())
            .is_ok_and(|found| found.is_file() && found.len() == SIZE)
    }

    /// All of it or nothing.
    fn fill_room(&self) -> Result<(), VaultError> {
        if self.holds_room() {
            return Ok(());
        }
        if let Some(obstacle) = self.obstacle_to(SIZE) {
            return Err(obstacle.into());
        }
        filled(&self.room()).inspect_err(|_| self.give_room())
    }

    fn give_room(&self) {
        let emptied = OpenOptions::new()
            .write(true)
            .open(self.room())
            .and_then(|file| file.set_len(0));
        if let Err(error) = emptied {
            tracing::debug!(%error, "no room was held");
        }
    }
}

fn filled(path: &Path) -> Result<(), VaultError> {
    let failed = VaultError::of_file;
    let mut file = private(path).map_err(failed)?;
    for _ in 0..SIZE / CHUNK as u64 {
        file.write_all(&random::<CHUNK>()?).map_err(failed)?;
    }
    file.sync_all().map_err(failed)
}

/// Made anew, for its owner only.
pub(crate) fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    #[cfg(target_os = "linux")]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NOFOLLOW.bits().cast_signed(),
    );
    options.open(path)
}
