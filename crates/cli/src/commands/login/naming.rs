//! What a login is called whose issuer does not say who it is: two of them could not be told apart.

use crate::args::LoginArgs;
use crate::output::{Output, command_line};
use broker::{Broker, Error};
use messages::text;
use model::Grant;

/// The name that the person gave with the login; else how to give one, or to have the issuer say it.
pub(super) async fn named(
    broker: &Broker,
    grant: Grant,
    args: &LoginArgs,
    output: Output,
) -> Result<Grant, Error> {
    if let Some(name) = &args.account_name {
        return broker.name_account(&grant.id, name).await;
    }
    if !grant.is_unnamed() {
        return Ok(grant);
    }
    let new = args.hint.as_deref().unwrap_or("NAME");
    let command = command_line(&["account", "name", &args.server, &grant.account.name, new]);
    output.tell(text::CliLoginUnnamed { command });
    let server = broker.resource(&args.server).await?.authorization_server;
    let asks: Vec<&str> = ["openid", "email"]
        .into_iter()
        .filter(|scope| {
            server
                .as_ref()
                .is_some_and(|server| server.scopes_supported.contains(scope))
        })
        .filter(|scope| !grant.scopes_requested.contains(scope))
        .collect();
    if asks.contains(&"openid") {
        let scopes: Vec<&str> = asks.iter().flat_map(|scope| ["--scope", scope]).collect();
        let words = [&["login", args.server.as_str()], scopes.as_slice()].concat();
        let command = command_line(&words);
        output.tell(text::CliLoginUnnamedAsk { command });
    }
    Ok(grant)
}
