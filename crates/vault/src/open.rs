//! Opening a vault: what is there, which key it wants, and whether that key is the right one.

use crate::database::{Access, Database, Found, Header, look};
use crate::epoch::Epoch;
use crate::keys::{
    Kdf, KeyStore, KeyStoreError, LEAST_PASSPHRASE, Protection, VaultKey, key_in_file,
};
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
    /// No vault, and its key is still there: the person brings the file back, or says that a new one shall be made.
    Gone {
        why: String,
    },
    Locked {
        protection: Protection,
    },
    KeyMissing {
        protection: Protection,
        why: String,
    },
    KeyUnavailable {
        protection: Protection,
        why: String,
    },
    Unusable {
        why: String,
    },
}

impl Vault {
    /// Opens the vault, or makes one where there never was one.
    pub async fn open(
        home: &Home,
        source: KeySource,
        key_store: Arc<dyn KeyStore>,
    ) -> Result<Opening, VaultError> {
        Self::open_or_make(home, source, key_store, false).await
    }

    /// Opens the vault, or makes one: the person said so, whatever became of an earlier one.
    pub async fn make(
        home: &Home,
        source: KeySource,
        key_store: Arc<dyn KeyStore>,
    ) -> Result<Opening, VaultError> {
        Self::open_or_make(home, source, key_store, true).await
    }

    async fn open_or_make(
        home: &Home,
        source: KeySource,
        key_store: Arc<dyn KeyStore>,
        anew: bool,
    ) -> Result<Opening, VaultError> {
        let mut found = look(home).await?;
        if let Found::Nothing = found {
            if let Some(obstacle) = home.obstacle() {
                return Err(obstacle.into());
            }
            // One process at a time makes a vault, so that two first starts do not make two keys.
            let _turn = turn(home).await?;
            found = look(home).await?;
            if let Found::Nothing = found {
                return create(home, source, key_store, anew).await;
            }
        }
        match found {
            Found::Vault(header, access) => {
                open_existing(home, header, access, source, key_store).await
            }
            Found::Unusable(why) => Ok(Opening::Unusable { why }),
            Found::Nothing => Ok(Opening::Unusable {
                why: format!("{} was removed just now", home.database().display()),
            }),
        }
    }
}

/// Held while a vault is made or brought to this version.
async fn turn(home: &Home) -> Result<std::fs::File, VaultError> {
    let turn = crate::lock::hold(
        home.locks().join("opening.lock"),
        std::time::Duration::from_secs(30),
    )
    .await;
    turn.map_err(|error| {
        if let VaultError::LockTimeout = error {
            VaultError::Busy
        } else {
            error
        }
    })
}

async fn create(
    home: &Home,
    source: KeySource,
    key_store: Arc<dyn KeyStore>,
    anew: bool,
) -> Result<Opening, VaultError> {
    // A crash while the first one was made leaves its key, too: that is no vault that is gone.
    if !anew
        && !home.has_unfinished()
        && let Some(kept) = known_key(home, &source, key_store.clone()).await?
    {
        let path = home.database().display();
        return Ok(Opening::Gone {
            why: format!("the vault that was at {path} is gone, and {kept}"),
        });
    }
    // Made beside its place and moved there whole: a crash in between leaves no half vault.
    let unfinished = home.unfinished()?;
    let made = make_file(&unfinished, home, source, key_store.clone()).await;
    if !matches!(made, Ok(Ok(_))) {
        // Nothing is left behind that takes up room.
        home.unfinished()?;
    }
    match made? {
        Ok((sealer, protection)) => {
            opened(home, Access::ReadWrite, sealer, protection, key_store).await
        }
        Err(why) => Ok(Opening::Absent { why }),
    }
}

