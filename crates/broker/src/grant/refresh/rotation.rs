//! A new set of tokens, durable before anybody gets it.

use crate::store::events::EventContext;
use crate::store::records::kept;
use crate::{Broker, Change, Error};
use messages::{Text, text};
use model::{EventKind, Grant, NewEvent};
use vault::{GrantLock, Vault};

impl Broker {
    /// The new set is durable before the lock is let go and before anyone is answered; or it is in memory, and the lock is
    /// held until the disk takes it.
    pub(crate) async fn rotated(
        &self,
        vault: &Vault,
        grant: Grant,
        tokens: oauth::token::TokenSet,
        lock: GrantLock,
    ) -> Result<Grant, Error> {
        let (generation, now) = (grant.generation, self.now());
        let replaced = self.still_good(&grant);
        let renewed = grant.refreshed(tokens, now);
        let event = self
            .about_grant(&renewed, EventKind::Refreshed, true, |account, server| {
                text::GrantEventRenewed { account, server }.into()
            })
            .await;
        let outcome = vault
            .keep_renewal(&renewed, generation, &[event], replaced.as_ref(), lock)
            .await?;
        if !self.is_kept(vault, outcome) {
            // Someone changed the grant without its lock (revoked it): theirs stands (attack V11).
            return kept(vault, &renewed.id).await;
        }
        self.inner.back_off.forgive(&renewed.id);
        self.changed(Change::Vault);
        Ok(renewed)
    }

    /// `what` is told of the account and of the server.
    pub(crate) async fn about_grant(
        &self,
        grant: &Grant,
        kind: EventKind,
        ok: bool,
        what: impl FnOnce(&str, &str) -> Text,
    ) -> NewEvent {
        let account = &grant.account.name;
        match self.record_of(grant.resource.as_str()).await {
            Ok(record) => self
                .event(kind, ok, what(account, &record.name))
                .about(&record)
                .on(grant),
            Err(_) => self
                .event(kind, ok, what(account, grant.resource.as_str()))
                .on(grant),
        }
    }
}
