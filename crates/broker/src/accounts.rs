//! Several logins at one server: what each is called, and whether others may join.

use crate::store::events::EventContext;
use crate::store::names::clean_name;
use crate::{Broker, Change, Error};
use model::{Account, Code, EventKind, Grant, GrantId, NamedBy};
use std::time::Duration;

impl Broker {
    /// A name that the person gives; what the issuer says does not replace it.
    pub async fn name_account(&self, id: &GrantId, name: &str) -> Result<Grant, Error> {
        let (vault, name) = (self.vault()?, clean_name(name)?);
        let _lock = vault.lock_grant(id, Duration::from_secs(20)).await?;
        let grant = self.grant_of(id).await?;
        let others = vault.grants_of(&grant.resource).await?;
        let is_called_so =
            |account: &Account| account.name == name || account.subject.as_ref() == Some(&name);
        if others
            .iter()
            .any(|other| other.id != grant.id && is_called_so(&other.account))
        {
            return Err(Error::new(
                Code::InvalidArgument,
                format!("another account of this server is already named {name:?}"),
            )
            .with_hint("Choose another name."));
        }
        let generation = grant.generation;
        let named = Grant {
            account: Account {
                name,
                named_by: NamedBy::Person,
                ..grant.account.clone()
            },
            generation: generation + 1,
            ..grant.clone()
        };
        let record = self.record_of(named.resource.as_str()).await?;
        let message = format!(
            "the account {} of {} is now called {}",
            grant.account.name, record.name, named.account.name
        );
        let event = self
            .event(EventKind::AccountRenamed, true, message)
            .about(&record)
            .on(&named);
        vault
            .compare_and_save_grant(&named, generation, &[event])
            .await?;
        self.changed(Change::Vault);
        Ok(named)
    }

    /// From now on only this account may log in to the server; None lets everyone in again. An issuer that does not say
    /// who logged in cannot keep such a lock.
    pub async fn lock_account(&self, resource: &str, grant: Option<&GrantId>) -> Result<(), Error> {
        let mut record = self.record_of(resource).await?;
        let (locked_to, message) = match grant {
            None => (
                None,
                format!("{} is open to any account again", record.name),
            ),
            Some(id) => {
                let grant = self.grant_of(id).await?;
                if grant.resource != record.uri {
                    return Err(Error::new(
                        Code::NotFound,
                        format!("that login is not one to {}", record.name),
                    ));
                }
                if grant.account.subject.is_none() {
                    return Err(Error::new(
                        Code::InvalidArgument,
                        format!("{} does not say who logged in, so another account could not be told apart", grant.issuer),
                    )
                    .with_hint("Ask for the scope openid, if the server offers it, and log in again."));
                }
                let message = format!("{} is locked to {}", record.name, grant.account.name);
                (Some(grant.account), message)
            }
        };
        record.locked_to = locked_to;
        self.vault()?.save_resource(&record).await?;
        self.record(
            self.event(EventKind::AccountLock, true, message)
                .about(&record),
        )
        .await;
        Ok(())
    }
}
