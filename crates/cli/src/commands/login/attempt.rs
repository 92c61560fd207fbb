//! One attempt to log in, from the flags to the grant; what it began it does not leave behind.

use super::method;
use super::wait::{Browser, awaited, cancelled, pasted};
use crate::args::{LoginArgs, RegistrationChoice};
use crate::commands::findings::where_a_login_goes;
use crate::commands::one_grant::one_grant;
use crate::input;
use crate::output::Output;
use crate::shutdown::landing;
use api::Signals;
use broker::{Broker, Error, LoginOptions, LoginStart, Redirects};
use messages::text;
use model::{AccountWish, Code, Grant, LoginAttempt, LoginKind, RedirectPreference};
use oauth::authorization::OpenIdParameters;
use oauth::metadata::AuthorizationServer;
use oauth::registration::RegistrationKind;

pub(super) async fn grant(
    broker: &Broker,
    args: &LoginArgs,
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
        output.tell(message.clone());
    }
    // The hosts are told before anything opens.
    let mut options = options(broker, args).await?;
    let opens = std::mem::take(&mut options.open_browser);
    let (pending, problem) = match Box::pin(begin(broker, args, options, interrupt)).await? {
        LoginStart::Done(grant) => return Ok(*grant),
        LoginStart::Waiting {
            pending,
            browser_problem,
        } => (pending, browser_problem),
    };
    tell_hosts(broker, args, &pending, output).await?;
    let problem = if opens && pending.device().is_none() {
        match broker.reopen_login(&pending.id).await? {
            LoginStart::Waiting {
                browser_problem, ..
            } => browser_problem,
            LoginStart::Done(grant) => return Ok(*grant),
        }
    } else {
        problem
    };
    let outcome = if args.paste {
        pasted(broker, &pending, interrupt, output).await
    } else {
        let browser = match &problem {
            None if args.no_browser => Browser::NotWanted,
            None => Browser::Asked,
            Some(why) => Browser::Failed(why),
        };
        awaited(broker, &pending, browser, interrupt, output).await
    };
    if outcome.is_err() {
        // An answer that was wrong has ended it already.
        broker.cancel_login(&pending.id).await?;
    }
    outcome
}

/// Begins it, unless the person ends it first.
async fn begin(
    broker: &Broker,
    args: &LoginArgs,
    options: LoginOptions,
    interrupt: &mut Signals,
) -> Result<LoginStart, Error> {
    let mut begun = std::pin::pin!(broker.begin_login(&args.server, options));
    let started = tokio::select! {
        started = &mut begun => started,
        _ = interrupt.heard() => landing(broker, begun).await.ok_or_else(cancelled)?,
    };
    started.map_err(|error| match error.code() {
        Code::MethodNotOffered | Code::ProviderUnknown if !error.has_own_hint() => {
            method::hinted(error, args)
        }
        _ => error,
    })
}

/// Whose page the person sees, and who asks for the tokens.
async fn tell_hosts(
    broker: &Broker,
    args: &LoginArgs,
    pending: &LoginAttempt,
    output: Output,
) -> Result<(), Error> {
    if let LoginKind::Provider(request) = &pending.kind {
        let host = AuthorizationServer::host_of(&request.authorization_url);
        output.tell(text::CliLoginAtProvider { host });
    } else if let Some(server) = broker.resource(&args.server).await?.authorization_server {
        for line in where_a_login_goes(&server) {
            output.tell(line);
        }
    }
    Ok(())
}

/// The flags as wishes, each one checked before anything is changed.
async fn options(broker: &Broker, args: &LoginArgs) -> Result<LoginOptions, Error> {
    let account = match &args.account {
        Some(account) => {
            AccountWish::Same(one_grant(broker, &args.server, Some(account)).await?.id)
        }
        None if args.another => AccountWish::Another,
        None => AccountWish::Any,
    };
    Ok(LoginOptions {
        redirect: args.redirect.map(RedirectPreference::from),
        pasted: args.paste,
        wishes: OpenIdParameters {
            select_account: args.select_account,
            login_hint: args.hint.clone(),
            consent: args.consent,
        },
        account,
        scopes: Some(input::scopes(&args.scope)?).filter(|scopes| !scopes.is_empty()),
        method: method::of(&args.method)?,
        anew: matches!(args.register_by, Some(RegistrationChoice::Dynamic)),
        registration: args.register_by.map(RegistrationKind::from),
        open_browser: !args.paste && !args.no_browser,
    })
}
