//! Making, opening and locking the vault, by the window and when the host starts.

use crate::dto::{Protection, Status, VaultCreate, VaultUnlock};
use crate::host::{Host, locked};
use broker::{Code, Error, KeySource, VaultState};
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
                return Err(invalid("a key file has to be named".to_owned())
                    .with_hint("Give its whole path, from the root."));
            }
        };
        self.keep_open(self.broker().make_vault(source).await)
            .await?;
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

    /// Opens it, or says why it is not open. Logins whose answer came meanwhile go on.
    pub(crate) async fn open(&self, source: KeySource) -> Result<(), Error> {
        self.keep_open(self.broker().open_vault(source).await).await
    }

    async fn keep_open(&self, opened: Result<VaultState, Error>) -> Result<(), Error> {
        match opened {
            Ok(VaultState::Open { .. }) => {
                *locked(&self.inner.fault) = None;
                self.answer_waiting().await;
                self.revive_demo();
                Ok(())
            }
            Ok(state) => {
                *locked(&self.inner.fault) = None;
                Err(state.error())
            }
            Err(error) => {
                *locked(&self.inner.fault) = Some(error.clone());
                Err(error)
            }
        }
    }
}

fn invalid(message: String) -> Error {
    Error::new(Code::InvalidArgument, message)
}
