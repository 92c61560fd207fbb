//! Receipts: the sentences that are made of what each party answered.

use crate::convert::problem::sentence;
use crate::dto;
use model::{LastToken, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind};
use oauth::error_description::{ErrorDescription, clause};

/// A receipt in words.
pub fn receipt(receipt: &Receipt) -> dto::Receipt {
    let (last_token, lives_until) = match receipt.last_token {
        LastToken::Gone | LastToken::RanOut => (dto::LastToken::Gone, None),
        LastToken::Until { at } => (dto::LastToken::Until, Some(at.0)),
        LastToken::Untold => (dto::LastToken::Untold, None),
    };
    dto::Receipt {
        id: receipt.id.clone(),
        resource_id: receipt.resource_id.clone(),
        resource_name: receipt.resource_name.clone(),
        grant_id: receipt.grant_id.0.clone(),
        account: receipt.account.clone(),
        issuer_host: receipt.issuer_host(),
        at: receipt.at.0,
        headline: receipt.headline(),
        ending: receipt.ending,
        proven: receipt.ending.is_proven(),
        last_token,
        lives_until,
        steps: receipt
            .steps
            .iter()
            .map(|step| shown(step, receipt))
            .collect(),
        by_hand: receipt.by_hand(),
    }
}

fn shown(step: &ReceiptStep, receipt: &Receipt) -> dto::ReceiptStep {
    let what = match step.kind {
        ReceiptStepKind::RefreshToken => "Refresh token at the issuer",
        ReceiptStepKind::AccessToken => "Access token at the issuer",
        ReceiptStepKind::Earlier => "Earlier tokens of this login at the issuer",
        ReceiptStepKind::Registration => "Registration at the issuer",
        ReceiptStepKind::Probe => "Old token at the server",
        ReceiptStepKind::Vault => "In the vault",
    };
    dto::ReceiptStep {
        deed: step.kind,
        what: what.to_owned(),
        outcome: step.answer.outcome(),
        detail: detail(step, receipt),
    }
}

fn detail(step: &ReceiptStep, receipt: &Receipt) -> String {
    let (issuer, server) = (receipt.issuer_host(), &receipt.resource_host);
    match &step.answer {
        PartyAnswer::Confirmed if step.kind == ReceiptStepKind::Registration => {
            format!("{issuer} has forgotten this program.")
        }
        PartyAnswer::Confirmed => format!("{issuer} confirmed that it is revoked."),
        PartyAnswer::NotOffered => format!("{issuer} has no revocation endpoint (RFC 7009)."),
        PartyAnswer::KindNotSupported => format!("{issuer} does not take back this kind of token."),
        PartyAnswer::Status { status: 200, said } => {
            format!(
                "{issuer} answered with status 200 and something that is no confirmation{}.",
                words(said.as_deref())
            )
        }
        PartyAnswer::Status { status, said }
            if step.kind != ReceiptStepKind::Registration && (201..300).contains(status) =>
        {
            format!(
                "{issuer} answered with status {status}{}. Only 200 confirms it (RFC 7009).",
                words(said.as_deref())
            )
        }
        PartyAnswer::Status { status, said } => format!(
            "{issuer} answered with status {status}{}.",
            words(said.as_deref())
        ),
        PartyAnswer::NoAnswer { why } | PartyAnswer::NotSent { why } => sentence(why),
        PartyAnswer::NotAsked => format!("Not asked: {issuer} had just not answered."),
        PartyAnswer::Refused => format!("Refused: {server} answered 401."),
        PartyAnswer::Accepted { status } => {
            format!(
                "Still taken: {server} answered {status}, and takes no request without a token."
            )
        }
        PartyAnswer::TellsNothing { status } => {
            format!(
                "Could not be proven: {server} answered {status}, which says nothing of the token."
            )
        }
        PartyAnswer::Erased => "The stored tokens were overwritten.".to_owned(),
        PartyAnswer::Kept => {
            "The tokens stay sealed, for another try at the issuer and nothing else.".to_owned()
        }
    }
}

fn words(said: Option<&str>) -> String {
    clause(
        said.and_then(|said| ErrorDescription::new(said, &[]))
            .as_ref(),
    )
}
