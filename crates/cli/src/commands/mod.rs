//! One file a command, or a family of them.

pub(crate) mod account;
pub(crate) mod add;
pub(crate) mod agent;
pub(crate) mod call;
pub(crate) mod client;
pub(crate) mod concession;
pub(crate) mod doctor;
pub(crate) mod endpoints;
pub(crate) mod events;
pub(crate) mod grant;
pub(crate) mod login;
pub(crate) mod method;
pub(crate) mod naming;
pub(crate) mod provider;
pub(crate) mod revoke;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod token;
pub(crate) mod trace;
pub(crate) mod vault;

use crate::output::command_line;
use broker::{Broker, Code, Error};
use oauth::concession::Concessions;
use oauth::grant::{Grant, GrantState};

/// `--concede NAME`, each one known.
pub(crate) fn concessions(names: &[String]) -> Result<Concessions, Error> {
    names
        .iter()
        .map(|name| api::convert::named(name))
        .collect::<Result<_, _>>()
        .map(Concessions)
}

/// The one login of a server that a command is about.
pub(crate) async fn one_grant(
    broker: &Broker,
    server: &str,
    account: Option<&str>,
) -> Result<Grant, Error> {
    let view = broker.resource(server).await?;
    let mut grants: Vec<Grant> = view
        .grants
        .into_iter()
        .filter(|grant| !matches!(grant.state, GrantState::Revoked { .. }))
        .collect();
    if let Some(account) = account {
        grants.retain(|grant| {
            grant.account.name == account || grant.account.subject.as_deref() == Some(account)
        });
    }
    match grants.len() {
        1 => Ok(grants.swap_remove(0)),
        0 => {
            let who = account.map_or_else(String::new, |account| format!(" as {account:?}"));
            Err(Error::new(
                Code::LoginRequired,
                format!("nobody is logged in to {}{who}", view.record.name),
            )
            .with_hint(format!(
                "Run `{}`.",
                command_line(&["login", &view.record.name])
            )))
        }
        _ => Err(Error::new(
            Code::AccountRequired,
            format!("several accounts are logged in to {}", view.record.name),
        )
        .with_hint("Name one of them with --account.")
        .with_accounts(grants.into_iter().map(|grant| grant.account.name).collect())),
    }
}

/// Where a login would help, the command that does it.
pub(crate) fn login_told(error: Error, server: &str) -> Error {
    let scopes = error
        .scopes()
        .map(oauth::scope::Scopes::to_vec)
        .unwrap_or_default();
    let more: Vec<&str> = scopes.iter().flat_map(|scope| ["--scope", scope]).collect();
    let command = command_line(&[&["login", server], &more[..]].concat());
    match error.code() {
        Code::LoginRequired if !error.has_own_hint() => {
            error.with_hint(format!("Run `{command}`."))
        }
        Code::StepUpRequired => {
            error.with_hint(format!("Log in again with these scopes: {command}"))
        }
        Code::IssuerChanged => {
            let hint = error.hint();
            error.with_hint(format!("{hint} Then: {command}"))
        }
        _ => error,
    }
}
