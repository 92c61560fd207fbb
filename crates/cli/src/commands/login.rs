//! `login`: in each way that a server may want; in the browser, or by pasting the address that the browser ends on.

use crate::args::{Login, Redirect, RegisterBy};
use crate::commands::account::typed;
use crate::commands::add::basis;
use crate::commands::concession::allowable;
use crate::commands::endpoints::enterable;
use crate::commands::show::permit_again;
use crate::commands::{method, naming, one_grant};
use crate::ending::landing;
use crate::output::{Output, command_line, line, record, say};
use crate::terminal;
use api::Signals;
use api::convert;
use broker::{
    Broker, Code, Error, LoginOptions, RedirectPreference, Redirects, RevocationState, Started,
};
use oauth::authorization::{AccountWish, Callback, PendingAuthorization, Wishes};
use oauth::device::DeviceCode;
use oauth::discovery::where_a_login_goes;
use oauth::grant::{Grant, GrantKind};
use oauth::metadata::AuthorizationServer;
use oauth::registration::RegistrationKind;
use std::io::IsTerminal;

pub(crate) async fn run(broker: &Broker, args: Login, output: Output) -> Result<(), Error> {
    let mut interrupt = crate::ending::listen();
    let endpoint = endpoint::start(broker.clone(), endpoint::Options::from_environment()?).await;
    let outcome = Box::pin(through(
        broker,
        &args,
        &endpoint.status(),
        &mut interrupt,
        output,
    ))
    .await;
    endpoint.stop().await;
    let grant = outcome.map_err(|error| {
        enterable(
            allowable(error, &["concede", &args.server], &[]),
            &args.server,
        )
    })?;
    let grant = naming::named(broker, grant, &args, output).await?;
    report(broker, &grant, output).await
}

async fn through(
    broker: &Broker,
    args: &Login,
    status: &endpoint::Status,
    interrupt: &mut Signals,
    output: Output,
) -> Result<Grant, Error> {
    // A deep link reaches the desktop program if it is installed; loopback reaches this one for certain.
    broker.set_redirects(Redirects {
        deep_link: args.paste,
        loopback: status.loopback,
    });
    if let (None, Some(message)) = (status.loopback, &status.message) {
        output.tell(message);
    }
    // The hosts are told before anything opens.
    let mut options = options(broker, args).await?;
    let opens = std::mem::take(&mut options.open_browser);
    let before = method::choose(broker, &args.server, &args.method).await?;
    let mut begun = std::pin::pin!(broker.begin_login(&args.server, options));
    let started = tokio::select! {
        started = &mut begun => started,
        _ = interrupt.heard() => landing(broker, begun).await.ok_or_else(cancelled)?,
    };
    let started = match (started, before) {
        // What the issuer does not offer is not kept for the next time.
        (Err(error), before) if error.code() == Code::MethodNotOffered => {
            if let Some(before) = before {
                broker.set_login_method(&args.server, before).await?;
            }
            if error.has_own_hint() {
                return Err(error);
            }
            let other = command_line(&["login", &args.server, "--browser"]);
            return Err(error.with_hint(format!(
                "`gatelodge login --help` lists the ways. In the browser: {other}"
            )));
        }
        (started, _) => started?,
    };
    let (pending, browser_problem) = match started {
        Started::Done(grant) => return Ok(*grant),
        Started::Waiting {
            pending,
            browser_problem,
        } => (pending, browser_problem),
    };
    if pending.kind == GrantKind::EnterpriseManaged {
        let host = AuthorizationServer::host_of(&pending.authorization_url);
        output.tell(&format!("You log in at {host}, your company's provider."));
    } else if let Some(server) = broker.resource(&args.server).await?.authorization_server {
        output.tell(&format!(
            "{}{}",
            where_a_login_goes(&server),
            basis(server.basis)
        ));
    }
    let browser_problem = if opens && pending.device.is_none() {
        match broker.reopen_login(&pending.id).await? {
            Started::Waiting {
                browser_problem, ..
            } => browser_problem,
            Started::Done(grant) => return Ok(*grant),
        }
    } else {
        browser_problem
    };
    let outcome = if args.paste {
        pasted(broker, &pending, interrupt, output).await
    } else {
        let browser = match browser_problem.as_deref() {
            None if args.no_browser => Opening::NotAskedFor,
            None => Opening::Asked,
            Some(why) => Opening::Failed(why),
        };
        awaited(broker, &pending, browser, interrupt, output).await
    };
    if outcome.is_err() {
        // What this command began it does not leave behind; an answer that was wrong has ended it already.
        broker.cancel_login(&pending.id).await?;
    }
    outcome
}

/// The flags as wishes, each one checked before anything is changed.
async fn options(broker: &Broker, args: &Login) -> Result<LoginOptions, Error> {
    let account = match &args.account {
        Some(account) => {
            AccountWish::Same(one_grant(broker, &args.server, Some(account)).await?.id)
        }
        None if args.another => AccountWish::Another,
        None => AccountWish::Any,
    };
    Ok(LoginOptions {
        redirect: args.redirect.map(preference),
        pasted: args.paste,
        wishes: Wishes {
            select_account: args.select_account,
            login_hint: args.hint.clone(),
            consent: args.consent,
            account,
        },
        scopes: Some(typed(&args.scope)?).filter(|scopes| !scopes.is_empty()),
        anew: matches!(args.register_by, Some(RegisterBy::Dynamic)),
        registration: args.register_by.map(|way| match way {
            RegisterBy::PreRegistered => RegistrationKind::PreRegistered,
            RegisterBy::MetadataDocument => RegistrationKind::MetadataDocument,
            RegisterBy::Dynamic => RegistrationKind::Dynamic,
        }),
        open_browser: !args.paste && !args.no_browser,
    })
}

