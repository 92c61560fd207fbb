//! One revocation asked of everybody: the issuer, what a login had before, the registration, and the server.

use super::aside::{earlier_of, open_at};
use super::conclusion::{is_confirmed, next_try, receipt_of, state_of, with_earlier, worst_answer};
use super::records::to_record;
use crate::store::events::EventContext;
use crate::{Broker, Change, Error};
use messages::text;
use model::{
    EventKind, Grant, NewEvent, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind, ResourceRecord,
    RevocationState,
};
use oauth::address_guard::Reach;
use vault::{OpenRevocation, Vault};

/// Who began another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    Person,
    /// A retry by itself, of which only the end is worth a line.
    Schedule,
}

impl Broker {
    /// Asks everybody, and keeps what they answered: closed, or open for another time.
    pub(super) async fn take_back(
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
    pub(super) async fn take_back_with(
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
        let state = state_of(open, &steps, self.now());
        let answer = match state {
            RevocationState::Open => PartyAnswer::Kept,
            _ => PartyAnswer::Erased,
        };
        steps.push(ReceiptStep {
            kind: ReceiptStepKind::Vault,
            answer,
        });
        let receipt = with_earlier(
            receipt_of(open, record, steps, state, self.now()),
            earlier.iter().filter_map(|one| one.expires_at).max(),
        );
        self.keep_conclusion(vault, record, open, &earlier, &receipt, trigger)
            .await?;
        Ok(receipt)
    }

    /// Closed, or open for another time.
    async fn keep_conclusion(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
        earlier: &[OpenRevocation],
        receipt: &Receipt,
        trigger: Trigger,
    ) -> Result<(), Error> {
        let (kind, ok) = match receipt.ending {
            RevocationState::Revoked => (EventKind::Revoked, true),
            RevocationState::NothingLeft => (EventKind::NothingLeft, true),
            _ => (EventKind::RevocationUnproven, false),
        };
        let message = text::ReceiptAbout {
            server: &record.name,
            headline: receipt.headline(),
        };
        let event = NewEvent {
            grant_id: Some(open.grant_id.clone()),
            ..self.event(kind, ok, message).about(record)
        };
        if receipt.ending == RevocationState::Open {
            let told = (trigger == Trigger::Person).then_some(&event);
            let later = next_try(open, &receipt.steps, self.now());
            vault
                .put_off_revocation(&open.id, later, &to_record(receipt)?, told)
                .await?;
        } else {
            for one in earlier {
                vault.drop_revocation(&one.id).await?;
            }
            vault
                .close_revocation(&open.id, &to_record(receipt)?, &event)
                .await?;
        }
        self.changed(Change::Vault);
        Ok(())
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
                let answer = steps.into_iter().next().map(|step| step.answer);
                worst = answer.or(Some(PartyAnswer::NotAsked));
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

    /// Earlier logins of the same account that their issuer has not taken back yet: the worst that it says of them now.
    pub(super) async fn retry_others(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        open: &OpenRevocation,
    ) -> Result<Option<PartyAnswer>, Error> {
        let mut receipts = Vec::new();
        for other in open_at(vault, record, Some(&open.account_name))
            .await?
            .into_iter()
            .filter(|other| other.id != open.id)
        {
            receipts.push(
                self.take_back(vault, record, &other, Trigger::Person)
                    .await?,
            );
        }
        Ok(worst_answer(&receipts))
    }

    /// A login that had ended by itself: there are no tokens, only perhaps a registration.
    pub(super) async fn nothing_left(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
    ) -> Result<Receipt, Error> {
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let open = self.without_tokens(grant);
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
        let message = text::ReceiptAbout {
            server: &record.name,
            headline: receipt.headline(),
        };
        let event = self
            .event(EventKind::NothingLeft, true, message)
            .about(record)
            .on(grant);
        vault
            .close_revocation(&open.id, &to_record(&receipt)?, &event)
            .await?;
        Ok(receipt)
    }
}
