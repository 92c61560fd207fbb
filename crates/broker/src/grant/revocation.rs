//! Taking a login back for real: given up here first, then taken back at the issuer, then seen to be refused, with a receipt.
//!
//! The tokens are moved aside in one transaction before anybody is asked: from then on no agent gets them, whatever the issuer
//! says and whenever this process ends. They stay sealed until the issuer has confirmed, or the person lets them go, so that
//! it can be tried again ([`Broker::retry_revocations`]).

mod ask;
mod probe;
mod receipt;

use crate::store::events::About;
use crate::store::records::kept;
use crate::turns::flights::LOCK_WAIT;
use crate::{Broker, Change, Code, Error, ResourceRecord};
use model::{
    EventKind, Grant, GrantId, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind, RevocationState,
};
use oauth::concession::Reach;
use oauth::time::Timestamp;
use std::time::Duration;
use vault::{GrantLock, OpenRevocation, Vault, VaultError};

pub use receipt::failure;
use receipt::{receipt_of, state_of, with_earlier};

/// Tried again by itself after an hour, two, four …, a day at most.
const FIRST_RETRY_SECONDS: i64 = 3600;
const LONGEST_RETRY_SECONDS: i64 = 24 * 3600;

/// What became of tokens that a login no longer uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplacedTokens {
    /// There were no tokens.
    Nothing,
    TakenBack,
    /// Sealed beside the login that goes on, and taken back with it.
    KeptBeside,
    /// Their issuer has not confirmed: they stay, to be tried again.
    Open,
}

/// A token that ends so soon is not worth remembering.
const BRIEF_SECONDS: i64 = 90;
/// Access tokens of one login that were replaced before their time, at most.
const MOST_REPLACED: usize = 16;

/// Who began another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trigger {
    Person,
    /// A retry by itself, of which only the end is worth a line.
    Schedule,
}

impl Broker {
    /// Refresh token, then access token at the issuer (RFC 7009); the registration if nobody else uses it (RFC 7592); a probe
    /// that should be refused.
    pub async fn revoke(&self, id: &GrantId) -> Result<Receipt, Error> {
        let vault = self.vault()?;
        // No refresh may run meanwhile: it would bring back what is being taken away.
        let lock = vault.lock_grant(id, LOCK_WAIT).await?;
        let grant = kept(&vault, id).await?;
        let record = self.record_of(grant.resource.as_str()).await?;
        if grant.is_revoked() {
            return self.revoked_before(&vault, &record, &grant, lock).await;
        }
        let open = self.set_aside(&grant);
        let ended = grant.clone().revoked(self.now());
        let what = format!(
            "The access of {} to {} was forgotten here",
            grant.account.name, record.name
        );
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
                "the login was changed meanwhile",
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

    /// Earlier logins of the same account that their issuer has not taken back yet: the worst that it says of them now.
    async fn retry_others(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
    ) -> Result<Option<PartyAnswer>, Error> {
        let mut worst = None;
        for other in open_at(vault, record, Some(&open.account_name))
            .await?
            .into_iter()
            .filter(|other| other.id != open.id)
        {
            let receipt = self
                .take_back(vault, record, &other, Trigger::Person)
                .await?;
            let said = receipt
                .steps
                .into_iter()
                .find(|step| step.kind != ReceiptStepKind::AccessToken)
                .map(|step| step.answer);
            worst = match (worst, receipt.ending.is_proven()) {
                (None, true) => Some(PartyAnswer::Confirmed),
                (None | Some(PartyAnswer::Confirmed), false) => {
                    said.or(Some(PartyAnswer::NotAsked))
                }
                (worst, _) => worst,
            };
        }
        Ok(worst)
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
            let what = format!(
                "The access of {} to {} was let go; {} has not confirmed that it was revoked",
                open.account_name,
                record.name,
                receipt.issuer_host()
            );
            let event = self
                .event(EventKind::RevocationLetGo, true, what)
                .about(&record);
            for earlier in earlier_of(&vault, &open.grant_id).await? {
                vault.drop_revocation(&earlier.id).await?;
            }
            vault
                .close_revocation(&open.id, &receipt::record(&receipt)?, &event)
                .await?;
            receipts.push(receipt);
        }
        self.changed(Change::Vault);
        Ok(receipts)
    }

