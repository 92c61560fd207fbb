//! Which of a server's logins a command is about.

use crate::output::command_line;
use broker::{Broker, Error};
use messages::{Text, text};
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
            let server = &view.record.name;
            let nobody: Text = match account {
                Some(account) => text::GrantNobodyAs { server, account }.into(),
                None => text::GrantNobody { server }.into(),
            };
            let command = command_line(&["login", server]);
            Err(Error::new(Code::LoginRequired, nobody).with_hint(text::CliHintLogin { command }))
        }
        _ => Err(Error::new(
            Code::AccountRequired,
            text::GrantSeveral {
                server: &view.record.name,
            },
        )
        .with_hint(text::CliHintAccount)
        .with_accounts(grants.into_iter().map(|grant| grant.account.name).collect())),
    }
}
