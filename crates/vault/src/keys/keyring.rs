//! One entry of the OS keyring: Secret Service, Keychain, or Credential Manager, through `keyring`.
//!
//! Each call runs on a thread of its own with a time limit: a locked keyring with a display waits for its
//! password for as long as nobody types it.

use crate::Home;
use crate::keys::{KeyStore, KeyStoreError, VaultKey};
use keyring::v1::{Entry, Error};
use sha2::{Digest, Sha256};
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

const SERVICE: &str = "app.gatelodge.desktop";
const LIMIT_SECONDS: u64 = 15;

pub struct OsKeyring {
    user: String,
    limit: u64,
}

impl OsKeyring {
    /// The person's own vault has the plain name; a vault elsewhere has one of its own.
    pub fn new(home: &Home) -> Self {
        let user = if home.is_default() {
            "vault-key".to_owned()
        } else {
            let digest = Sha256::digest(home.dir().as_os_str().as_encoded_bytes());
            format!("vault-key-{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3])
        };
        Self { user, limit: LIMIT_SECONDS }
    }

    #[must_use]
    pub fn with_limit(mut self, seconds: u64) -> Self {
        self.limit = seconds;
        self
    }

    fn run<T: Send + 'static>(&self, work: impl FnOnce(Entry) -> Result<T, Error> + Send + 'static) -> Result<T, KeyStoreError> {
        let (answer, answered) = mpsc::channel();
        let user = self.user.clone();
        std::thread::spawn(move || {
            let outcome = match Entry::store_status() {
                Ok(()) => Entry::new(SERVICE, &user).and_then(work).map_err(|error| explain(&error)),
                Err(error) => Err(KeyStoreError::Absent(error.to_string())),
            };
            answer.send(outcome)
        });
        answered.recv_timeout(Duration::from_secs(self.limit)).unwrap_or(Err(KeyStoreError::Silent(self.limit)))
    }
}

impl KeyStore for OsKeyring {
    fn get(&self) -> Result<Option<VaultKey>, KeyStoreError> {
        let found = self.run(|entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })?;
        let key = |bytes: Zeroizing<Vec<u8>>| <[u8; 32]>::try_from(bytes.as_slice()).map(VaultKey::from_bytes);
        found.map(key).transpose().map_err(|_| KeyStoreError::Foreign)
    }

    fn put(&self, key: &VaultKey) -> Result<(), KeyStoreError> {
        let stored = key.clone();
        self.run(move |entry| entry.set_secret(stored.bytes()))?;
        // A keyring that forgets at once would lock the person out: it has to give the key back.
        match self.get()? {
            Some(kept) if kept.bytes() == key.bytes() => Ok(()),
            _ => Err(KeyStoreError::Locked("it did not give back what was stored".to_owned())),
        }
    }

    fn delete(&self) -> Result<(), KeyStoreError> {
        self.run(|entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            outcome => outcome,
        })
    }
}

fn explain(error: &Error) -> KeyStoreError {
    match error {
        Error::NoStorageAccess(_) => KeyStoreError::Locked(error.to_string()),
        _ => KeyStoreError::Absent(error.to_string()),
    }
}
