//! What a login brought, and what it leaves to be done.

use crate::output::{Output, command_line};
use crate::words::permit_again;
use api::convert;
use broker::{Broker, Error};
use model::{Grant, RevocationState};

pub(super) async fn report(broker: &Broker, grant: &Grant, output: Output) -> Result<(), Error> {
    let view = broker.resource(grant.resource.as_str()).await?;
    let scopes = grant
        .tokens()
        .map(|tokens| tokens.scopes.to_string())
        .unwrap_or_default();
    let granted = if scopes.is_empty() {
        "access, without a word of its scopes"
    } else {
        scopes.as_str()
    };
    let text = format!(
        "{}: logged in as {}\ngranted: {granted}",
        view.record.name, grant.account.name
    );
    let shown = convert::grant(grant, &view.record.id, &view.receipts, view.at);
    output.answer(&shown, &text)?;
    if let Some(why) = &shown.not_renewed {
        output.tell(why);
        let consent = command_line(&["login", &view.record.name, "--consent"]);
        if view.wants_consent {
            output.tell(&format!(
                "Issuers that keep to OpenID Connect give one only where consent is asked for by name. The next login does: {consent}"
            ));
        }
    }
    for receipt in view
        .receipts
        .iter()
        .filter(|receipt| receipt.ending == RevocationState::Open)
    {
        let again = command_line(&["revoke", &view.record.name, "--retry"]);
        let headline = receipt.headline().told();
        output.tell(&format!("! {headline} Try again: {again}"));
    }
    // Nothing is given by itself: what agents had before a revocation is offered.
    let agents: Vec<_> = broker
        .agents()
        .await?
        .into_iter()
        .map(|(agent, _)| agent)
        .collect();
    for offer in broker::offers(&view, &agents)
        .into_iter()
        .filter(|offer| offer.permit.grant_id == grant.id)
    {
        output.tell(&permit_again(&convert::permit_offer(offer), broker.now().0));
    }
    Ok(())
}
