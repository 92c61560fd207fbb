//! What a login brought, and what it leaves to be done.

use crate::output::{Output, command_line, told};
use crate::words::permit_again;
use api::convert;
use broker::{Broker, Error};
use messages::text;
use model::{Grant, RevocationState};

pub(super) async fn report(broker: &Broker, grant: &Grant, output: Output) -> Result<(), Error> {
    let view = broker.resource(grant.resource.as_str()).await?;
    let scopes = grant
        .tokens()
        .map(|tokens| tokens.scopes.to_string())
        .unwrap_or_default();
    let lines = [
        told(text::CliLoginDone {
            server: &view.record.name,
            account: &grant.account.name,
        }),
        if scopes.is_empty() {
            told(text::CliLoginGrantedUntold)
        } else {
            told(text::CliLoginGranted { scopes })
        },
    ];
    let shown = convert::grant(grant, &view.record.id, &view.receipts, view.at);
    output.answer(&shown, &lines.join("\n"))?;
    if let Some(why) = &shown.not_renewed {
        output.tell(text::AsWritten { text: why });
        let command = command_line(&["login", &view.record.name, "--consent"]);
        if view.wants_consent {
            output.tell(text::CliLoginConsent { command });
        }
    }
    for receipt in view
        .receipts
        .iter()
        .filter(|receipt| receipt.ending == RevocationState::Open)
    {
        let command = command_line(&["revoke", &view.record.name, "--retry"]);
        let headline = receipt.headline();
        output.tell(text::CliLoginRevocationOpen { headline, command });
    }
    // Nothing is given by itself: what agents had before a revocation is offered.
    for offer in broker::offers(&view.record, &view.grants, &view.permits)
        .into_iter()
        .filter(|offer| offer.permit.grant_id == grant.id)
    {
        output.tell(permit_again(&convert::permit_offer(offer), broker.now().0));
    }
    Ok(())
}