/// The file first, and the key when it has its place: a disk that is full leaves no key without a vault. The inner error says
/// why no keyring can be used.
async fn make_file(
    unfinished: &Home,
    home: &Home,
    source: KeySource,
    key_store: Arc<dyn KeyStore>,
) -> Result<Result<(Sealer, Protection), String>, VaultError> {
    let database = Database::make(unfinished).await?;
    let key = match new_key(source, key_store).await {
        Ok(Ok(key)) => key,
        other => {
            database.close().await;
            return other.map(|key| Err(key.err().unwrap_or_default()));
        }
    };
    let sealer = Sealer::new(&key.key, new_id(), new_id())?;
    finish(database, unfinished, home, &sealer, &key).await?;
    Ok(Ok((sealer, key.protection)))
}

async fn finish(
    database: Database,
    unfinished: &Home,
    home: &Home,
    sealer: &Sealer,
    key: &NewKey,
) -> Result<(), VaultError> {
    let kdf = key.kdf.as_ref().map(serde_json::to_string).transpose()?;
    sqlx::query(
        "INSERT INTO vault (one, id, key_id, protection, kdf, canary_sealed, epoch, epoch_sealed) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(sealer.vault_id())
    .bind(sealer.key_id())
    .bind(to_text(&key.protection)?)
    .bind(kdf)
    .bind(sealer.canary()?)
    .bind(key.epoch)
    .bind(sealer.seal_epoch(key.epoch)?)
    .execute(&database.writer().await?)
    .await?;
    // All of it is in the file that is moved, and nothing in a journal that is not.
    database.forget_old_pages().await?;
    database.close().await;
    put_in_place(unfinished.database(), home).map_err(|error| VaultError::Folder {
        path: home.database().display().to_string(),
        why: error.to_string(),
    })
}

/// What is still there of an earlier vault.
async fn known_key(
    home: &Home,
    source: &KeySource,
    key_store: Arc<dyn KeyStore>,
) -> Result<Option<String>, VaultError> {
    Ok(match source {
        // A keyring that cannot be asked has its say later.
        KeySource::Auto => {
            let known = blocking(move || key_store.get().ok().flatten().is_some()).await?;
            known.then(|| "its key is still in the keyring".to_owned())
        }
        // A key of the person's own may be named before there is a vault: the file alone says nothing of an earlier one.
        KeySource::KeyFile(path) => (path.exists() && home.has_traces())
            .then(|| format!("its key is still in {}", path.display())),
        KeySource::Passphrase(_) => home
            .has_traces()
            .then(|| "what was beside it is still there".to_owned()),
    })
}

/// What a new vault is sealed with.
struct NewKey {
    key: VaultKey,
    protection: Protection,
    kdf: Option<Kdf>,
    epoch: i64,
}

/// The inner error says why no keyring can be used.
async fn new_key(
    source: KeySource,
    key_store: Arc<dyn KeyStore>,
) -> Result<Result<NewKey, String>, VaultError> {
    let new = |key, protection, kdf| NewKey {
        key,
        protection,
        kdf,
        epoch: 1,
    };
    Ok(Ok(match source {
        KeySource::Auto => {
            let key = VaultKey::from_bytes(random()?);
            // An entry without its vault is kept: the person may bring the file back.
            let stored = blocking(move || {
                key_store.probe()?;
                match key_store.get()? {
                    Some(known) => Ok::<_, KeyStoreError>((known, key_store.epoch()?)),
                    None => key_store.put(&key).map(|()| (key, None)),
                }
            });
            match stored.await? {
                // Older than it is every file that this key was used for before.
                Ok((key, used)) => NewKey {
                    epoch: 1 + used.unwrap_or_default(),
                    ..new(key, Protection::Keyring, None)
                },
                Err(error) => return Ok(Err(error.to_string())),
            }
        }
        KeySource::Passphrase(passphrase)
            if passphrase.expose().chars().count() < LEAST_PASSPHRASE =>
        {
            return Err(VaultError::ShortPassphrase);
        }
        KeySource::Passphrase(passphrase) => {
            let kdf = Kdf::new()?;
            new(
                derive(kdf.clone(), passphrase).await?,
                Protection::Passphrase,
                Some(kdf),
            )
        }
        KeySource::KeyFile(path) => {
            let key = key_in_file(&path, true)?;
            let key = key.ok_or_else(|| VaultError::Format("no key was made".to_owned()))?;
            new(key, Protection::KeyFile, None)
        }
    }))
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
    let unusable = |why: &str| {
        Ok(Opening::Unusable {
            why: format!("{}: {why}", home.database().display()),
        })
    };
    let Ok(protection) = serde_json::from_value(header.protection.into()) else {
        return unusable("its key is kept in a way that this version does not know");
    };
    let store = key_store.clone();
    let key = match (protection, source) {
        (Protection::Keyring, _) => match blocking(move || from_keyring(&*store)).await? {
            Ok(Some(key)) => key,
            Ok(None) => {
                return Ok(Opening::KeyMissing {
                    protection,
                    why: "the keyring has no entry for it".to_owned(),
                });
            }
            Err(error @ KeyStoreError::Foreign) => {
                return Ok(Opening::KeyMissing {
                    protection,
                    why: error.to_string(),
                });
            }
            Err(error) => {
                return Ok(Opening::KeyUnavailable {
                    protection,
                    why: error.to_string(),
                });
            }
        },
        (Protection::Passphrase, KeySource::Passphrase(passphrase)) => {
            match serde_json::from_str::<Kdf>(&header.kdf.unwrap_or_default()) {
                Ok(kdf) if kdf.is_acceptable() => derive(kdf, passphrase).await?,
                _ => {
                    return unusable(
                        "its passphrase parameters were lowered, or are not known to this version",
                    );
                }
            }
        }
        (Protection::KeyFile, KeySource::KeyFile(path)) => match key_in_file(&path, false) {
            Ok(Some(key)) => key,
            Ok(None) => {
                return Ok(Opening::KeyMissing {
                    protection,
                    why: format!("there is no key file {}", path.display()),
                });
            }
            Err(error) => {
                return Ok(Opening::KeyUnavailable {
                    protection,
                    why: error.to_string(),
                });
            }
        },
        (protection, _) => return Ok(Opening::Locked { protection }),
    };
    let sealer = Sealer::new(&key, header.id, header.key_id)?;
    if !sealer.opens_canary(&header.canary_sealed) {
        return match protection {
            Protection::Passphrase => Err(VaultError::WrongPassphrase),
            _ => Ok(Opening::KeyMissing {
                protection,
                why: "the key that is there belongs to another vault".to_owned(),
            }),
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
        Err(error) => {
            return Ok(Opening::KeyUnavailable {
                protection,
                why: error.to_string(),
            });
        }
    };
    let database = match Database::open(home, access).await {
        Ok(database) => database,
        Err(VaultError::Schema(why)) => {
            return Ok(Opening::Unusable {
                why: format!("{}: {why}", home.database().display()),
            });
        }
        Err(error) => return Err(home.explained(error)),
    };
    let epoch = Epoch::new(store);
    let vault = Vault {
        inner: Arc::new(Inner {
            home: home.clone(),
            database,
            sealer,
            protection,
            epoch,
        }),
    };
    match vault.settle(known).await? {
        Ok(()) => {
            if access == Access::ReadWrite {
                vault.bring_logins_along().await?;
                vault.put_all_back().await;
                if let Err(error) = vault.fill_room().await {
                    tracing::info!(%error, "no room is held for answers yet");
                }
            }
            Ok(Opening::Opened(vault))
        }
        Err(why) => {
            vault.close().await;
            Ok(Opening::Unusable {
                why: format!("{}: {why}", home.database().display()),
            })
        }
    }
}

/// Argon2 takes a quarter of a second of one processor: not on an async thread.
async fn derive(kdf: Kdf, passphrase: Secret) -> Result<VaultKey, VaultError> {
    blocking(move || kdf.key(&passphrase)).await?
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, VaultError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| VaultError::Keyring(error.to_string()))
}
