//! Opening a vault: what is there, which key it wants, and whether that key is the right one.

use crate::database::{Access, Database, Found, Header, look};
use crate::epoch::Epoch;
use crate::keys::{Kdf, KeyStore, KeyStoreError, Protection, VaultKey, key_in_file};
use crate::records::to_text;
use crate::seal::Sealer;
use crate::{Home, Inner, Vault, VaultError, new_id, random};
use oauth::secret::Secret;
use std::path::{Path, PathBuf};
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
#[derive(Debug)]
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

impl Vault {
    pub async fn open(home: &Home, source: KeySource, key_store: Arc<dyn KeyStore>) -> Result<Opening, VaultError> {
        if let Found::Nothing = look(home).await? {
            if let Some(obstacle) = home.obstacle() {
                return Err(obstacle.into());
            }
            // One process at a time makes a vault, so that two first starts do not make two keys.
            let _turn = turn(home).await?;
            if let Found::Nothing = look(home).await? {
                return create(home, source, key_store).await;
            }
        }
        match look(home).await? {
            Found::Vault(header, access) => open_existing(home, header, access, source, key_store).await,
            Found::Unusable(why) => Ok(Opening::Unusable { why }),
            Found::Nothing => Ok(Opening::Unusable { why: format!("{} was removed just now", home.database().display()) }),
        }
    }
}

/// Held while a vault is made or brought to this version.
async fn turn(home: &Home) -> Result<std::fs::File, VaultError> {
    let turn = crate::lock::hold(home.locks().join("opening.lock"), std::time::Duration::from_secs(30)).await;
    turn.map_err(|error| if let VaultError::LockTimeout = error { VaultError::Busy } else { error })
}

