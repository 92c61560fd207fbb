//! `account` and `scopes`: who may log in to a server, and what a login asks for.

use crate::args::{AccountCommand, ScopesArgs};
use crate::commands::one_grant::one_grant;
use crate::input;
use crate::output::{Output, command_line, table};
use api::convert;
use api::dto::GrantState;
use broker::{Broker, Error};
use oauth::scope::Scopes;
use serde_json::json;

pub(crate) async fn run(
    broker: &Broker,
    command: AccountCommand,
    output: Output,
) -> Result<(), Error> {
    match command {
        AccountCommand::List { server } => list(broker, &server, output).await,
        AccountCommand::Name {
            server,
            account,
            new,
        } => {
            let known = one_grant(broker, &server, Some(&account)).await?;
            let grant = broker.name_account(&known.id, &new).await?;
            let id = broker.resource(&server).await?.record.id;
            output.answer(
                &convert::grant(&grant, &id, &[], broker.now()),
                &format!("{server}: {account} is now called {}", grant.account.name),
            )
        }
        AccountCommand::Lock { server, account } => {
            let grant = one_grant(broker, &server, Some(&account)).await?;
            broker.lock_account(&server, Some(&grant.id)).await?;
            let text = format!(
                "{server}: only {} may log in from now on",
                grant.account.name
            );
            output.answer(
                &json!({ "server": server, "locked_to": grant.account.name }),
                &text,
            )
        }
        AccountCommand::Unlock { server } => {
            broker.lock_account(&server, None).await?;
            output.answer(
                &json!({ "server": server, "locked_to": null }),
                &format!("{server}: any account may log in"),
            )
        }
    }
}

async fn list(broker: &Broker, server: &str, output: Output) -> Result<(), Error> {
    let view = broker.resource(server).await?;
    let grants: Vec<_> = view
        .grants
        .iter()
        .map(|grant| convert::grant(grant, &view.record.id, &view.receipts, view.at))
        .collect();
    if grants.is_empty() && !output.json {
        output.tell(&format!(
            "Nobody is logged in. Log in: {}",
            command_line(&["login", server])
        ));
        return Ok(());
    }
    let locked_to = view
        .record
        .locked_to
        .as_ref()
        .and_then(|account| account.subject.as_ref());
    let mut rows = vec![
        ["ACCOUNT", "STATE", "SCOPES", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(grants.iter().zip(&view.grants).map(|(grant, known)| {
        let state = match grant.state {
            GrantState::Active => "logged in",
            GrantState::LoginNeeded => "needs a login",
            GrantState::Revoked => "revoked",
            GrantState::RemovedHere if grant.revocation_open => "removed here, revocation open",
            GrantState::RemovedHere => "removed here",
        };
        let mark = if locked_to.is_some() && locked_to == known.account.subject.as_ref() {
            "locked to it"
        } else {
            ""
        };
        vec![
            grant.account.clone(),
            state.to_owned(),
            grant.scopes_granted.join(" "),
            mark.to_owned(),
        ]
    }));
    output.answer(&grants, &table(&rows))
}

/// `scopes`: shows what the next login asks for, after a choice if one was made.
pub(crate) async fn scopes(broker: &Broker, args: ScopesArgs, output: Output) -> Result<(), Error> {
    let choice = args.choice;
    let view = match (choice.set, choice.none, choice.automatic) {
        (Some(text), _, _) => {
            broker
                .set_scopes(&args.server, Some(input::scopes(&[text])?))
                .await?
        }
        (None, true, _) => {
            broker
                .set_scopes(&args.server, Some(Scopes::default()))
                .await?
        }
        (None, false, true) => broker.set_scopes(&args.server, None).await?,
        (None, false, false) => broker.resource(&args.server).await?,
    };
    let (name, chosen) = (
        view.record.name.clone(),
        view.record.chosen_scopes.is_some(),
    );
    let detail = convert::detail(view, &[]);
    let listed = |scopes: &[String]| {
        if scopes.is_empty() {
            "none".to_owned()
        } else {
            scopes.join(" ")
        }
    };
    let mut text = format!(
        "{name}: a login asks for: {} ({})\noffered: {}\n",
        listed(&detail.scopes_to_request),
        if chosen {
            "your choice"
        } else {
            "what the server asks for"
        },
        listed(&detail.scopes_offered)
    );
    if !detail.step_up.is_empty() {
        text.push_str(&format!(
            "an operation lacked: {}\n",
            detail.step_up.join(" ")
        ));
    }
    let answer = json!({
        "chosen": detail.scopes_chosen,
        "to_request": detail.scopes_to_request,
        "offered": detail.scopes_offered,
        "step_up": detail.step_up,
    });
    output.answer(&answer, &text)
}
