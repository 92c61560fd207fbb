//! Opening and locking the vault. While it is not open, every use case answers with why.

use crate::{Broker, Change, Code, Error};
use vault::{KeySource, Opening, Protection, Unanswered, Vault};

/// What a host finds when it starts. Each is a state that the person can be shown, not a failure to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultState {
    Open {
        protection: Protection,
    },
    /// No vault yet, and no keyring that could hold its key: the person chooses.
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

impl Broker {
    /// Opens the vault, or makes one where there is none and a key can be kept.
    pub async fn open_vault(&self, source: KeySource) -> Result<VaultState, Error> {
        let opening = Vault::open(self.home(), source, self.inner.key_store.clone()).await?;
        let opened = match opening {
            Opening::Opened(vault) => Ok(vault),
            Opening::Absent { why } => Err(VaultState::Absent { why }),
            Opening::Locked { protection } => Err(VaultState::Locked { protection }),
            Opening::KeyMissing { why } => Err(VaultState::KeyMissing { why }),
            Opening::KeyUnavailable { why } => Err(VaultState::KeyUnavailable { why }),
            Opening::Unusable { why } => Err(VaultState::Unusable { why }),
        };
        *self.inner.vault.write().unwrap_or_else(std::sync::PoisonError::into_inner) = opened;
        self.changed(Change::Vault);
        let state = self.vault_state();
        if matches!(state, VaultState::Open { .. }) {
            self.resume_device_logins().await?;
        }
        Ok(state)
    }

    pub fn vault_state(&self) -> VaultState {
        match &*self.inner.vault.read().unwrap_or_else(std::sync::PoisonError::into_inner) {
            Ok(vault) => VaultState::Open { protection: vault.protection() },
            Err(state) => state.clone(),
        }
    }

    /// What became of a keyring that did not answer in time. Looking asks it nothing.
    pub fn unanswered_keyring(&self) -> Unanswered {
        self.inner.key_store.unanswered()
    }

    /// Drops the key from memory. What is under way ends with what it has.
    pub fn lock_vault(&self) {
        let mut slot = self.inner.vault.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Ok(vault) = &*slot {
            *slot = Err(VaultState::Locked { protection: vault.protection() });
        }
        drop(slot);
        self.changed(Change::Vault);
    }

    /// Another number after any change to the vault, by this process or another.
    pub async fn data_version(&self) -> Result<i64, Error> {
        Ok(self.vault()?.data_version().await?)
    }

    /// The open vault, or why there is none.
    pub(crate) fn vault(&self) -> Result<Vault, Error> {
        match &*self.inner.vault.read().unwrap_or_else(std::sync::PoisonError::into_inner) {
            Ok(vault) => Ok(vault.clone()),
            Err(state) => Err(state.error()),
        }
    }
}

impl VaultState {
    /// The failure that this state is for someone who needs the vault open.
    pub fn error(&self) -> Error {
        match self {
            Self::Open { .. } => Error::new(Code::Internal, "the vault is open"),
            Self::Absent { why } => Error::new(Code::VaultAbsent, format!("there is no vault yet: {why}")),
            Self::Locked { .. } => Error::new(Code::VaultLocked, "the vault is locked"),
            Self::KeyMissing { why } => Error::new(Code::KeyMissing, format!("the vault's key is missing: {why}")),
            Self::KeyUnavailable { why } => Error::new(Code::KeyUnavailable, format!("the vault's key cannot be read: {why}")),
            Self::Unusable { why } => Error::new(Code::VaultUnusable, format!("the vault cannot be used: {why}")),
        }
    }
}
