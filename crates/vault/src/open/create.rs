//! Makes a vault.

use crate::database::Database;
use crate::keys::file::key_of_new_vault;
use crate::keys::key::{LEAST_PASSPHRASE, VaultKey};
use crate::keys::passphrase::Kdf;
use crate::keys::store::{KeyStore, KeyStoreError};
use crate::open::blocking::{blocking, derive};
use crate::open::opened::opened;
use crate::open::result::{KeySource, OpenResult};
use crate::options::Access;
use crate::randomness::{new_id, random};
use crate::records::to_text;
use crate::seal::Sealer;
use crate::{Home, VaultError};
use messages::{Text, text};
use model::{ClosedVault, Protection};
use std::path::Path;
use std::sync::Arc;

pub(super) async fn create(
    home: &Home,
    source: KeySource,
    key_store: Arc<dyn KeyStore>,
    anew: bool,
) -> Result<OpenResult, VaultError> {
    // A crash while the first one was made leaves its key, too: that is no vault that is gone.
    if !anew
        && !home.has_unfinished()
        && let Some(why) = known_key(home, &source, key_store.clone()).await?
    {
        return Ok(OpenResult::Closed(ClosedVault::Gone { why }));
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
        Err(why) => Ok(OpenResult::Closed(ClosedVault::Absent { why })),
    }
}

/// The file first, and the key when it has its place: a disk that is full leaves no key without a vault. The inner error says
/// why no keyring can be used.
async fn make_file(
    unfinished: &Home,
    home: &Home,
    source: KeySource,
    key_store: Arc<dyn KeyStore>,
) -> Result<Result<(Sealer, Protection), Text>, VaultError> {
    let database = Database::make(unfinished).await?;
    let key = match new_key(source, key_store).await {
        Ok(Ok(key)) => key,
        Ok(Err(why)) => {
            database.close().await;
            return Ok(Err(why));
        }
        Err(error) => {
            database.close().await;
            return Err(error);
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
        why: error.into(),
    })
}

/// That an earlier vault is gone, and what is still there of it.
async fn known_key(
    home: &Home,
    source: &KeySource,
    key_store: Arc<dyn KeyStore>,
) -> Result<Option<Text>, VaultError> {
    let path = home.database().display().to_string();
    Ok(match source {
        // A keyring that cannot be asked has its say later.
        KeySource::Auto => {
            let known = blocking(move || key_store.get().ok().flatten().is_some()).await?;
            known.then(|| text::ClosedGoneKeyring { path }.into())
        }
        // A key of the person's own may be named before there is a vault: the file alone says nothing of an earlier one.
        KeySource::KeyFile(file) => (file.exists() && home.has_traces()).then(|| {
            let key = file.display().to_string();
            text::ClosedGoneKeyFile { path, key }.into()
        }),
        KeySource::Passphrase(_) => home
            .has_traces()
            .then(|| text::ClosedGoneTraces { path }.into()),
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
) -> Result<Result<NewKey, Text>, VaultError> {
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
                Err(error) => return Ok(Err(error.into())),
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
        KeySource::KeyFile(path) => new(key_of_new_vault(&path)?, Protection::KeyFile, None),
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
