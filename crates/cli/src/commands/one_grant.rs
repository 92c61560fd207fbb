//! Which of a server's logins a command is about.

use crate::output::command_line;
use broker::{Broker, Error};
use model::{Code, Grant, GrantState};

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
