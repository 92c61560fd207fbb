//! Receipts: what each party answered, as a person reads it.

use crate::dto;
use messages::Text;
use model::{LastToken, Receipt, ReceiptStep};

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
        headline: receipt.headline().told(),
        ending: receipt.ending,
        proven: receipt.ending.is_proven(),
        last_token,
        lives_until,
        steps: receipt
            .steps
            .iter()
            .map(|step| shown(step, receipt))
            .collect(),
        by_hand: receipt.by_hand().as_ref().map(Text::told),
    }
}

fn shown(step: &ReceiptStep, receipt: &Receipt) -> dto::ReceiptStep {
    dto::ReceiptStep {
        deed: step.kind,
        what: step.kind.label().told(),
        outcome: step.answer.outcome(),
        detail: receipt.detail(step).told(),
    }
}
