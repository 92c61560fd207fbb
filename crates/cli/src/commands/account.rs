//! `account` and `scopes`: who may log in to a server, and what a login asks for.

use crate::args::{AccountCommand, ScopesArgs};
use crate::commands::one_grant::one_grant;
use crate::input;
use crate::output::{Output, command_line, row, table, told};
use crate::words;
use api::convert;
use api::dto::GrantState;
use broker::{Broker, Error};
use messages::{Text, text};
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
            let text = told(text::CliAccountRenamed {
                account,
                server,
                name: &grant.account.name,
            });
            output.answer(&convert::grant(&grant, &id, &[], broker.now()), &text)
        }
        AccountCommand::Lock { server, account } => {
            let grant = one_grant(broker, &server, Some(&account)).await?;
            broker.lock_account(&server, Some(&grant.id)).await?;
            let account = &grant.account.name;
            let text = told(text::CliAccountLocked {
                account,
                server: &server,
            });
            let answer = json!({ "server": server, "locked_to": account });
            output.answer(&answer, &text)
        }
        AccountCommand::Unlock { server } => {
            broker.lock_account(&server, None).await?;
            let text = told(text::CliAccountUnlocked { server: &server });
            let answer = json!({ "server": server, "locked_to": null });
            output.answer(&answer, &text)
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
        let command = command_line(&["login", server]);
        output.tell(text::CliAccountNone { command });
        return Ok(());
    }
    let locked_to = view
        .record
        .locked_to
        .as_ref()
        .and_then(|account| account.subject.as_ref());
    let mut rows = vec![row([
        text::CliColumnAccount.into(),
        text::CliColumnState.into(),
        text::CliColumnScopes.into(),
    ])];
    rows.extend(grants.iter().zip(&view.grants).map(|(grant, known)| {
        let state: Text = match grant.state {
            GrantState::Active => text::CliSignedIn.into(),
            GrantState::LoginNeeded => text::CliSignInNeeded.into(),
            GrantState::Revoked => text::CliRevoked.into(),
            GrantState::RemovedHere if grant.revocation_open => text::CliRemovedHereOpen.into(),
            GrantState::RemovedHere => text::CliRemovedHere.into(),
        };
        let is_locked = locked_to.is_some() && locked_to == known.account.subject.as_ref();
        let mark = is_locked.then(|| told(text::CliLockedToIt));
        vec![
            grant.account.clone(),
            told(state),
            grant.scopes_granted.join(" "),
            mark.unwrap_or_default(),
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
    let detail = convert::detail(view);
    let (server, scopes) = (name, words::scopes(&detail.scopes_to_request));
    let mut lines = vec![
        if chosen {
            told(text::CliScopesChosen { server, scopes })
        } else {
            told(text::CliScopesAutomatic { server, scopes })
        },
        told(text::CliScopesOffered {
            scopes: words::scopes(&detail.scopes_offered),
        }),
    ];
    if !detail.step_up.is_empty() {
        let scopes = words::scopes(&detail.step_up);
        lines.push(told(text::CliScopesLacked { scopes }));
    }
    let answer = json!({
        "chosen": detail.scopes_chosen,
        "to_request": detail.scopes_to_request,
        "offered": detail.scopes_offered,
        "step_up": detail.step_up,
    });
    output.answer(&answer, &lines.join("\n"))
}
