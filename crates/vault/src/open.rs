//! Opening a vault: what is there, which key it wants, and whether that key is the right one.

use crate::database::{Database, Found, look};
use crate::keys::{Kdf, KeyStore, Protection, VaultKey, key_in_file};
use crate::records::to_text;
use crate::seal::{Place, Sealer};
use crate::{Home, Inner, Vault, VaultError, new_id, random};
use oauth::secret::Secret;
use std::path::PathBuf;
use std::sync::Arc;

/// What the caller offers to open the vault with.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// The keyring, for a vault that has its key there; a new vault gets one there if it works.
    Auto,
    Passphrase(Secret),
    KeyFile(PathBuf),
}

/// What was found. Only [`Opening::Opened`] changed anything on the disk.
pub enum Opening {
    Opened(Vault),
    /// No vault, and no usable keyring: the person chooses how the key is kept.
    Absent {
        why: String,
    },
    Locked {
        protection: Protection,
    },
    KeyMissing {
        why: String,
    },
    KeyUnavailable {
        why: String,
    },
    Unusable {
        why: String,
    },
}

const CANARY: &str = "this key opens this vault";
const CANARY_PLACE: Place<'static> = Place { table: "vault", id: "1", column: "canary" };

impl Vault {
    pub async fn open(home: &Home, source: KeySource, key_store: Arc<dyn KeyStore>) -> Result<Opening, VaultError> {
        // One process at a time makes a vault, so that two first starts do not make two keys.
        let _turn = crate::lock::hold(home.locks().join("opening.lock"), std::time::Duration::from_secs(30)).await?;
        match look(home).await? {
            Found::Nothing => create(home, source, key_store).await,
            Found::Vault => open_existing(home, source, key_store).await,
            Found::Unusable(why) => Ok(Opening::Unusable { why }),
        }
    }
}

async fn create(home: &Home, source: KeySource, key_store: Arc<dyn KeyStore>) -> Result<Opening, VaultError> {
    let (key, protection, kdf) = match source {
        KeySource::Auto => {
            let key = VaultKey::from_bytes(random()?);
            let (store, kept) = (key_store, key.clone());
            // An entry without its vault is kept: the person may bring the file back.
            let stored = blocking(move || match store.get() {
                Ok(Some(known)) => Ok(known),
                Ok(None) => store.put(&kept).map(|()| kept),
                Err(error) => Err(error),
            })
            .await?;
            match stored {
                Ok(key) => (key, Protection::Keyring, None),
                Err(error) => return Ok(Opening::Absent { why: error.to_string() }),
            }
        }
        KeySource::Passphrase(passphrase) => {
            let kdf = Kdf::new()?;
            (derive(kdf.clone(), passphrase).await?, Protection::Passphrase, Some(kdf))
        }
        KeySource::KeyFile(path) => {
            let key = key_in_file(&path, true)?;
            (key.ok_or_else(|| VaultError::Format("no key was made".to_owned()))?, Protection::KeyFile, None)
        }
    };
    let sealer = Sealer::new(&key, new_id(), new_id())?;
    let kdf = kdf.map(|kdf| serde_json::to_string(&kdf)).transpose()?;
    // Made beside its place and moved there whole: a crash in between leaves no half vault.
    let unfinished = home.unfinished()?;
    let database = Database::open(&unfinished).await?;
    sqlx::query("INSERT INTO vault (one, id, key_id, protection, kdf, canary_sealed) VALUES (1, ?, ?, ?, ?, ?)")
        .bind(sealer.vault_id())
        .bind(sealer.key_id())
        .bind(to_text(&protection)?)
        .bind(kdf)
        .bind(sealer.seal(CANARY_PLACE, &Secret::new(CANARY))?)
        .execute(&database.pool)
        .await?;
    database.close().await?;
    std::fs::rename(unfinished.database(), home.database())
        .map_err(|error| VaultError::Folder { path: home.database().display().to_string(), why: error.to_string() })?;
    Ok(opened(home, Database::open(home).await?, sealer, protection))
}

async fn open_existing(home: &Home, source: KeySource, key_store: Arc<dyn KeyStore>) -> Result<Opening, VaultError> {
    let database = Database::open(home).await?;
    let (id, key_id, protection, kdf, canary): (String, String, String, Option<String>, Vec<u8>) =
        sqlx::query_as("SELECT id, key_id, protection, kdf, canary_sealed FROM vault").fetch_one(&database.pool).await?;
    let protection: Protection = serde_json::from_value(protection.into())?;
    let key = match (protection, source) {
        (Protection::Keyring, _) => match blocking(move || key_store.get()).await? {
            Ok(Some(key)) => key,
            Ok(None) => return Ok(Opening::KeyMissing { why: "the keyring has no entry for it".to_owned() }),
            Err(error) => return Ok(Opening::KeyUnavailable { why: error.to_string() }),
        },
        (Protection::Passphrase, KeySource::Passphrase(passphrase)) => {
            let kdf: Kdf = serde_json::from_str(&kdf.unwrap_or_default())?;
            derive(kdf, passphrase).await?
        }
        (Protection::KeyFile, KeySource::KeyFile(path)) => match key_in_file(&path, false)? {
            Some(key) => key,
            None => return Ok(Opening::KeyMissing { why: format!("there is no key file {}", path.display()) }),
        },
        (protection, _) => return Ok(Opening::Locked { protection }),
    };
    let sealer = Sealer::new(&key, id, key_id)?;
    match sealer.open(CANARY_PLACE, &canary) {
        Ok(_) => Ok(opened(home, database, sealer, protection)),
        Err(_) if protection == Protection::Passphrase => Err(VaultError::WrongPassphrase),
        Err(_) => Ok(Opening::KeyMissing { why: "the key that is there belongs to another vault".to_owned() }),
    }
}

fn opened(home: &Home, database: Database, sealer: Sealer, protection: Protection) -> Opening {
    Opening::Opened(Vault { inner: Arc::new(Inner { home: home.clone(), database, sealer, protection }) })
}

/// Argon2 takes a quarter of a second of one processor: not on an async thread.
async fn derive(kdf: Kdf, passphrase: Secret) -> Result<VaultKey, VaultError> {
    blocking(move || kdf.key(&passphrase)).await?
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, VaultError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| VaultError::Keyring(error.to_string()))
}
