//! `demo`: an authorization server and an MCP server on this machine, and the whole journey with them.

mod form;
pub(crate) mod http;
mod journey;

use crate::args::Demo;
use crate::output::{Output, line};
use broker::{Code, Error};
use serde_json::json;
use testbed::Testbed;
use testbed::switches::Switches;
use tokio::io::AsyncReadExt;

/// Stable, so that a demo server that was added is found again; any free ones where these are taken.
const PORTS: (u16, u16) = (4290, 4291);

pub(crate) async fn run(args: Demo, output: Output) -> Result<(), Error> {
    let web = start().await?;
    if args.provider { provide(&web).await } else { journey::walk(&web, args.browser, output).await }
}

async fn start() -> Result<Testbed, Error> {
    let (issuer, resource) = PORTS;
    // With `profile` among the scopes, the person sees who they are there.
    let switches = Switches { challenge_scope: Some("notes:read profile".to_owned()), ..Switches::default() };
    let started = match Testbed::start_on(issuer, resource, switches.clone()).await {
        Ok(web) => Ok(web),
        Err(_) => Testbed::start(switches).await,
    };
    started.map_err(|error| Error::new(Code::EndpointUnavailable, format!("the demo's servers could not be started: {error}")))
}

/// One line that says where, then nothing until the other side goes.
async fn provide(web: &Testbed) -> Result<(), Error> {
    let users: Vec<_> = Testbed::accounts().iter().map(|(name, password)| format!("{name} / {password}")).collect();
    line(&json!({ "issuer": web.issuer(), "resource": web.resource(), "users": users }).to_string());
    let mut rest = Vec::new();
    let mut input = tokio::io::stdin();
    tokio::select! {
        _ = input.read_to_end(&mut rest) => {}
        () = crate::commands::serve::until_told() => {}
    }
    Ok(())
}