    /// What came of each taking back, newest first; of one server, or of all, also of servers that are gone.
    pub async fn receipts(&self, resource_id: Option<&str>) -> Result<Vec<Receipt>, Error> {
        let records = self.vault()?.receipts(resource_id).await?;
        Ok(records.into_iter().filter_map(receipt::read).collect())
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
                let record = self.record_of(open.resource.as_str()).await?;
                self.retry(&vault, &record, &open, Trigger::Schedule)
                    .await?;
            }
        }
        Ok(vault.next_open_revocation().await?)
    }

    /// None if it was closed meanwhile.
    async fn retry(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
        trigger: Trigger,
    ) -> Result<Option<Receipt>, Error> {
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
        let mut open: Vec<_> = vault
            .open_revocations()
            .await?
            .into_iter()
            .filter(|open| open.grant_id == grant.id)
            .collect();
        open.sort_by_key(OpenRevocation::waits_for_its_login);
        if let Some(open) = open.first() {
            let receipt = self.take_back(vault, record, open, Trigger::Person).await;
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
                format!(
                    "{} is logged out of {} already",
                    grant.account.name, record.name
                ),
            )
        })
    }

    /// What a grant holds, to be taken back; None where it holds nothing.
    fn set_aside(&self, grant: &Grant) -> Option<OpenRevocation> {
        let tokens = grant.tokens()?;
        Some(OpenRevocation {
            id: vault::new_id(),
            grant_id: grant.id.clone(),
            resource: grant.resource.clone(),
            account_name: grant.account.name.clone(),
            issuer: grant.issuer.clone(),
            token_endpoint: grant.token_endpoint.clone(),
            registration_id: grant.registration_id.clone(),
            refresh_token: tokens.refresh_token.clone(),
            access_token: Some(tokens.access_token.clone()),
            dpop_key: tokens.dpop_key.clone(),
            expires_at: tokens.expires_at,
            opened_at: self.now(),
            tries: 0,
            next_try_at: self.now().plus(FIRST_RETRY_SECONDS),
        })
    }

    /// The access token that a renewal replaces, where agents can use it for a while yet: it is taken back with its login.
    pub(crate) fn still_good(&self, grant: &Grant) -> Option<OpenRevocation> {
        let open = self.set_aside(grant)?;
        let lives_on = open
            .expires_at
            .is_some_and(|at| at.since(self.now()) > BRIEF_SECONDS);
        lives_on.then(|| OpenRevocation {
            refresh_token: None,
            next_try_at: OpenRevocation::WITH_ITS_LOGIN,
            ..open
        })
    }

    /// Those that ended meanwhile, and the oldest of too many, make room.
    pub(crate) async fn keep_beside(
        &self,
        vault: &Vault,
        replaced: &OpenRevocation,
    ) -> Result<(), Error> {
        let mut tokens = earlier_of(vault, &replaced.grant_id).await?;
        tokens.retain(|one| one.refresh_token.is_none());
        let surplus = (tokens.len() + 1).saturating_sub(MOST_REPLACED);
        for (number, one) in tokens.iter().enumerate() {
            if number < surplus || one.expires_at.is_some_and(|at| at <= self.now()) {
                vault.drop_revocation(&one.id).await?;
            }
        }
        Ok(vault.open_revocation(replaced).await?)
    }

    /// Asks everybody, and keeps what they answered: closed, or open for another time.
    async fn take_back(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
        trigger: Trigger,
    ) -> Result<Receipt, Error> {
        self.take_back_with(vault, record, open, None, trigger)
            .await
    }

    /// `others`: what was just said of other logins that this receipt answers for.
    async fn take_back_with(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
        others: Option<PartyAnswer>,
        trigger: Trigger,
    ) -> Result<Receipt, Error> {
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let mut steps = self.ask_issuer(vault, record, open, reach).await?;
        let earlier: Vec<_> = earlier_of(vault, &open.grant_id)
            .await?
            .into_iter()
            .filter(|one| one.id != open.id)
            .collect();
        steps.extend(
            self.take_back_earlier(vault, record, &earlier, others, reach)
                .await?,
        );
        steps.extend(self.unregister(vault, open, &steps, reach).await?);
        if open.access_token.is_some() {
            steps.push(self.probe(record, open, reach).await?);
        }
        let ending = state_of(open, &steps, self.now());
        let answer = if ending == RevocationState::Open {
            PartyAnswer::Kept
        } else {
            PartyAnswer::Erased
        };
        steps.push(ReceiptStep {
            kind: ReceiptStepKind::Vault,
            answer,
        });
        let receipt = receipt_of(open, record, steps, ending, self.now());
        let receipt = with_earlier(
            receipt,
            earlier.iter().filter_map(|one| one.expires_at).max(),
        );
        let (kind, ok) = match ending {
            RevocationState::Revoked => (EventKind::Revoked, true),
            RevocationState::NothingLeft => (EventKind::NothingLeft, true),
            _ => (EventKind::RevocationUnproven, false),
        };
        let event = self
            .event(kind, ok, format!("{}: {}", record.name, receipt.headline()))
            .about(record);
        let event = vault::NewEvent {
            grant_id: Some(open.grant_id.clone()),
            ..event
        };
        if ending == RevocationState::Open {
            let told = (trigger == Trigger::Person).then_some(&event);
            vault
                .put_off_revocation(
                    &open.id,
                    self.next_try(open),
                    &receipt::record(&receipt)?,
                    told,
                )
                .await?;
        } else {
            for one in &earlier {
                vault.drop_revocation(&one.id).await?;
            }
            vault
                .close_revocation(&open.id, &receipt::record(&receipt)?, &event)
                .await?;
        }
        self.changed(Change::Vault);
        Ok(receipt)
    }

    /// What the login had before its newest tokens, in one step: the worst that was answered. Access tokens are asked for last, as
    /// most issuers end them with the refresh token, and are seen to be refused or not.
    async fn take_back_earlier(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        earlier: &[OpenRevocation],
        others: Option<PartyAnswer>,
        reach: Reach,
    ) -> Result<Option<ReceiptStep>, Error> {
        let mut worst = others.or((!earlier.is_empty()).then_some(PartyAnswer::Confirmed));
        let (renewable, passing): (Vec<_>, Vec<_>) =
            earlier.iter().partition(|one| one.refresh_token.is_some());
        for one in renewable {
            let steps = self.ask_issuer(vault, record, one, reach).await?;
            if is_confirmed(one, &steps) {
                vault.drop_revocation(&one.id).await?;
            } else if worst == Some(PartyAnswer::Confirmed) {
                worst = steps.into_iter().next().map(|step| step.answer);
            }
        }
        for one in passing
            .into_iter()
            .filter(|one| one.expires_at.is_none_or(|at| at > self.now()))
        {
            let probe = self.probe(record, one, reach).await?.answer;
            let answer = if probe == PartyAnswer::Refused {
                PartyAnswer::Refused
            } else {
                let steps = self.ask_issuer(vault, record, one, reach).await?;
                let again = self.probe(record, one, reach).await?.answer;
                if is_confirmed(one, &steps) && !matches!(again, PartyAnswer::Accepted { .. }) {
                    PartyAnswer::Confirmed
                } else {
                    again
                }
            };
            if answer.is_done() {
                vault.drop_revocation(&one.id).await?;
            } else if worst == Some(PartyAnswer::Confirmed) {
                worst = Some(answer);
            }
        }
        Ok(worst.map(|answer| ReceiptStep {
            kind: ReceiptStepKind::Earlier,
            answer,
        }))
    }

    fn next_try(&self, open: &OpenRevocation) -> Timestamp {
        let wait = FIRST_RETRY_SECONDS
            .saturating_mul(1_i64 << open.tries.min(5))
            .min(LONGEST_RETRY_SECONDS);
        self.now().plus(wait)
    }

    /// A login that had ended by itself: there are no tokens, only perhaps a registration.
    async fn nothing_left(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
    ) -> Result<Receipt, Error> {
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let open = OpenRevocation {
            id: vault::new_id(),
            grant_id: grant.id.clone(),
            resource: grant.resource.clone(),
            account_name: grant.account.name.clone(),
            issuer: grant.issuer.clone(),
            token_endpoint: grant.token_endpoint.clone(),
            registration_id: grant.registration_id.clone(),
            refresh_token: None,
            access_token: None,
            dpop_key: None,
            expires_at: None,
            opened_at: self.now(),
            tries: 0,
            next_try_at: self.now(),
        };
        let steps = self
            .unregister(vault, &open, &[], reach)
            .await?
            .into_iter()
            .collect();
        let receipt = receipt_of(
            &open,
            record,
            steps,
            RevocationState::NothingLeft,
            self.now(),
        );
        let message = format!("{}: {}", record.name, receipt.headline());
        let event = self
            .event(EventKind::NothingLeft, true, message)
            .about(record)
            .on(grant);
        vault
            .close_revocation(&open.id, &receipt::record(&receipt)?, &event)
            .await?;
        Ok(receipt)
    }

    /// Tokens that no grant holds any more: of a login that was replaced, or that may not be kept.
    ///
    /// Where a login goes on with the same client id, nobody is asked yet: issuers hang all logins of one person and program on
    /// one grant of their own, and end it with any of its tokens (RFC 7009 §2.1).
    pub(crate) async fn take_back_replaced(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        replaced: &Grant,
        limit: Duration,
    ) -> Result<ReplacedTokens, Error> {
        let Some(open) = self.set_aside(replaced) else {
            return Ok(ReplacedTokens::Nothing);
        };
        let alive = vault
            .grants_of(&record.uri)
            .await?
            .into_iter()
            .find(|grant| {
                let is_same_client =
                    grant.registration_id == open.registration_id && grant.issuer == open.issuer;
                is_same_client
                    && grant.tokens().is_some_and(|tokens| {
                        Some(&tokens.access_token) != open.access_token.as_ref()
                    })
            });
        if let Some(alive) = alive {
            let beside = OpenRevocation {
                grant_id: alive.id,
                next_try_at: OpenRevocation::WITH_ITS_LOGIN,
                ..open
            };
            vault.open_revocation(&beside).await?;
            return Ok(ReplacedTokens::KeptBeside);
        }
        let is_kept = match vault.open_revocation(&open).await {
            Ok(()) => true,
            // The server was removed meanwhile: then it is tried this once.
            Err(VaultError::Orphan) => false,
            Err(error) => return Err(error.into()),
        };
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let asked = tokio::time::timeout(limit, self.ask_issuer(vault, record, &open, reach)).await;
        let steps = match asked {
            Ok(steps) => steps?,
            Err(_) => Vec::new(),
        };
        if is_confirmed(&open, &steps) {
            vault.drop_revocation(&open.id).await?;
            return Ok(ReplacedTokens::TakenBack);
        }
        if is_kept {
            let receipt = receipt_of(&open, record, steps, RevocationState::Open, self.now());
            vault
                .put_off_revocation(
                    &open.id,
                    self.next_try(&open),
                    &receipt::record(&receipt)?,
                    None,
                )
                .await?;
        }
        Ok(ReplacedTokens::Open)
    }
}

/// Whether the issuer has said that what could renew the login is gone.
fn is_confirmed(open: &OpenRevocation, steps: &[ReceiptStep]) -> bool {
    let kind = if open.refresh_token.is_some() {
        ReceiptStepKind::RefreshToken
    } else {
        ReceiptStepKind::AccessToken
    };
    steps
        .iter()
        .any(|step| step.kind == kind && step.answer == PartyAnswer::Confirmed)
}

/// What a login had before its newest tokens.
async fn earlier_of(vault: &Vault, id: &GrantId) -> Result<Vec<OpenRevocation>, Error> {
    let mut open = vault.open_revocations().await?;
    open.retain(|open| open.waits_for_its_login() && open.grant_id == *id);
    Ok(open)
}

async fn open_at(
    vault: &Vault,
    record: &ResourceRecord,
    account: Option<&str>,
) -> Result<Vec<OpenRevocation>, Error> {
    let mut open = vault.open_revocations().await?;
    open.retain(|open| !open.waits_for_its_login());
    open.retain(|open| {
        open.resource == record.uri && account.is_none_or(|account| open.account_name == account)
    });
    Ok(open)
}
