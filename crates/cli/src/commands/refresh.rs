//! `refresh`.

use crate::commands::one_grant::one_grant;
use crate::hints;
use crate::output::{Output, told};
use api::convert;
use broker::{Broker, Error};
use messages::{Arg, text};
use model::{Code, GrantState};

pub(crate) async fn run(
    broker: &Broker,
    server: &str,
    account: Option<&str>,
    output: Output,
) -> Result<(), Error> {
    let grant = broker
        .refresh(&one_grant(broker, server, account).await?.id)
        .await?;
    if let GrantState::LoginNeeded(reason) = grant.state {
        let error = Error::new(Code::LoginRequired, broker::explain(reason));
        return Err(hints::login(error, server));
    }
    let view = broker.resource(grant.resource.as_str()).await?;
    let server = &view.record.name;
    let text = match grant.tokens().and_then(|tokens| tokens.expires_at) {
        Some(at) => told(text::CliRefreshedUntil {
            server,
            span: Arg::span(at.since(broker.now())),
        }),
        None => told(text::CliRefreshed { server }),
    };
    let shown = convert::grant(&grant, &view.record.id, &view.receipts, view.at);
    output.answer(&shown, &text)
}
