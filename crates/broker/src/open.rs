//! OpenResult and locking the vault. While it is not open, every use case answers with why.

use crate::turns::passphrases::WrongPassphrases;
use crate::{Broker, Change, Error, VaultState};
use model::{ClosedVault, KeyringAnswer};
use vault::{KeySource, OpenResult, Vault, VaultError, VaultVersion};

impl Broker {
    /// Opens the vault, or makes one where there never was one and a key can be kept.
    pub async fn open_vault(&self, source: KeySource) -> Result<VaultState, Error> {
        let mut wrong = self.inner.wrong_passphrases.0.lock().await;
        if matches!(source, KeySource::Passphrase(_)) {
            tokio::time::sleep(WrongPassphrases::pause(*wrong)).await;
        }
        let opening = Vault::open(self.home(), source, self.inner.key_store.clone()).await;
        match &opening {
            Err(VaultError::WrongPassphrase) => *wrong = wrong.saturating_add(1),
            Ok(OpenResult::Opened(_)) => *wrong = 0,
            _ => {}
        }
        drop(wrong);
        self.opened(opening?).await
    }

    /// The same, and where one is gone, too: the person asked for it.
    pub async fn make_vault(&self, source: KeySource) -> Result<VaultState, Error> {
        self.opened(Vault::make(self.home(), source, self.inner.key_store.clone()).await?)
            .await
    }

    async fn opened(&self, opening: OpenResult) -> Result<VaultState, Error> {
        let opened = match opening {
            OpenResult::Opened(vault) => Ok(vault),
            OpenResult::Closed(closed) => Err(closed),
        };
        if let Ok(vault) = &opened
            && vault.count_unsaved().0 > 0
        {
            self.write_later(vault);
        }
        *self
            .inner
            .vault
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = opened;
        self.changed(Change::Vault);
        let state = self.vault_state();
        if matches!(state, VaultState::Open { .. }) {
            self.tell_of_an_older_vault().await;
            self.resume_device_logins().await?;
        }
        Ok(state)
    }

    /// Whether the vault is open, and if not, why.
    pub fn vault_state(&self) -> VaultState {
        match &*self
            .inner
            .vault
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
        {
            Ok(vault) => VaultState::Open {
                protection: vault.protection(),
            },
            Err(closed) => VaultState::Closed(closed.clone()),
        }
    }

    /// What became of a keyring that did not answer in time. Looking asks it nothing.
    pub fn unanswered_keyring(&self) -> Option<KeyringAnswer> {
        self.inner.key_store.unanswered()
    }

    /// Drops the key from memory. What is under way ends with what it has.
    pub fn lock_vault(&self) {
        let mut slot = self
            .inner
            .vault
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Ok(vault) = &*slot {
            *slot = Err(ClosedVault::Locked {
                protection: vault.protection(),
            });
        }
        drop(slot);
        self.inner.access.clear();
        self.changed(Change::Vault);
    }

    /// Another number after any change to the vault, by this process or another.
    pub async fn data_version(&self) -> Result<i64, Error> {
        Ok(self.vault()?.data_version().await?)
    }

    /// Which state of the vault this is, where that can be told: another one after any commit.
    pub fn vault_version(&self) -> Option<VaultVersion> {
        self.vault().ok()?.version()
    }
}
