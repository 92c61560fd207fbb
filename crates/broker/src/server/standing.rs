//! What a permit is worth now: decided here and nowhere else. The token endpoint answers by it, and every list shows it.

use crate::grant::choose::of_this_issuer;
use crate::grant::login_reason::login_required;
use crate::{Broker, Error, command_line};
use model::{Code, Grant, LoginReason, Next, Permit, ResourceRecord, Standing, StandingPermit};
use oauth::scope::Scopes;
use oauth::time::Timestamp;

/// Of a permit, for a grant at this server; `others` are the logins of this server.
pub(crate) fn standing(
    record: &ResourceRecord,
    grant: &Grant,
    others: &[Grant],
    permit: &Permit,
    now: Timestamp,
) -> Standing {
    if let Some(at) = permit.until.filter(|until| *until <= now) {
        return Standing::Ended { at };
    }
    if grant.is_revoked() {
        return Standing::LoginRevoked {
            anew: successor(grant, others).is_some(),
        };
    }
    if record
        .locked_to
        .as_ref()
        .is_some_and(|locked| !locked.is_same(&grant.account))
    {
        return Standing::AccountLocked;
    }
    if of_this_issuer(record, grant).is_err() {
        return Standing::IssuerChanged;
    }
    if let Next::LogIn(reason) = grant.next(0, now) {
        return Standing::LoginNeeded { reason };
    }
    let Some(tokens) = grant.tokens() else {
        return Standing::LoginNeeded {
            reason: LoginReason::Expired,
        };
    };
    if tokens.dpop_key.is_some() {
        return Standing::KeyBound;
    }
    match permit
        .scopes
        .as_ref()
        .filter(|cap| tokens.scopes.is_empty() || !cap.includes(&tokens.scopes))
    {
        Some(cap) => Standing::Narrower {
            more: tokens.scopes.without(cap),
        },
        None => Standing::Active,
    }
}

/// The login of the same account that took the place of one that was taken back.
pub(crate) fn successor<'a>(revoked: &Grant, others: &'a [Grant]) -> Option<&'a Grant> {
    others
        .iter()
        .find(|other| !other.is_revoked() && other.account.is_same(&revoked.account))
}

/// The answer to an agent that asks by this permit; None where it is a token.
pub fn refusal(
    standing: &Standing,
    agent: &str,
    record: &ResourceRecord,
    grant: &Grant,
    cap: Option<&Scopes>,
) -> Option<Error> {
    let (server, account) = (record.name.as_str(), grant.account.name.as_str());
    let permit = command_line(&["agent", "permit", agent, server]);
    let login = command_line(&["login", server]);
    Some(match standing {
        Standing::Active => return None,
        Standing::Ended { .. } => {
            Error::new(Code::AccessDenied, format!("the permit of {agent} for {server} as {account} has ended"))
                .with_hint(format!("Permit it again in Gatelodge's window, or: {permit}"))
        }
        Standing::LoginNeeded { reason } => login_required(grant, Some(*reason))
            .with_hint(format!("Log in again in Gatelodge's window, or: {login}")),
        Standing::LoginRevoked { anew: false } => login_required(grant, None)
            .with_hint(format!("Log in again (`{login}`), and then permit this agent again (`{permit}`).")),
        Standing::LoginRevoked { anew: true } => Error::new(
            Code::AccessDenied,
            format!("{agent} was permitted an earlier login to {server} as {account}, which was revoked here"),
        )
        .with_hint(format!("Permit the login of now in Gatelodge's window, or: {permit}")),
        Standing::IssuerChanged => of_this_issuer(record, grant).err()?,
        Standing::AccountLocked => {
            let locked = record.locked_to.as_ref().map(|locked| locked.name.as_str()).unwrap_or_default();
            Error::new(
                Code::AccountLocked,
                format!("{server} is locked to {locked}, and {agent} is permitted {account} only"),
            )
            .with_hint(format!("Let other accounts in again: {}", command_line(&["account", "unlock", server])))
        }
        Standing::Narrower { more } => {
            let cap = cap.map(Scopes::to_string).unwrap_or_default();
            let more = if more.is_empty() { "scopes that its issuer did not name".to_owned() } else { more.to_string() };
            Error::new(Code::InvalidScope, format!("the permit is for {cap}, and the server's token also carries {more}"))
                .with_hint("Permit all scopes to this agent, or log in again with fewer.")
        }
        Standing::KeyBound => Error::new(Code::SenderConstrained, format!("the tokens of {server} are bound to a key")),
    })
}

impl Broker {
    /// The permits of these logins, each with its standing. What a newer permit of the same account replaced is not one.
    pub(crate) fn standings(
        &self,
        record: &ResourceRecord,
        grants: &[Grant],
        permits: &[Permit],
    ) -> Vec<StandingPermit> {
        let now = self.now();
        let of = |permit: &Permit| {
            let grant = grants.iter().find(|grant| grant.id == permit.grant_id)?;
            let standing = standing(record, grant, grants, permit, now);
            Some(StandingPermit {
                permit: permit.clone(),
                standing,
            })
        };
        permits.iter().filter_map(of).collect()
    }
}
