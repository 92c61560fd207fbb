//! `revoke`, `remove` and `receipts`: taking logins back, and what each party answered.

use crate::args::RevokeArgs;
use crate::commands::one_grant::one_grant;
use crate::output::{Output, ago, command_line, confirm, told};
use api::convert;
use api::dto::{LastToken, Receipt};
use broker::{Broker, Error, ResourceView};
use messages::{Arg, text};
use model::{Code, Grant, GrantState, ReceiptOutcome, RevocationState};

pub(crate) async fn run(broker: &Broker, args: RevokeArgs, output: Output) -> Result<(), Error> {
    let (server, account) = (args.server.as_str(), args.account.as_deref());
    if args.let_go {
        confirm(text::CliRevokeLetGoAsk { server }, args.yes)?;
        let receipts = some(broker.let_go(server, account).await?, server)?;
        return show(broker, &receipts, output);
    }
    if args.retry {
        output.tell(text::CliRevokeAgain);
        let receipts = some(broker.retry_revocations(server, account).await?, server)?;
        show(broker, &receipts, output)?;
        return receipts
            .iter()
            .find_map(broker::revocation_failure)
            .map_or(Ok(()), Err);
    }
    let view = broker.resource(server).await?;
    let grant = if let Some(grant) = unfinished(&view, account) {
        // It was given up before, and its issuer has not confirmed: this is another try.
        grant
    } else {
        let grant = one_grant(broker, server, account).await?;
        let account = &grant.account.name;
        confirm(text::CliRevokeAsk { account, server }, args.yes)?;
        grant
    };
    output.tell(text::CliRevokeBegun);
    let receipt = broker.revoke(&grant.id).await?;
    let shown = convert::receipt(&receipt);
    output.answer(&shown, &describe(&shown, broker.now().0))?;
    broker::revocation_failure(&receipt).map_or(Ok(()), Err)
}

/// The login that a second `revoke` is about: nobody is logged in, and one revocation is open.
fn unfinished(view: &ResourceView, account: Option<&str>) -> Option<Grant> {
    let is_meant = |grant: &&Grant| account.is_none_or(|account| grant.account.name == account);
    if view
        .grants
        .iter()
        .filter(is_meant)
        .any(|grant| !matches!(grant.state, GrantState::Revoked { .. }))
    {
        return None;
    }
    let is_open = |grant: &&Grant| {
        view.receipts
            .iter()
            .any(|receipt| receipt.grant_id == grant.id && receipt.ending == RevocationState::Open)
    };
    view.grants.iter().filter(is_meant).find(is_open).cloned()
}

fn some(receipts: Vec<model::Receipt>, server: &str) -> Result<Vec<model::Receipt>, Error> {
    if receipts.is_empty() {
        let command = command_line(&["receipts", server]);
        return Err(
            Error::new(Code::NotFound, text::CliRevokeNoneOpen { server })
                .with_hint(text::CliRevokeNoneOpenHint { command }),
        );
    }
    Ok(receipts)
}

fn show(broker: &Broker, receipts: &[model::Receipt], output: Output) -> Result<(), Error> {
    let shown: Vec<Receipt> = receipts.iter().map(convert::receipt).collect();
    let text: String = shown
        .iter()
        .map(|receipt| describe(receipt, broker.now().0))
        .collect();
    output.answer(&shown, &text)
}

pub(crate) async fn remove(
    broker: &Broker,
    server: &str,
    let_go: bool,
    yes: bool,
    output: Output,
) -> Result<(), Error> {
    let view = broker.resource(server).await?;
    let name = view.record.name.as_str();
    let is_granted = view
        .grants
        .iter()
        .any(|grant| !matches!(grant.state, GrantState::Revoked { .. }));
    if is_granted {
        confirm(text::CliRemoveGrantedAsk { server: name }, yes)?;
    } else {
        confirm(text::CliRemoveAsk { server: name }, yes)?;
    }
    let removal = broker.remove(&view.record.id, let_go).await?;
    let shown: Vec<Receipt> = removal.receipts.iter().map(convert::receipt).collect();
    let mut text: String = shown
        .iter()
        .map(|receipt| describe(receipt, broker.now().0))
        .collect();
    if removal.removed {
        text.push_str(&told(text::CliRemoved { server: name }));
    }
    output.answer(&shown, &text)?;
    if !removal.removed {
        return Err(removal.refusal());
    }
    removal
        .receipts
        .iter()
        .find_map(broker::revocation_failure)
        .map_or(Ok(()), Err)
}

/// Of one server, also of one that is gone, or of all; newest first.
pub(crate) async fn receipts(
    broker: &Broker,
    server: Option<&str>,
    output: Output,
) -> Result<(), Error> {
    let id = match server {
        Some(server) => broker
            .resource(server)
            .await
            .ok()
            .map(|view| view.record.id),
        None => None,
    };
    let is_meant = |receipt: &model::Receipt| match (server, &id) {
        (None, _) => true,
        (_, Some(id)) => receipt.resource_id == *id,
        (Some(server), None) => receipt.resource_name == server,
    };
    let receipts: Vec<_> = broker
        .receipts(None)
        .await?
        .into_iter()
        .filter(is_meant)
        .collect();
    if receipts.is_empty() && !output.json {
        output.tell(text::CliReceiptsNone);
        return Ok(());
    }
    show(broker, &receipts, output)
}

pub(crate) fn describe(receipt: &Receipt, now: i64) -> String {
    let mut text = format!(
        "{}: {} ({})\n",
        receipt.resource_name,
        receipt.headline,
        told(ago(receipt.at, now))
    );
    for step in &receipt.steps {
        let sign = match step.outcome {
            ReceiptOutcome::Done => "✓",
            ReceiptOutcome::NotOffered => "·",
            ReceiptOutcome::Failed => "✗",
        };
        text.push_str(&format!("  {sign} {}: {}\n", step.what, step.detail));
    }
    match (receipt.last_token, receipt.lives_until) {
        (LastToken::Until, Some(at)) if at > now => {
            let span = Arg::span(at - now);
            let line = told(text::CliReceiptTokenUntil { span });
            text.push_str(&format!("  ! {line}\n"));
        }
        (LastToken::Untold, _) => {
            let line = told(text::CliReceiptTokenUntold);
            text.push_str(&format!("  ! {line}\n"));
        }
        _ => {}
    }
    if let Some(by_hand) = &receipt.by_hand {
        text.push_str(&format!("  ! {by_hand}\n"));
    }
    if receipt.ending == RevocationState::Open {
        let again = command_line(&["revoke", &receipt.resource_name, "--retry"]);
        let stop = command_line(&["revoke", &receipt.resource_name, "--let-go"]);
        let line = told(text::CliReceiptOpen { again, stop });
        text.push_str(&format!("  ! {line}\n"));
    }
    text
}
