//! `refresh`.

use crate::commands::one_grant::one_grant;
use crate::output::{Output, relative};
use api::convert;
use broker::{Broker, Error};
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
        return Err(Error::new(Code::LoginRequired, broker::explain(reason))
            .with_hint(format!("Run `gatelodge login {server}`.")));
    }
    let view = broker.resource(grant.resource.as_str()).await?;
    let ends = grant
        .tokens()
        .and_then(|tokens| tokens.expires_at)
        .map_or_else(String::new, |at| {
            format!("; the token ends {}", relative(at.0, broker.now().0))
        });
    let shown = convert::grant(&grant, &view.record.id, &view.receipts, view.at);
    output.answer(&shown, &format!("{}: renewed{ends}", view.record.name))
}
