//! `login`: through the browser, or by pasting the address that the browser ends on.

use crate::args::{Login, Redirect};
use crate::output::{Output, clean, line};
use api::convert;
use broker::{Broker, Code, Error, LoginOptions, RedirectPreference, Redirects};
use oauth::authorization::{Callback, PendingAuthorization, Wishes};
use oauth::grant::Grant;
use std::io::IsTerminal;
use tokio::io::{AsyncBufReadExt, BufReader};

pub(crate) async fn run(broker: &Broker, args: Login, output: Output) -> Result<(), Error> {
    let endpoint = endpoint::start(broker.clone(), endpoint::Options::from_environment()).await;
    let status = endpoint.status();
    // A deep link reaches the desktop program if it is installed; loopback reaches this one for certain.
    broker.set_redirects(Redirects { deep_link: args.paste, loopback: status.loopback });
    if let (None, Some(message)) = (status.loopback, &status.message) {
        output.tell(message);
    }
    let redirect = args.redirect.map(|redirect| match redirect {
        Redirect::DeepLink => RedirectPreference::DeepLink,
        Redirect::Loopback => RedirectPreference::Loopback,
    });
    let options = LoginOptions {
        redirect,
        wishes: Wishes { select_account: args.select_account },
        open_browser: !args.paste && !args.no_browser,
    };
    let started = broker.begin_login(&args.server, options).await?;
    let outcome =
        if args.paste { pasted(broker, &started.pending, output).await } else { awaited(broker, &started, output).await };
    if outcome.is_err() {
        // What this command began it does not leave behind; an answer that was wrong has ended it already.
        broker.cancel_login(&started.pending.id).await?;
    }
    endpoint.stop().await;
    report(broker, &outcome?, output).await
}

/// Finishes a login that another command or the window began.
pub(crate) async fn answer(broker: &Broker, callback_url: &str, output: Output) -> Result<(), Error> {
    let grant = broker.complete_login(Callback::parse(callback_url)).await?;
    report(broker, &grant, output).await
}

async fn report(broker: &Broker, grant: &Grant, output: Output) -> Result<(), Error> {
    let view = broker.resource(grant.resource.as_str()).await?;
    let scopes = grant.tokens().map(|tokens| tokens.scopes.to_string()).unwrap_or_default();
    let text = format!("{}: logged in as {}\ngranted: {scopes}", view.record.name, grant.account.name);
    output.answer(&convert::grant(grant, &view.record.id), &text)
}

/// Prints the link alone on stdout, reads the address from stdin.
async fn pasted(broker: &Broker, pending: &PendingAuthorization, output: Output) -> Result<Grant, Error> {
    output.tell("Open this link in any browser, log in, and paste the address that the browser ends on.");
    line(&pending.authorization_url);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let address = tokio::select! {
        address = lines.next_line() => address.ok().flatten(),
        _ = tokio::signal::ctrl_c() => None,
    };
    let address = address.ok_or_else(cancelled)?;
    broker.complete_login(Callback::parse(&address)).await
}

/// Waits for the browser's answer in whichever host it arrives, or for an address that is pasted meanwhile.
pub(crate) async fn awaited(broker: &Broker, started: &broker::Started, output: Output) -> Result<Grant, Error> {
    let pending = &started.pending;
    match &started.browser_problem {
        Some(why) => eprintln!("The browser was not opened ({}). Open this link yourself:", clean(why)),
        None => output.tell("Your browser was opened. If nothing shows, open this link yourself:"),
    }
    eprintln!("{}", pending.authorization_url);
    output.tell("Waiting for the browser's answer. Ctrl-C ends it; a pasted address is taken too.");
    tokio::select! {
        outcome = broker.wait_login(pending) => outcome,
        address = pasted_meanwhile() => broker.complete_login(Callback::parse(&address)).await,
        _ = tokio::signal::ctrl_c() => Err(cancelled()),
    }
}

/// Only a terminal can bring an address while waiting; without one this never comes.
async fn pasted_meanwhile() -> String {
    if !std::io::stdin().is_terminal() {
        return std::future::pending().await;
    }
    match BufReader::new(tokio::io::stdin()).lines().next_line().await {
        Ok(Some(address)) => address,
        _ => std::future::pending().await,
    }
}

fn cancelled() -> Error {
    Error::new(Code::LoginCancelled, "the login was cancelled")
}
