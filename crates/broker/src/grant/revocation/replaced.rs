//! Tokens that a login replaces, or that may not be kept: taken back at once, or with the login that goes on.

use super::conclusion::{is_confirmed, next_try, receipt_of};
use super::records::to_record;
use crate::{Broker, Error};
use model::{Grant, ResourceRecord, RevocationState};
use oauth::address_guard::Reach;
use std::time::Duration;
use vault::{OpenRevocation, Vault, VaultError};

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

impl Broker {
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
        let alive = login_beside(vault, record, &open, replaced).await?;
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
                    next_try(&open, &receipt.steps, self.now()),
                    &to_record(&receipt)?,
                    None,
                )
                .await?;
        }
        Ok(ReplacedTokens::Open)
    }
}

/// A login of the same person by the same client id that goes on.
async fn login_beside(
    vault: &Vault,
    record: &ResourceRecord,
    open: &OpenRevocation,
    replaced: &Grant,
) -> Result<Option<Grant>, Error> {
    let goes_on = |grant: &Grant| {
        grant
            .tokens()
            .is_some_and(|tokens| Some(&tokens.access_token) != open.access_token.as_ref())
    };
    let grants = vault.grants_of(&record.uri).await?;
    Ok(grants.into_iter().find(|grant| {
        grant.registration_id == open.registration_id
            && grant.issuer == open.issuer
            && may_be_of_one_person(grant, replaced)
            && goes_on(grant)
    }))
}

/// Where the issuer names nobody, either may be whoever the other is.
fn may_be_of_one_person(one: &Grant, other: &Grant) -> bool {
    match (&one.account.subject, &other.account.subject) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
