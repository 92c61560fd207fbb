//! One entry of the OS keyring: Secret Service, Keychain, or Credential Manager, through `keyring`.
//!
//! A locked keyring with a display waits for its password for as long as nobody types it. So each call runs on
//! a thread of its own and is waited for only so long; one that is still blocked is waited for again before
//! another is made, so that a second window does not open over the first.

use crate::Home;
use crate::keys::key::VaultKey;
use crate::keys::store::{KeyStore, KeyStoreError};
use keyring::v1::{Entry, Error};
use model::KeyringAnswer;
use sha2::{Digest, Sha256};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

const SERVICE: &str = "app.gatelodge.desktop";
const LIMIT_SECONDS: u64 = 5;

/// The entries of one vault in the OS keyring.
pub struct OsKeyring {
    user: String,
    /// The entry of the epoch. The key's own entry is never written again: a write that fails could take the key.
    epoch_user: String,
    limit: u64,
    /// The call that was last given up on.
    blocked: Mutex<Option<Blocked>>,
}

struct Blocked {
    /// Says whether it went through, when it ends.
    end: Receiver<bool>,
    outcome: Option<bool>,
}

impl Blocked {
    /// None while it still waits.
    fn outcome(&mut self, limit: Duration) -> Option<bool> {
        self.outcome = self.outcome.or_else(|| match self.end.recv_timeout(limit) {
            Ok(went_through) => Some(went_through),
            Err(RecvTimeoutError::Disconnected) => Some(false),
            Err(RecvTimeoutError::Timeout) => None,
        });
        self.outcome
    }
}

impl OsKeyring {
    /// The person's own vault has the plain name; a vault elsewhere has one of its own.
    pub fn new(home: &Home) -> Self {
        let suffix = if home.is_default() {
            String::new()
        } else {
            let digest = Sha256::digest(home.dir().as_os_str().as_encoded_bytes());
            format!(
                "-{:02x}{:02x}{:02x}{:02x}",
                digest[0], digest[1], digest[2], digest[3]
            )
        };
        let (user, epoch_user) = (format!("vault-key{suffix}"), format!("vault-epoch{suffix}"));
        Self {
            user,
            epoch_user,
            limit: LIMIT_SECONDS,
            blocked: Mutex::new(None),
        }
    }

    /// Waits no longer than this for one call.
    #[must_use]
    pub fn with_limit(mut self, seconds: u64) -> Self {
        self.limit = seconds;
        self
    }

    fn run<T: Send + 'static>(
        &self,
        user: &str,
        work: impl FnOnce(Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let limit = Duration::from_secs(self.limit);
        let mut blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        if blocked
            .as_mut()
            .is_some_and(|earlier| earlier.outcome(limit).is_none())
        {
            return Err(KeyStoreError::Silent(self.limit));
        }
        *blocked = None;
        let (answer, answered) = channel();
        let (end, ended) = channel();
        let user = user.to_owned();
        let call = move || {
            let outcome = match Entry::store_status() {
                Ok(()) => Entry::new(SERVICE, &user).and_then(work).map_err(explain),
                Err(error) => Err(KeyStoreError::Absent(root_of(error))),
            };
            let went_through = outcome.is_ok();
            // Nobody may be listening any more; then a key that was read is wiped here.
            let _ = answer.send(outcome);
            let _ = end.send(went_through);
        };
        let started = std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(call);
        started.map_err(|error| KeyStoreError::Absent(error.to_string()))?;
        match answered.recv_timeout(limit) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Disconnected) => Err(KeyStoreError::Failed),
            Err(RecvTimeoutError::Timeout) => {
                *blocked = Some(Blocked {
                    end: ended,
                    outcome: None,
                });
                Err(KeyStoreError::Silent(self.limit))
            }
        }
    }

    fn read(&self, user: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        self.run(user, |entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn remove(&self, user: &str) -> Result<(), KeyStoreError> {
        self.run(user, |entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            outcome => outcome,
        })
    }
}

