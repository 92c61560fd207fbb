//! Opens a vault that is there.

use crate::inspection::Header;
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
    let unusable = |why: &str| {
        Ok(OpenResult::Closed(ClosedVault::Unusable {
            why: format!("{}: {why}", home.database().display()),
        }))
    };
    let Ok(protection) = serde_json::from_value(header.protection.into()) else {
        return unusable("its key is kept in a way that this version does not know");
    };
    let key = match key_of(protection, source, header.kdf.as_deref(), key_store.clone()).await? {
        Ok(key) => key,
        Err(Refusal::Kdf) => {
            return unusable(
                "its passphrase parameters were lowered, or are not known to this version",
            );
        }
        Err(Refusal::OpenResult(opening)) => return Ok(*opening),
    };
    let sealer = Sealer::new(&key, header.id, header.key_id)?;
    if !sealer.opens_canary(&header.canary_sealed) {
        return match protection {
            Protection::Passphrase => Err(VaultError::WrongPassphrase),
            _ => Ok(OpenResult::Closed(ClosedVault::KeyMissing {
                protection,
                why: "the key that is there belongs to another vault".to_owned(),
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
        |why: String| Err(OpenResult::Closed(ClosedVault::KeyMissing { protection, why }).into());
    let unavailable = |why: String| {
        Err(OpenResult::Closed(ClosedVault::KeyUnavailable { protection, why }).into())
    };
    Ok(match (protection, source) {
        (Protection::Keyring, _) => match blocking(move || from_keyring(&*key_store)).await? {
            Ok(Some(key)) => Ok(key),
            Ok(None) => missing("the keyring has no entry for it".to_owned()),
            Err(error @ KeyStoreError::Foreign) => missing(error.to_string()),
            Err(error) => unavailable(error.to_string()),
        },
        (Protection::Passphrase, KeySource::Passphrase(passphrase)) => {
            match serde_json::from_str::<Kdf>(kdf.unwrap_or_default()) {
                Ok(kdf) if kdf.is_acceptable() => Ok(derive(kdf, passphrase).await?),
                _ => Err(Refusal::Kdf),
            }
        }
        (Protection::KeyFile, KeySource::KeyFile(path)) => match key_in_file(&path, false) {
            Ok(Some(key)) => Ok(key),
            Ok(None) => missing(format!("there is no key file {}", path.display())),
            Err(error) => unavailable(error.to_string()),
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