async fn create(home: &Home, source: KeySource, key_store: Arc<dyn KeyStore>) -> Result<Opening, VaultError> {
    // Older than every file that this key was used for before.
    let mut epoch = 1;
    let (key, protection, kdf) = match source {
        KeySource::Auto => {
            let key = VaultKey::from_bytes(random()?);
            let (store, kept) = (key_store.clone(), key.clone());
            // An entry without its vault is kept: the person may bring the file back.
            let stored = blocking(move || {
                store.probe()?;
                match store.get()? {
                    Some(known) => Ok::<_, KeyStoreError>((known, store.epoch()?)),
                    None => store.put(&kept).map(|()| (kept, None)),
                }
            })
            .await?;
            match stored {
                Ok((key, used)) => {
                    epoch += used.unwrap_or_default();
                    (key, Protection::Keyring, None)
                }
                Err(error) => return Ok(Opening::Absent { why: error.to_string() }),
            }
        }
        KeySource::Passphrase(passphrase) if passphrase.expose().is_empty() => return Err(VaultError::EmptyPassphrase),
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
    if let Err(error) = finish(&unfinished, home, &sealer, protection, kdf, epoch).await {
        // Nothing is left behind that takes up room.
        home.unfinished()?;
        return Err(error);
    }
    opened(home, Access::ReadWrite, sealer, protection, key_store).await
}

async fn finish(
    unfinished: &Home,
    home: &Home,
    sealer: &Sealer,
    protection: Protection,
    kdf: Option<String>,
    epoch: i64,
) -> Result<(), VaultError> {
    let database = Database::make(unfinished).await?;
    sqlx::query(
        "INSERT INTO vault (one, id, key_id, protection, kdf, canary_sealed, epoch, epoch_sealed) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
    )
        .bind(sealer.vault_id())
        .bind(sealer.key_id())
        .bind(to_text(&protection)?)
        .bind(kdf)
        .bind(sealer.canary()?)
        .bind(epoch)
        .bind(sealer.seal_epoch(epoch)?)
        .execute(&database.pool)
        .await?;
    database.close().await?;
    put_in_place(unfinished.database(), home)
        .map_err(|error| VaultError::Folder { path: home.database().display().to_string(), why: error.to_string() })
}

/// After this returns, a power cut leaves the whole vault.
fn put_in_place(unfinished: &Path, home: &Home) -> std::io::Result<()> {
    std::fs::File::open(unfinished)?.sync_all()?;
    std::fs::rename(unfinished, home.database())?;
    #[cfg(unix)]
    std::fs::File::open(home.dir())?.sync_all()?;
    Ok(())
}

/// Nothing is written before the key has proved to be the right one.
async fn open_existing(
    home: &Home,
    header: Header,
    access: Access,
    source: KeySource,
    key_store: Arc<dyn KeyStore>,
) -> Result<Opening, VaultError> {
    let unusable = |why: &str| Ok(Opening::Unusable { why: format!("{}: {why}", home.database().display()) });
    let Ok(protection) = serde_json::from_value(header.protection.into()) else {
        return unusable("its key is kept in a way that this version does not know");
    };
    let store = key_store.clone();
    let key = match (protection, source) {
        (Protection::Keyring, _) => match blocking(move || from_keyring(&*store)).await? {
            Ok(Some(key)) => key,
            Ok(None) => return Ok(Opening::KeyMissing { why: "the keyring has no entry for it".to_owned() }),
            Err(error @ KeyStoreError::Foreign) => return Ok(Opening::KeyMissing { why: error.to_string() }),
            Err(error) => return Ok(Opening::KeyUnavailable { why: error.to_string() }),
        },
        (Protection::Passphrase, KeySource::Passphrase(passphrase)) => {
            match serde_json::from_str::<Kdf>(&header.kdf.unwrap_or_default()) {
                Ok(kdf) if kdf.is_acceptable() => derive(kdf, passphrase).await?,
                _ => return unusable("its passphrase parameters were lowered, or are not known to this version"),
            }
        }
        (Protection::KeyFile, KeySource::KeyFile(path)) => match key_in_file(&path, false) {
            Ok(Some(key)) => key,
            Ok(None) => return Ok(Opening::KeyMissing { why: format!("there is no key file {}", path.display()) }),
            Err(error) => return Ok(Opening::KeyUnavailable { why: error.to_string() }),
        },
        (protection, _) => return Ok(Opening::Locked { protection }),
    };
    let sealer = Sealer::new(&key, header.id, header.key_id)?;
    if !sealer.opens_canary(&header.canary_sealed) {
        return match protection {
            Protection::Passphrase => Err(VaultError::WrongPassphrase),
            _ => Ok(Opening::KeyMissing { why: "the key that is there belongs to another vault".to_owned() }),
        };
    }
    if access != Access::ReadWrite {
        return opened(home, access, sealer, protection, key_store).await;
    }
    if let Some(why) = home.fault_in_writing() {
        return Ok(Opening::Unusable { why });
    }
    let _turn = turn(home).await?;
    opened(home, access, sealer, protection, key_store).await
}

/// A keyring that is locked or half set up says "no entry", too.
fn from_keyring(key_store: &dyn KeyStore) -> Result<Option<VaultKey>, KeyStoreError> {
    match key_store.get()? {
        Some(key) => Ok(Some(key)),
        None => key_store.probe().map(|()| None),
    }
}

/// Brings the file to this version, and looks whether it is the newest that is known. What processes before left beside it is
/// put in its place, and room is held for what may come.
async fn opened(
    home: &Home,
    access: Access,
    sealer: Sealer,
    protection: Protection,
    store: Arc<dyn KeyStore>,
) -> Result<Opening, VaultError> {
    let store = Some(store).filter(|_| protection == Protection::Keyring);
    let asked = store.clone();
    let known = match blocking(move || asked.map_or(Ok(None), |store| store.epoch())).await? {
        Ok(known) => known,
        Err(error) => return Ok(Opening::KeyUnavailable { why: error.to_string() }),
    };
    let database = Database::open(home, access).await.map_err(|error| home.explained(error))?;
    let epoch = Epoch::new(store);
    let vault = Vault { inner: Arc::new(Inner { home: home.clone(), database, sealer, protection, epoch }) };
    match vault.settle(known).await? {
        Ok(()) => {
            if access == Access::ReadWrite {
                vault.put_all_back().await;
                if let Err(error) = vault.fill_room().await {
                    tracing::info!(%error, "no room is held for answers yet");
                }
            }
            Ok(Opening::Opened(vault))
        }
        Err(why) => {
            vault.close().await;
            Ok(Opening::Unusable { why: format!("{}: {why}", home.database().display()) })
        }
    }
}

/// Argon2 takes a quarter of a second of one processor: not on an async thread.
async fn derive(kdf: Kdf, passphrase: Secret) -> Result<VaultKey, VaultError> {
    blocking(move || kdf.key(&passphrase)).await?
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, VaultError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| VaultError::Keyring(error.to_string()))
}
