//! A vault whose file is older than the last one that was used here: it says nothing of who may get what until the person
//! confirms it.

use crate::{Broker, Error};
use messages::text;
use model::{Code, EventKind};
use vault::Vault;

impl Broker {
    /// The vault's file is older than the last one that was used here. Agents get nothing until [`Broker::confirm_vault`].
    pub fn vault_is_older(&self) -> bool {
        self.vault().is_ok_and(|vault| vault.is_older())
    }

    /// The person says that the older file shall hold. False if it is not older.
    pub async fn confirm_vault(&self) -> Result<bool, Error> {
        let confirmed = self.vault()?.confirm().await?;
        if confirmed {
            let event = self.event(EventKind::VaultConfirmed, true, text::StoreEventConfirmed);
            self.record(event).await;
        }
        Ok(confirmed)
    }

    /// The open vault, unless it is older than is known: then it says nothing of who may get what.
    pub(crate) async fn vault_that_holds(&self) -> Result<Vault, Error> {
        let vault = self.vault()?;
        if vault.is_still_older().await? {
            self.tell_of_an_older_vault().await;
            return Err(Error::new(Code::VaultOlder, text::StoreOlder));
        }
        Ok(vault)
    }

    /// One line of the log. Where it cannot be written, the vault is shown as what it is all the same.
    pub(crate) async fn tell_of_an_older_vault(&self) {
        let Ok(vault) = self.vault() else { return };
        if !vault.is_older() {
            return;
        }
        let event = self.event(EventKind::VaultOlder, false, text::StoreEventOlder);
        if let Err(error) = vault.record_once(&event).await {
            tracing::warn!(%error, "the activity log could not be written");
        }
    }
}
