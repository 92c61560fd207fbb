//! Taking a login back for real: given up here first, then taken back at the issuer, then seen to be refused, with a receipt.
//!
//! The tokens are moved aside in one transaction before anybody is asked: from then on no agent gets them, whatever the issuer
//! says and whenever this process ends. They stay sealed until the issuer has confirmed, or the person lets them go, so that
//! it can be tried again ([`Broker::retry_revocations`]).

mod aside;
mod conclusion;
mod deletion;
mod probe;
mod records;
mod replaced;
mod request;
mod take_back;

use crate::store::events::EventContext;
use crate::store::records::kept;
use crate::store::span;
use crate::turns::flights::LOCK_WAIT;
use crate::{Broker, Change, Error};
use aside::{earlier_of, open_at};
use conclusion::receipt_of;
use messages::text;
use model::{
    Code, EventKind, Grant, GrantId, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind,
    ResourceRecord, RevocationState,
};
use oauth::time::Timestamp;
use records::to_record;
use take_back::Trigger;
use vault::{GrantLock, OpenRevocation, Vault};

pub(crate) use replaced::ReplacedTokens;

impl Broker {
    /// Refresh token, then access token at the issuer (RFC 7009); the registration if nobody else uses it (RFC 7592); a probe
    /// that should be refused.
    #[tracing::instrument(
        level = "warn",
        name = "revoke",
        skip_all,
        fields(server, issuer, grant),
        err(level = "debug", Debug)
    )]
    pub async fn revoke(&self, id: &GrantId) -> Result<Receipt, Error> {
        span::grant(id);
        let vault = self.vault()?;
        // No refresh may run meanwhile: it would bring back what is being taken away.
        let lock = vault.lock_grant(id, LOCK_WAIT).await?;
        let grant = kept(&vault, id).await?;
        let record = self.record_of(grant.resource.as_str()).await?;
        span::server(&record);
        if grant.is_revoked() {
            return self.revoked_before(&vault, &record, &grant, lock).await;
        }
        let open = self.set_aside(&grant);
        let ended = grant.clone().revoked(self.now());
        let what = text::GrantEventForgotten {
            account: &grant.account.name,
            server: &record.name,
        };
        let event = self
            .event(EventKind::AccessForgotten, true, what)
            .about(&record)
            .on(&grant);
        if !vault
            .give_up_grant(&ended, grant.generation, open.as_ref(), &[event])
            .await?
        {
            return Err(Error::new(
                Code::TemporarilyUnavailable,
                text::GrantChangedMeanwhile,
            ));
        }
        self.changed(Change::Vault);
        let open = match open {
            Some(open) => Some(open),
            // The login had ended by itself; what it had before may live on.
            None => earlier_of(&vault, id).await?.into_iter().next(),
        };
        match open {
            Some(open) => {
                let others = self.retry_others(&vault, &record, &open).await?;
                self.take_back_with(&vault, &record, &open, others, Trigger::Person)
                    .await
            }
            None => self.nothing_left(&vault, &record, &grant).await,
        }
    }

    /// Tries again what issuers have not confirmed: of one server, and of one account there if it is named.
    pub async fn retry_revocations(
        &self,
        reference: &str,
        account: Option<&str>,
    ) -> Result<Vec<Receipt>, Error> {
        let (vault, record) = (self.vault()?, self.record_of(reference).await?);
        let mut receipts = Vec::new();
        for open in open_at(&vault, &record, account).await? {
            if let Some(receipt) = self.retry(&vault, &record, &open, Trigger::Person).await? {
                receipts.push(receipt);
            }
        }
        Ok(receipts)
    }

    /// Erases what issuers have not confirmed, because the person does not want to wait for them.
    pub async fn let_go(
        &self,
        reference: &str,
        account: Option<&str>,
    ) -> Result<Vec<Receipt>, Error> {
        let (vault, record) = (self.vault()?, self.record_of(reference).await?);
        let mut receipts = Vec::new();
        for open in open_at(&vault, &record, account).await? {
            let _lock = vault.lock_grant(&open.grant_id, LOCK_WAIT).await?;
            let before = self
                .receipts(Some(&record.id))
                .await?
                .into_iter()
                .find(|receipt| receipt.id == open.id);
            let mut steps = before.map(|receipt| receipt.steps).unwrap_or_default();
            steps.retain(|step| step.kind != ReceiptStepKind::Vault);
            steps.push(ReceiptStep {
                kind: ReceiptStepKind::Vault,
                answer: PartyAnswer::Erased,
            });
            let receipt = receipt_of(&open, &record, steps, RevocationState::LetGo, self.now());
            let what = text::GrantEventLetGo {
                account: &open.account_name,
                server: &record.name,
                issuer: receipt.issuer_host(),
            };
            let event = self
                .event(EventKind::RevocationLetGo, true, what)
                .about(&record);
            for earlier in earlier_of(&vault, &open.grant_id).await? {
                vault.drop_revocation(&earlier.id).await?;
            }
            vault
                .close_revocation(&open.id, &to_record(&receipt)?, &event)
                .await?;
            receipts.push(receipt);
        }
        self.changed(Change::Vault);
        Ok(receipts)
    }

    /// Tries again what is due, and says when the next one is. For the host that serves.
    pub async fn retry_due_revocations(&self) -> Result<Option<Timestamp>, Error> {
        let vault = self.vault()?;
        if vault
            .next_open_revocation()
            .await?
            .is_some_and(|at| at <= self.now())
        {
            for open in vault
                .open_revocations()
                .await?
                .into_iter()
                .filter(|open| open.next_try_at <= self.now())
            {
                // One that cannot be tried now keeps no other from it.
                if let Err(error) = self.retry_by_itself(&vault, &open).await {
                    tracing::warn!(%error, "a revocation could not be tried again");
                }
            }
        }
        Ok(vault.next_open_revocation().await?)
    }

    async fn retry_by_itself(&self, vault: &Vault, open: &OpenRevocation) -> Result<(), Error> {
        let record = self.record_of(open.resource.as_str()).await?;
        self.retry(vault, &record, open, Trigger::Schedule).await?;
        Ok(())
    }

    /// None if it was closed meanwhile.
    #[tracing::instrument(
        level = "warn",
        name = "revoke",
        skip_all,
        fields(server, issuer, grant),
        err(level = "debug", Debug)
    )]
    async fn retry(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
        trigger: Trigger,
    ) -> Result<Option<Receipt>, Error> {
        span::server(record);
        span::grant(&open.grant_id);
        let _lock = vault.lock_grant(&open.grant_id, LOCK_WAIT).await?;
        let Some(open) = vault
            .open_revocations()
            .await?
            .into_iter()
            .find(|known| known.id == open.id)
        else {
            return Ok(None);
        };
        self.take_back(vault, record, &open, trigger)
            .await
            .map(Some)
    }

    /// It was given up before: what its issuer has not confirmed is tried again, else its receipt is shown once more.
    async fn revoked_before(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
        lock: GrantLock,
    ) -> Result<Receipt, Error> {
        let open = vault
            .open_revocations()
            .await?
            .into_iter()
            .filter(|open| open.grant_id == grant.id)
            // Oldest first, and what waits for its login counts only where nothing else is left.
            .max_by_key(|open| (!open.waits_for_its_login(), open.opened_at));
        if let Some(open) = open {
            let others = self.retry_others(vault, record, &open).await?;
            let receipt = self
                .take_back_with(vault, record, &open, others, Trigger::Person)
                .await;
            drop(lock);
            return receipt;
        }
        let before = self
            .receipts(Some(&record.id))
            .await?
            .into_iter()
            .find(|receipt| receipt.grant_id == grant.id);
        before.ok_or_else(|| {
            Error::new(
                Code::NotFound,
                text::GrantSignedOutAlready {
                    account: &grant.account.name,
                    server: &record.name,
                },
            )
        })
    }
}

/// The failure that this is for a script, if it is one.
pub fn failure(receipt: &Receipt) -> Option<Error> {
    (!receipt.ending.is_proven() && receipt.ending != RevocationState::LetGo).then(|| {
        Error::new(
            Code::RevocationUnproven,
            text::ReceiptAbout {
                server: &receipt.resource_name,
                headline: receipt.headline(),
            },
        )
    })
}
