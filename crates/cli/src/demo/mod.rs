//! `demo`: an authorization server and an MCP server on this machine, and the whole journey with them.

mod form;
mod journey;

use crate::args::DemoArgs;
use crate::output::{Output, record};
use crate::terminal;
use broker::{Code, Error};
use serde_json::json;
use testbed::Testbed;
use testbed::switches::Switches;

/// Stable, so that a demo server that was added is found again; any free ones where these are taken.
const PORTS: (u16, u16) = (4290, 4291);

pub(crate) async fn run(args: DemoArgs, output: Output) -> Result<(), Error> {
    let web = start().await?;
    if args.provider {
        provide(&web).await
    } else {
        journey::walk(&web, args.browser, args.home.as_deref(), output).await
    }
}

async fn start() -> Result<Testbed, Error> {
    let (issuer, resource) = PORTS;
    // With `profile` among the scopes, the person sees who they are there.
    let switches = Switches {
        challenge_scope: Some("notes:read profile".to_owned()),
        ..Switches::default()
    };
    let started = match Testbed::start_on(issuer, resource, switches.clone()).await {
        Ok(web) => Ok(web),
        Err(_) => Testbed::start(switches).await,
    };
    started.map_err(|error| {
        Error::new(
            Code::EndpointUnavailable,
            format!("the demo's servers could not be started: {error}"),
        )
    })
}

/// One line that says where, then nothing until the other side goes.
async fn provide(web: &Testbed) -> Result<(), Error> {
    // Before it says that it is there: whoever reads that may tell it to end.
    let mut interrupt = crate::shutdown::listen();
    let users: Vec<_> = Testbed::accounts()
        .iter()
        .map(|(name, password)| format!("{name} / {password}"))
        .collect();
    record(&json!({ "issuer": web.issuer(), "resource": web.resource(), "users": users }))?;
    let mut lines = terminal::lines();
    loop {
        tokio::select! {
            line = lines.recv() => if line.is_none() { return Ok(()) },
            _ = interrupt.heard() => return Ok(()),
        }
    }
}
