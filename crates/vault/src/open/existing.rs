//! Opens a vault that is there.

use crate::fault::cause_text;
use crate::inspection::{Header, of_file};
use crate::keys::file::key_in_file;
use crate::keys::key::VaultKey;
use crate::keys::passphrase::Kdf;
use crate::keys::store::{KeyStore, KeyStoreError};
use crate::open::blocking::{blocking, derive};
use crate::open::opened::opened;
use crate::open::result::{KeySource, OpenResult};
use crate::open::turn::turn;
use crate::options::Access;
use crate::seal::Sealer;
use crate::{Home, VaultError};
use messages::{Text, text};
use model::{ClosedVault, Protection};
use std::sync::Arc;

/// Nothing is written before the key has proved to be the right one.
pub(super) async fn open_existing(
    home: &Home,
    header: Header,
    access: Access,
    source: KeySource,
    key_store: Arc<dyn KeyStore>,
) -> Result<OpenResult, VaultError> {
    let unusable = |why: Text| {
        Ok(OpenResult::Closed(ClosedVault::Unusable {
            why: of_file(home, why),
        }))
    };
    let Ok(protection) = serde_json::from_value(header.protection.into()) else {
        return unusable(text::ClosedProtection.into());
    };
    let key = match key_of(protection, source, header.kdf.as_deref(), key_store.clone()).await? {
        Ok(key) => key,
        Err(Refusal::Kdf) => {
            return unusable(text::ClosedPassphrase.into());
        }
        Err(Refusal::OpenResult(opening)) => return Ok(*opening),
    };
    let sealer = Sealer::new(&key, header.id, header.key_id)?;
    if !sealer.opens_canary(&header.canary_sealed) {
        return match protection {
            Protection::Passphrase => Err(VaultError::WrongPassphrase),
            _ => Ok(OpenResult::Closed(ClosedVault::KeyMissing {
                protection,
                why: text::ClosedKeyForeign.into(),
            })),
        };
    }
    if access != Access::ReadWrite {
        return opened(home, access, sealer, protection, key_store).await;
    }
    if let Some(why) = home.fault_in_writing() {
        return Ok(OpenResult::Closed(ClosedVault::Unusable { why }));
    }
    let _turn = turn(home).await?;
    opened(home, access, sealer, protection, key_store).await
}

/// Why there is no key to open the vault with.
enum Refusal {
    /// Its passphrase's parameters are none of ours.
    Kdf,
    OpenResult(Box<OpenResult>),
}

impl From<OpenResult> for Refusal {
    fn from(opening: OpenResult) -> Self {
        Self::OpenResult(Box::new(opening))
    }
}

async fn key_of(
    protection: Protection,
    source: KeySource,
    kdf: Option<&str>,
    key_store: Arc<dyn KeyStore>,
) -> Result<Result<VaultKey, Refusal>, VaultError> {
    let missing =
        |why: Text| Err(OpenResult::Closed(ClosedVault::KeyMissing { protection, why }).into());
    let unavailable =
        |why: Text| Err(OpenResult::Closed(ClosedVault::KeyUnavailable { protection, why }).into());
    Ok(match (protection, source) {
        (Protection::Keyring, _) => match blocking(move || from_keyring(&*key_store)).await? {
            Ok(Some(key)) => Ok(key),
            Ok(None) => missing(text::ClosedKeyringEmpty.into()),
            Err(error @ KeyStoreError::Foreign) => missing(error.into()),
            Err(error) => unavailable(error.into()),
        },
        (Protection::Passphrase, KeySource::Passphrase(passphrase)) => {
            match serde_json::from_str::<Kdf>(kdf.unwrap_or_default()) {
                Ok(kdf) if kdf.is_acceptable() => Ok(derive(kdf, passphrase).await?),
                _ => Err(Refusal::Kdf),
            }
        }
        (Protection::KeyFile, KeySource::KeyFile(path)) => match key_in_file(&path) {
            Ok(Some(key)) => Ok(key),
            Ok(None) => {
                let path = path.display().to_string();
                missing(text::ClosedKeyFileMissing { path }.into())
            }
            Err(VaultError::KeyFile { path, why }) => {
                let why = cause_text(&*why);
                unavailable(text::ClosedKeyFile { path, why }.into())
            }
            Err(error) => unavailable(cause_text(&error)),
        },
        (protection, _) => Err(OpenResult::Closed(ClosedVault::Locked { protection }).into()),
    })
}

/// A keyring that is locked or half set up says "no entry", too.
fn from_keyring(key_store: &dyn KeyStore) -> Result<Option<VaultKey>, KeyStoreError> {
    match key_store.get()? {
        Some(key) => Ok(Some(key)),
        None => key_store.probe().map(|()| None),
    }
}
