//! `refresh`, `revoke` and `remove`.

use crate::commands::one_grant;
use crate::output::{Output, confirm, relative};
use api::convert;
use api::dto::{Receipt, ReceiptOutcome};
use broker::{Broker, Code, Error};
use oauth::grant::GrantState;

pub(crate) async fn refresh(broker: &Broker, server: &str, account: Option<&str>, output: Output) -> Result<(), Error> {
    let grant = broker.refresh(&one_grant(broker, server, account).await?.id).await?;
    if let GrantState::LoginNeeded(reason) = grant.state {
        return Err(
            Error::new(Code::LoginRequired, broker::explain(reason)).with_hint(format!("Run `gatelodge login {server}`."))
        );
    }
    let view = broker.resource(grant.resource.as_str()).await?;
    let ends = grant
        .tokens()
        .and_then(|tokens| tokens.expires_at)
        .map_or_else(String::new, |at| format!("; the token ends {}", relative(at.0, broker.now().0)));
    output.answer(&convert::grant(&grant, &view.record.id), &format!("{}: renewed{ends}", view.record.name))
}

pub(crate) async fn revoke(broker: &Broker, server: &str, account: Option<&str>, yes: bool, output: Output) -> Result<(), Error> {
    let grant = one_grant(broker, server, account).await?;
    confirm(&format!("Revoke the access of {} to {server}? Agents lose it at once.", grant.account.name), yes)?;
    output.tell("Taking it back…");
    let receipt = convert::receipt(broker.revoke(&grant.id).await?);
    output.answer(&receipt, &describe(&receipt))
}

pub(crate) async fn remove(broker: &Broker, server: &str, yes: bool, output: Output) -> Result<(), Error> {
    let view = broker.resource(server).await?;
    confirm(&format!("Revoke what is granted at {} and forget it?", view.record.name), yes)?;
    let receipts: Vec<Receipt> = broker.remove(&view.record.id).await?.into_iter().map(convert::receipt).collect();
    let mut text: String = receipts.iter().map(describe).collect();
    text.push_str(&format!("{} was removed\n", view.record.name));
    output.answer(&receipts, &text)
}

pub(crate) fn describe(receipt: &Receipt) -> String {
    let mut text = format!("{}: the access of {} is revoked\n", receipt.resource_name, receipt.account);
    for step in &receipt.steps {
        let sign = match step.outcome {
            ReceiptOutcome::Done => "✓",
            ReceiptOutcome::NotOffered => "·",
            ReceiptOutcome::Failed => "✗",
        };
        text.push_str(&format!("  {sign} {}: {}\n", step.what, step.detail));
    }
    if let Some(by_hand) = &receipt.by_hand {
        text.push_str(&format!("  ! {by_hand}\n"));
    }
    text
}
