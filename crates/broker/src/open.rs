//! Opening and locking the vault. While it is not open, every use case answers with why.

use crate::{Broker, Change, Code, Error};
use std::time::Duration;
use vault::{KeySource, Opening, Protection, Unanswered, Vault, VaultError};

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
    /// No vault, and its key is still there: the person brings the file back, or wants a new one.
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

/// What a key file is, for whoever named something else.
pub(crate) const KEY_FILE: &str = "A key file is one line of 64 hexadecimal digits, in a file of yours that only you can read (mode 0600). \
     `gatelodge vault create --key-file PATH` makes a vault and its key file.";
const NO_KEY_FILE: &str = "Name the file that was made with this vault, in --key-file or GATELODGE_KEY_FILE. Without it nothing in the vault can be read.";

/// How often a passphrase was wrong, one after the other. Held while one is tried: they are tried one at a time.
#[derive(Default)]
pub(crate) struct WrongPassphrases(tokio::sync::Mutex<u32>);

impl WrongPassphrases {
    /// One mistake costs nothing. Then each costs twice the one before, up to half a minute; on top of that comes what
    /// Argon2 costs, which is the same in every process.
    fn pause(before: u32) -> Duration {
        Duration::from_secs(match before {
            0 | 1 => 0,
            more => 1_u64.checked_shl(more - 2).unwrap_or(u64::MAX).min(30),
        })
    }
}

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
            Ok(Opening::Opened(_)) => *wrong = 0,
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

    async fn opened(&self, opening: Opening) -> Result<VaultState, Error> {
        let opened = match opening {
            Opening::Opened(vault) => Ok(vault),
            Opening::Absent { why } => Err(VaultState::Absent { why }),
            Opening::Gone { why } => Err(VaultState::Gone { why }),
            Opening::Locked { protection } => Err(VaultState::Locked { protection }),
            Opening::KeyMissing { protection, why } => {
                Err(VaultState::KeyMissing { protection, why })
            }
            Opening::KeyUnavailable { protection, why } => {
                Err(VaultState::KeyUnavailable { protection, why })
            }
            Opening::Unusable { why } => Err(VaultState::Unusable { why }),
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
            Err(state) => state.clone(),
        }
    }

    /// The vault's file is older than the last one that was used here. Agents get nothing until [`Broker::confirm_vault`].
    pub fn vault_is_older(&self) -> bool {
        self.vault().is_ok_and(|vault| vault.is_older())
    }

    /// The person says that the older file shall hold. False if it is not older.
    pub async fn confirm_vault(&self) -> Result<bool, Error> {
        let confirmed = self.vault()?.confirm().await?;
        if confirmed {
            let message = "The vault's older file was confirmed: what it says of agents, permits and servers holds again";
            self.record(self.event("vault_confirmed", true, message))
                .await;
        }
        Ok(confirmed)
    }

    /// The open vault, unless it is older than is known: then it says nothing of who may get what.
    pub(crate) async fn vault_that_holds(&self) -> Result<Vault, Error> {
        let vault = self.vault()?;
        if vault.is_still_older().await? {
            self.tell_of_an_older_vault().await;
            return Err(Error::new(
                Code::VaultOlder,
                "the vault is an older copy, and nobody has confirmed who may use what",
            ));
        }
        Ok(vault)
    }

    /// One line of the log. Where it cannot be written, the vault is shown as what it is all the same.
    async fn tell_of_an_older_vault(&self) {
        let Ok(vault) = self.vault() else { return };
        if !vault.is_older() {
            return;
        }
        let message = "The vault's file is older than the one that was used here last: agents get nothing until you confirm it";
        if let Err(error) = vault
            .record_once(&self.event("vault_older", false, message))
            .await
        {
            tracing::warn!(%error, "the activity log could not be written");
        }
    }

    /// What became of a keyring that did not answer in time. Looking asks it nothing.
    pub fn unanswered_keyring(&self) -> Unanswered {
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
            *slot = Err(VaultState::Locked {
                protection: vault.protection(),
            });
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
        match &*self
            .inner
            .vault
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
        {
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
            Self::Absent { why } => {
                Error::new(Code::VaultAbsent, format!("there is no vault yet: {why}"))
            }
            Self::Gone { why } => Error::new(Code::VaultGone, why.clone()),
            Self::Locked { .. } => Error::new(Code::VaultLocked, "the vault is locked"),
            Self::KeyMissing { protection, why } => {
                let error = Error::new(
                    Code::KeyMissing,
                    format!("the vault's key is missing: {why}"),
                );
                if *protection == Protection::KeyFile {
                    error.with_hint(NO_KEY_FILE)
                } else {
                    error
                }
            }
            Self::KeyUnavailable { protection, why } => {
                let error = Error::new(
                    Code::KeyUnavailable,
                    format!("the vault's key cannot be read: {why}"),
                );
                if *protection == Protection::KeyFile {
                    error.with_hint(KEY_FILE)
                } else {
                    error
                }
            }
            Self::Unusable { why } => Error::new(
                Code::VaultUnusable,
                format!("the vault cannot be used: {why}"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WrongPassphrases;

    #[test]
    fn a_wrong_passphrase_costs_more_each_time() {
        let pauses: Vec<_> = (0..9)
            .map(|before| WrongPassphrases::pause(before).as_secs())
            .collect();
        assert_eq!(pauses, [0, 0, 1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(WrongPassphrases::pause(u32::MAX).as_secs(), 30);
    }
}
