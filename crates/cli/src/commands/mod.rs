//! One file a command, or a family of them.

pub(crate) mod add;
pub(crate) mod agent;
pub(crate) mod doctor;
pub(crate) mod events;
pub(crate) mod grant;
pub(crate) mod login;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod token;
pub(crate) mod trace;
pub(crate) mod vault;

use broker::{Broker, Code, Error};
use oauth::concession::{Concession, Concessions};
use oauth::grant::{Grant, GrantState};

/// `--concede NAME`, each one known.
pub(crate) fn concessions(names: &[String]) -> Result<Concessions, Error> {
    let known = |name: &String| {
        Concession::from_name(name).ok_or_else(|| {
            let all: Vec<_> = Concession::ALL.iter().map(|concession| concession.name()).collect();
            Error::new(Code::InvalidArgument, format!("there is no concession {name:?}"))
                .with_hint(format!("Known ones: {}.", all.join(", ")))
        })
    };
    names.iter().map(known).collect::<Result<_, _>>().map(Concessions)
}

/// The one login of a server that a command is about.
pub(crate) async fn one_grant(broker: &Broker, server: &str, account: Option<&str>) -> Result<Grant, Error> {
    let view = broker.resource(server).await?;
    let mut grants: Vec<Grant> =
        view.grants.into_iter().filter(|grant| !matches!(grant.state, GrantState::Revoked { .. })).collect();
    if let Some(account) = account {
        grants.retain(|grant| grant.account.name == account || grant.account.subject.as_deref() == Some(account));
    }
    match grants.len() {
        1 => Ok(grants.swap_remove(0)),
        0 => Err(Error::new(Code::LoginRequired, format!("nobody is logged in to {}", view.record.name))
            .with_hint(format!("Run `gatelodge login {}`.", view.record.name))),
        _ => Err(Error::new(Code::AccountRequired, format!("several accounts are logged in to {}", view.record.name))
            .with_hint("Name one of them with --account.")
            .with_accounts(grants.into_iter().map(|grant| grant.account.name).collect())),
    }
}
