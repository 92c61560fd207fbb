//! Receipts: what each party answered, as a person reads it.

use crate::convert::problem::sentence;
use crate::dto;
use messages::{Text, text};
use model::{LastToken, PartyAnswer, Receipt, ReceiptStep, ReceiptStepKind};
use oauth::error_description::ErrorDescription;

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
    let what: Text = match step.kind {
        ReceiptStepKind::RefreshToken => text::ReceiptStepRefreshToken.into(),
        ReceiptStepKind::AccessToken => text::ReceiptStepAccessToken.into(),
        ReceiptStepKind::Earlier => text::ReceiptStepEarlier.into(),
        ReceiptStepKind::Registration => text::ReceiptStepRegistration.into(),
        ReceiptStepKind::Probe => text::ReceiptStepProbe.into(),
        ReceiptStepKind::Vault => text::ReceiptStepVault.into(),
    };
    dto::ReceiptStep {
        deed: step.kind,
        what: what.told(),
        outcome: step.answer.outcome(),
        detail: detail(step, receipt),
    }
}

fn detail(step: &ReceiptStep, receipt: &Receipt) -> String {
    let (issuer, server) = (receipt.issuer_host(), &receipt.resource_host);
    let text: Text = match &step.answer {
        PartyAnswer::Confirmed if step.kind == ReceiptStepKind::Registration => {
            text::ReceiptAnswerRegistration { issuer }.into()
        }
        PartyAnswer::Confirmed => text::ReceiptAnswerConfirmed { issuer }.into(),
        PartyAnswer::NotOffered => text::ReceiptAnswerNotOffered { issuer }.into(),
        PartyAnswer::KindNotSupported => text::ReceiptAnswerKind { issuer }.into(),
        PartyAnswer::Status { status, said } => {
            quoting(unconfirmed(step.kind, issuer, *status), said.as_deref())
        }
        PartyAnswer::NoAnswer { why } | PartyAnswer::NotSent { why } => return sentence(why),
        PartyAnswer::NotAsked => text::ReceiptAnswerNotAsked { issuer }.into(),
        PartyAnswer::Refused => text::ReceiptAnswerRefused { server }.into(),
        PartyAnswer::Accepted { status } => {
            let status = status.to_string();
            text::ReceiptAnswerAccepted { server, status }.into()
        }
        PartyAnswer::TellsNothing { status } => {
            let status = status.to_string();
            text::ReceiptAnswerUnproven { server, status }.into()
        }
        PartyAnswer::Erased => text::ReceiptAnswerErased.into(),
        PartyAnswer::Kept => text::ReceiptAnswerKept.into(),
    };
    text.told()
}

/// RFC 7009 §2.2: 200 confirms, and nothing else does.
fn unconfirmed(kind: ReceiptStepKind, issuer: String, status: u16) -> Text {
    let is_success = kind != ReceiptStepKind::Registration && (201..300).contains(&status);
    match status.to_string() {
        _ if status == 200 => text::ReceiptAnswerUnconfirmed { issuer }.into(),
        status if is_success => text::ReceiptAnswerSuccess { issuer, status }.into(),
        status => text::ReceiptAnswerStatus { issuer, status }.into(),
    }
}

/// With the party's own words, as far as a sentence holds them.
fn quoting(what: Text, said: Option<&str>) -> Text {
    match said.and_then(|said| ErrorDescription::new(said, &[])) {
        Some(said) => {
            let said = said.to_string();
            text::InItsWords { what, said }.into()
        }
        None => what,
    }
}
