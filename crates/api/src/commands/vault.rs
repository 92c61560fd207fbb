//! Making, opening and locking the vault, by the window and when the host starts.

use crate::dto::{Protection, Status, VaultCreate, VaultUnlock};
use crate::host::Host;
use crate::lock::locked;
use broker::{Error, KeySource, VaultState};
use messages::text;
use model::Code;
use oauth::secret::Secret;
use std::path::PathBuf;

impl Host {
    pub(crate) async fn vault_create(&self, args: VaultCreate) -> Result<Status, Error> {
        let source = match (args.protection, args.passphrase, args.key_file) {
            (Protection::Keyring, ..) => KeySource::Auto,
            (Protection::Passphrase, passphrase, _) => {
                KeySource::Passphrase(Secret::new(passphrase.unwrap_or_default()))
            }
            (Protection::KeyFile, _, Some(path)) if PathBuf::from(&path).is_absolute() => {
                KeySource::KeyFile(PathBuf::from(path))
            }
            (Protection::KeyFile, ..) => {
                let error = Error::new(Code::InvalidArgument, text::KeyFileUnnamed);
                return Err(error.with_hint(text::KeyFileUnnamedHint));
            }
        };
        self.looked(self.broker().make_vault(source).await)?;
        self.status().await
    }

    /// The person says that an older file shall hold.
    pub(crate) async fn vault_confirm(&self) -> Result<Status, Error> {
        self.broker().confirm_vault().await?;
        self.status().await
    }

    /// Without a passphrase: what keeps the key is asked once more (a keyring that was locked, or not there).
    pub(crate) async fn vault_unlock(&self, args: VaultUnlock) -> Result<Status, Error> {
        let source = if args.passphrase.is_empty() {
            self.inner.key.clone()
        } else {
            KeySource::Passphrase(Secret::new(args.passphrase))
        };
        self.open(source).await?;
        self.status().await
    }

    pub(crate) async fn vault_lock(&self) -> Result<Status, Error> {
        self.broker().lock_vault();
        self.status().await
    }

    /// Opens it, or says why it is not open.
    pub(crate) async fn open(&self, source: KeySource) -> Result<(), Error> {
        self.looked(self.broker().open_vault(source).await)
    }

    /// Keeps why the vault could not be looked at, if so.
    fn looked(&self, opened: Result<VaultState, Error>) -> Result<(), Error> {
        let (fault, answer) = match opened {
            Ok(VaultState::Open { .. }) => (None, Ok(())),
            Ok(VaultState::Closed(closed)) => (None, Err((&closed).into())),
            Err(error) => (Some(error.clone()), Err(error)),
        };
        *locked(&self.inner.fault) = fault;
        answer
    }
}