pub(crate) fn preference(redirect: Redirect) -> RedirectPreference {
    match redirect {
        Redirect::DeepLink => RedirectPreference::DeepLink,
        Redirect::Loopback => RedirectPreference::Loopback,
        Redirect::Localhost => RedirectPreference::Localhost,
    }
}

/// Finishes a login that another command or the window began.
pub(crate) async fn answer(
    broker: &Broker,
    callback_url: &str,
    output: Output,
) -> Result<(), Error> {
    let grant = broker.complete_login(Callback::parse(callback_url)).await?;
    report(broker, &grant, output).await
}

async fn report(broker: &Broker, grant: &Grant, output: Output) -> Result<(), Error> {
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
        output.tell(&format!("! {}. Try again: {again}", receipt.headline()));
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

/// Prints the link alone on stdout, reads the address from stdin.
async fn pasted(
    broker: &Broker,
    pending: &PendingAuthorization,
    interrupt: &mut Signals,
    output: Output,
) -> Result<Grant, Error> {
    output.tell(
        "Open this link in any browser, log in, and paste the address that the browser ends on.",
    );
    if output.json {
        record(&serde_json::json!({ "authorization_url": pending.authorization_url }))?;
    } else {
        line(&pending.authorization_url)?;
    }
    let mut typed = terminal::lines();
    loop {
        let address = tokio::select! {
            address = typed.recv() => address.ok_or_else(cancelled)?,
            _ = interrupt.heard() => return Err(cancelled()),
        };
        if let Some(grant) = tried(broker, &address, output).await? {
            return Ok(grant);
        }
    }
}

/// Waits for the browser's answer in whichever host it arrives, or for an address that is pasted meanwhile.
pub(crate) async fn awaited(
    broker: &Broker,
    pending: &PendingAuthorization,
    browser: Opening<'_>,
    interrupt: &mut Signals,
    output: Output,
) -> Result<Grant, Error> {
    if let Some(device) = &pending.device {
        show_code(device, output)?;
    } else {
        show_link(pending, browser, output);
    }
    // Only a terminal can bring an address while waiting.
    let listens = pending.device.is_none() && std::io::stdin().is_terminal();
    let mut typed = if listens {
        terminal::lines()
    } else {
        terminal::no_lines()
    };
    let tell = |error: &Error| {
        output.tell(&format!(
            "An answer came that was not used: {error}. Still waiting; Ctrl-C ends it."
        ));
    };
    loop {
        let address = tokio::select! {
            outcome = broker.watch_login(pending, tell) => return outcome,
            Some(address) = typed.recv() => address,
            _ = interrupt.heard() => return landing(broker, broker.wait_login(pending)).await.unwrap_or_else(|| Err(cancelled())),
        };
        if let Some(grant) = tried(broker, &address, output).await? {
            return Ok(grant);
        }
    }
}

/// RFC 8628 §3.3, and the warning of §5.4: the code is for a page that the person opened, not for one that was sent.
fn show_code(device: &DeviceCode, output: Output) -> Result<(), Error> {
    if output.json {
        let shown = serde_json::json!({ "user_code": device.user_code, "verification_uri": device.verification_uri });
        return record(&shown);
    }
    say(&format!(
        "In any browser, open  {}",
        device.verification_uri
    ));
    say(&format!("and type the code     {}", device.user_code));
    output.tell(
        "Type it only there, and never a code that somebody sent you. Waiting; Ctrl-C ends it.",
    );
    Ok(())
}

/// What became of the browser.
#[derive(Clone, Copy)]
pub(crate) enum Opening<'a> {
    Asked,
    NotAskedFor,
    Failed(&'a str),
}

fn show_link(pending: &PendingAuthorization, browser: Opening<'_>, output: Output) {
    match browser {
        Opening::Failed(why) => say(&format!(
            "The browser was not opened ({why}). Open this link yourself:"
        )),
        Opening::NotAskedFor => output
            .tell("No browser was opened, as you said. Open this link in one on this machine:"),
        Opening::Asked => output
            .tell("Your browser was asked to open this link. If nothing shows, open it yourself:"),
    }
    say(&pending.authorization_url);
    output.tell("Waiting for the browser's answer. Ctrl-C ends it; a pasted address is taken too.");
}

/// Finishes the login with what was pasted. None where that changed nothing and someone is there to try again: a
/// key that was hit by mistake, or another line of the clipboard, is no reason to begin anew.
async fn tried(broker: &Broker, address: &str, output: Output) -> Result<Option<Grant>, Error> {
    let (address, someone) = (address.trim(), std::io::stdin().is_terminal());
    if address.is_empty() && someone {
        return Ok(None);
    }
    match broker.complete_login(Callback::parse(address)).await {
        Err(error) if error.code() == Code::LoginUnknown && someone => {
            output.tell("That is not the address of this login's answer. Paste it as the browser shows it, or press Ctrl-C.");
            Ok(None)
        }
        outcome => outcome.map(Some),
    }
}

fn cancelled() -> Error {
    Error::new(Code::LoginCancelled, "the login was cancelled")
}
