//! One host of a vault serves: who holds `endpoint.lock` does, and the file says where (docs/design.md#locks).
//!
//! The lock is the system's own on an open file: it goes when its holder ends, however it ends.

use crate::proof::Proof;
use broker::Home;
use messages::{Text, text};
use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What became of asking for the lock.
pub(crate) enum Claim {
    Ours(LockFile),
    Theirs(Holder),
}

/// The lock, held for as long as this lives.
pub(crate) struct LockFile(File);

/// The host that serves, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    program: String,
    process: u32,
    pub(crate) port: Option<u16>,
    pub(crate) socket: Option<PathBuf>,
    /// Whoever shows it can read the vault's folder ([`crate::person`]). Made anew at each start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proof: Option<Proof>,
}

/// How long to wait for a host that has just locked to write where it serves.
const PATIENCE: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// Of the host of this folder's vault.
pub(crate) fn path(home: &Home) -> PathBuf {
    home.dir().join("endpoint.lock")
}

pub(crate) async fn claim(path: &Path) -> io::Result<Claim> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mut file = File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?);
    for _ in 0..PATIENCE {
        match file.try_lock() {
            Ok(()) => {
                // What a host that crashed left behind.
                file.set_len(0)?;
                return Ok(Claim::Ours(LockFile(file)));
            }
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => {}
        }
        if let Some(holder) = read(&mut file)? {
            return Ok(Claim::Theirs(holder));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(Claim::Theirs(Holder::default()))
}

impl LockFile {
    /// Says where we serve. Where that cannot be written, other hosts still see that someone does.
    pub(crate) fn tell(&mut self, holder: &Holder) {
        let mut written = || {
            self.0
                .rewind()
                .and_then(|()| self.0.write_all(&serde_json::to_vec(holder)?))
        };
        if let Err(error) = written() {
            tracing::warn!(%error, "where the endpoint is could not be written down");
        }
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // The next one must not read where we were. It also empties the file itself.
        let _ = self.0.set_len(0);
    }
}

impl Holder {
    pub(crate) fn here(port: Option<u16>, socket: Option<PathBuf>, proof: Option<Proof>) -> Self {
        let program = std::env::current_exe().ok();
        let program = program
            .as_deref()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        Self {
            program: program.unwrap_or_else(|| "gatelodge".to_owned()),
            process: std::process::id(),
            port,
            socket,
            proof,
        }
    }

    /// Who serves, for a person whose own program does not. One that never wrote it down has no number.
    pub(crate) fn text(&self) -> Text {
        if self.process == 0 {
            return text::EndpointElsewhereUnknown.into();
        }
        text::EndpointElsewhere {
            program: oauth::uri::excerpt(&self.program),
            process: self.process.to_string(),
        }
        .into()
    }
}

/// Who serves, as the file says; its host may be gone.
pub(crate) fn holder(path: &Path) -> Option<Holder> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = rustix::fs::open(path, flags, Mode::empty()).ok()?;
    read(&mut File::from(file)).ok()?
}

/// None while its holder has not written all of it yet.
fn read(file: &mut File) -> io::Result<Option<Holder>> {
    let mut text = String::new();
    file.rewind()?;
    file.take(64 * 1024).read_to_string(&mut text)?;
    Ok(serde_json::from_str(&text).ok())
}

#[cfg(test)]
mod tests {
    use super::{Claim, Holder, claim};

    #[tokio::test]
    async fn one_claims_and_the_other_learns_where() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("endpoint.lock");
        std::fs::write(&path, "left by a crash").expect("written");
        let Claim::Ours(mut first) = claim(&path).await.expect("claimed") else {
            panic!("nobody else is there")
        };
        let holder = Holder::here(Some(4283), Some("/run/x".into()), None);
        first.tell(&holder);
        let Claim::Theirs(told) = claim(&path).await.expect("read") else {
            panic!("two hold one lock")
        };
        assert_eq!(told, holder);
        drop(first);
        assert!(matches!(
            claim(&path).await.expect("claimed"),
            Claim::Ours(_)
        ));
    }

    #[tokio::test]
    async fn a_link_in_its_place_is_not_followed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (path, target) = (
            folder.path().join("endpoint.lock"),
            folder.path().join("precious"),
        );
        std::fs::write(&target, "precious").expect("written");
        std::os::unix::fs::symlink(&target, &path).expect("linked");
        assert!(claim(&path).await.is_err());
        assert_eq!(std::fs::read_to_string(&target).expect("there"), "precious");
    }
}