impl KeyStore for OsKeyring {
    fn get(&self) -> Result<Option<VaultKey>, KeyStoreError> {
        let key = |bytes: Zeroizing<Vec<u8>>| {
            <[u8; 32]>::try_from(bytes.as_slice()).map(VaultKey::from_bytes)
        };
        self.read(&self.user)?
            .map(key)
            .transpose()
            .map_err(|_| KeyStoreError::Foreign)
    }

    fn put(&self, key: &VaultKey) -> Result<(), KeyStoreError> {
        let stored = key.clone();
        self.run(&self.user, move |entry| entry.set_secret(stored.bytes()))?;
        // A keyring that forgets at once would lock the person out: it has to give the key back.
        match self.get()? {
            Some(kept) if kept.bytes() == key.bytes() => Ok(()),
            _ => Err(KeyStoreError::Forgetful),
        }
    }

    fn epoch(&self) -> Result<Option<i64>, KeyStoreError> {
        let number = |bytes: Zeroizing<Vec<u8>>| std::str::from_utf8(&bytes).ok()?.parse().ok();
        self.read(&self.epoch_user)?
            .map(|bytes| number(bytes).ok_or(KeyStoreError::Foreign))
            .transpose()
    }

    fn put_epoch(&self, epoch: i64) -> Result<(), KeyStoreError> {
        self.run(&self.epoch_user, move |entry| {
            entry.set_secret(epoch.to_string().as_bytes())
        })
    }

    fn unanswered(&self) -> Option<KeyringAnswer> {
        // Whoever holds the lock waits for it right now.
        let Ok(mut blocked) = self.blocked.try_lock() else {
            return Some(KeyringAnswer::Waiting);
        };
        match blocked
            .as_mut()
            .map(|earlier| earlier.outcome(Duration::ZERO))
        {
            Some(None) => Some(KeyringAnswer::Waiting),
            Some(Some(true)) => Some(KeyringAnswer::Unlocked),
            Some(Some(false)) | None => None,
        }
    }

    /// Writes, reads and deletes an entry beside the real one.
    fn probe(&self) -> Result<(), KeyStoreError> {
        let (user, canary) = (
            format!("{}-probe-{}", self.user, crate::randomness::new_id()),
            crate::randomness::new_id(),
        );
        let written = canary.clone();
        self.run(&user, move |entry| entry.set_secret(written.as_bytes()))?;
        let read = self.read(&user);
        self.remove(&user)?;
        if read?.is_some_and(|kept| kept.as_slice() == canary.as_bytes()) {
            Ok(())
        } else {
            Err(KeyStoreError::Forgetful)
        }
    }
}

fn explain(error: Error) -> KeyStoreError {
    match error {
        Error::NoStorageAccess(_) => KeyStoreError::Locked(root_of(&error)),
        Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            KeyStoreError::Foreign
        }
        error => KeyStoreError::Absent(root_of(&error)),
    }
}

/// The outer errors only say that something failed.
fn root_of(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Blocked, OsKeyring};
    use crate::Home;
    use crate::keys::store::KeyStore;
    use model::KeyringAnswer;
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    #[test]
    fn a_call_that_was_given_up_on_tells_how_it_ended() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Home::new(folder.path().join("home")).expect("a home");
        let keyring = |blocked| OsKeyring {
            blocked: Mutex::new(blocked),
            ..OsKeyring::new(&home)
        };
        assert_eq!(keyring(None).unanswered(), None);
        for (told, expected) in [
            (Some(true), Some(KeyringAnswer::Unlocked)),
            (Some(false), None),
            (None, None),
        ] {
            let (sender, end) = channel();
            let asked = keyring(Some(Blocked { end, outcome: None }));
            assert_eq!(asked.unanswered(), Some(KeyringAnswer::Waiting));
            if let Some(went_through) = told {
                sender.send(went_through).expect("it is listened to");
            }
            drop(sender);
            // However often somebody looks.
            assert_eq!([asked.unanswered(), asked.unanswered()], [expected; 2]);
        }
    }
}
