//! Several logins at one server: what each is called, and whether others may join.

use crate::store::events::EventContext;
use crate::store::names::clean_name;
use crate::{Broker, Change, Error};
use messages::{Text, text};
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
            return Err(
                Error::new(Code::InvalidArgument, text::AccountNameTaken { name })
                    .with_hint(text::AccountChooseAnotherName),
            );
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
        let line = text::AccountRenamed {
            before: &grant.account.name,
            server: &record.name,
            name: &named.account.name,
        };
        let event = self
            .event(EventKind::AccountRenamed, true, line)
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
        let server = &record.name;
        let (locked_to, line): (_, Text) = match grant {
            None => (None, text::AccountLockRemoved { server }.into()),
            Some(id) => {
                let grant = self.grant_of(id).await?;
                if grant.resource != record.uri {
                    let other = text::AccountOfAnotherServer { server };
                    return Err(Error::new(Code::NotFound, other));
                }
                if grant.account.subject.is_none() {
                    let issuer = grant.issuer.as_str();
                    return Err(Error::new(
                        Code::InvalidArgument,
                        text::AccountNotNamed { issuer },
                    )
                    .with_hint(text::AccountAskForOpenid));
                }
                let account = &grant.account.name;
                let locked = text::AccountLockSet { server, account };
                (Some(grant.account.clone()), locked.into())
            }
        };
        record.locked_to = locked_to;
        self.vault()?.save_resource(&record).await?;
        self.record(
            self.event(EventKind::AccountLock, true, line)
                .about(&record),
        )
        .await;
        Ok(())
    }
}
