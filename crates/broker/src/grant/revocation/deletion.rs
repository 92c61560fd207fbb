//! The deletion of this program's registrations at an issuer that nothing uses any more (RFC 7592).

use super::conclusion::{is_confirmed, no_answer};
use crate::{Broker, Error};
use model::{PartyAnswer, ReceiptStep, ReceiptStepKind};
use oauth::address_guard::Reach;
use oauth::registration::{self, Management};
use std::collections::HashSet;
use vault::{OpenRevocation, Vault};

impl Broker {
    /// Best effort: every dynamic registration at the issuer that no grant, no login under way and no other revocation needs.
    /// Logins by another redirect may have left one more. The one that `open` needs stays where its issuer may confirm another
    /// time; where it has refused for good, a deletion is the most that can still be done.
    pub(super) async fn unregister(
        &self,
        vault: &Vault,
        open: &OpenRevocation,
        steps: &[ReceiptStep],
        reach: Reach,
    ) -> Result<Option<ReceiptStep>, Error> {
        let is_kept_for_later = may_try_again(open, steps);
        let confirmed = steps.is_empty() || is_confirmed(open, steps);
        let elsewhere = needed_elsewhere(vault, open).await?;
        let mut told: Option<PartyAnswer> = None;
        for known in vault.registrations_at(&open.issuer).await? {
            let is_own = open.registration_id.as_ref() == Some(&known.id);
            let is_needed = (is_own && is_kept_for_later)
                || elsewhere.contains(&known.id)
                || vault.count_grants_using(&known.id).await? > 0;
            let Some(management) = known.management.as_ref().filter(|_| !is_needed) else {
                continue;
            };
            let answer = self.deleted(management, reach).await;
            if answer == PartyAnswer::Confirmed || confirmed || !is_own {
                vault.forget_registration(&known.id).await?;
            }
            // That a leftover was deleted confirms nothing of this login; that one was not is told, unless its own is.
            if is_own || (told.is_none() && answer != PartyAnswer::Confirmed) {
                told = Some(answer);
            }
        }
        Ok(told.map(|answer| ReceiptStep {
            kind: ReceiptStepKind::Registration,
            answer,
        }))
    }

    async fn deleted(&self, management: &Management, reach: Reach) -> PartyAnswer {
        match registration::delete(&self.inner.upstream.http, management, reach).await {
            Ok(200 | 202 | 204) => PartyAnswer::Confirmed,
            Ok(status) => PartyAnswer::Status { status, said: None },
            Err(error) => no_answer(&error),
        }
    }
}

/// Whether the issuer may confirm another time. What it says of an access token beside a refresh token decides nothing.
fn may_try_again(open: &OpenRevocation, steps: &[ReceiptStep]) -> bool {
    let has_refresh = open.refresh_token.is_some();
    steps.iter().any(|step| {
        step.answer.is_of_now_only() && !(has_refresh && step.kind == ReceiptStepKind::AccessToken)
    })
}

/// Registrations that logins under way and other revocations need. Another login of the same grant by another client id is
/// still to be asked for by that one.
async fn needed_elsewhere(vault: &Vault, open: &OpenRevocation) -> Result<HashSet<String>, Error> {
    let others = vault.open_revocations().await?.into_iter().filter(|other| {
        other.grant_id != open.grant_id || other.registration_id != open.registration_id
    });
    let attempts = vault.login_attempts().await?;
    let awaited = attempts
        .iter()
        .filter_map(|attempt| attempt.registration_id().map(str::to_owned));
    Ok(others
        .filter_map(|other| other.registration_id)
        .chain(awaited)
        .collect())
}
