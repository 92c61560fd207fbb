//! What a permit is worth now: decided here and nowhere else. The token endpoint answers by it, and every list shows it.

use crate::error::login;
use crate::grant::choose::of_this_issuer;
use crate::grant::login_reason::login_required;
use crate::{Broker, Error, command_line};
use messages::{Text, text};
use model::{
    Agent, Code, Grant, LoginReason, Next, Permit, ResourceRecord, Standing, StandingPermit,
};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use std::collections::HashMap;

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
    let give = command_line(&["agent", "permit", agent, server]);
    let login = login(server);
    Some(match standing {
        Standing::Active => return None,
        Standing::Ended { .. } => {
            let ended = text::AgentAccessEnded {
                agent,
                server,
                account,
            };
            Error::new(Code::AccessDenied, ended)
                .with_hint(text::AgentGiveAccessAgain { command: give })
        }
        Standing::LoginNeeded { reason } => login_required(grant, Some(*reason))
            .with_hint(text::AgentSignInAgain { command: login }),
        Standing::LoginRevoked { anew: false } => {
            login_required(grant, None).with_hint(text::AgentSignInAndGive { login, give })
        }
        Standing::LoginRevoked { anew: true } => {
            let earlier = text::AgentEarlierLogin {
                agent,
                server,
                account,
            };
            Error::new(Code::AccessDenied, earlier)
                .with_hint(text::AgentGiveAccessNow { command: give })
        }
        Standing::IssuerChanged => of_this_issuer(record, grant).err()?,
        Standing::AccountLocked => account_locked(agent, record, account),
        Standing::Narrower { more } => {
            let broader = broader(agent, server, cap, more);
            Error::new(Code::InvalidScope, broader).with_hint(text::AgentAllPermissions)
        }
        Standing::KeyBound => Error::new(Code::SenderConstrained, text::AgentTokenBound { server }),
    })
}

fn account_locked(agent: &str, record: &ResourceRecord, account: &str) -> Error {
    let server = record.name.as_str();
    let locked = record.locked_to.as_ref();
    let locked = text::AgentAccountLocked {
        server,
        locked: locked
            .map(|locked| locked.name.as_str())
            .unwrap_or_default(),
        agent,
        account,
    };
    let command = command_line(&["account", "unlock", server]);
    Error::new(Code::AccountLocked, locked).with_hint(text::AgentUnlockServer { command })
}

/// The token carries `more` than the agent may use, or nobody knows what it carries.
fn broader(agent: &str, server: &str, cap: Option<&Scopes>, more: &Scopes) -> Text {
    let allowed = cap.map(Scopes::to_vec).unwrap_or_default();
    let count = allowed.len();
    if more.is_empty() {
        return text::AgentTokenUnclear {
            count,
            agent,
            server,
            allowed,
        }
        .into();
    }
    text::AgentTokenHasMore {
        count,
        agent,
        server,
        more: more.to_vec(),
        allowed,
    }
    .into()
}

impl Broker {
    /// The permits of these logins, each with its standing. What a newer permit of the same account replaced is not one.
    pub(crate) fn standings(
        &self,
        record: &ResourceRecord,
        grants: &[Grant],
        permits: Vec<Permit>,
        agents: &HashMap<String, Agent>,
    ) -> Vec<StandingPermit> {
        let now = self.now();
        let of = |permit: Permit| {
            let agent = agents.get(&permit.agent_id)?.clone();
            let grant = grants.iter().find(|grant| grant.id == permit.grant_id)?;
            let standing = standing(record, grant, grants, &permit, now);
            Some(StandingPermit {
                agent,
                permit,
                standing,
            })
        };
        permits.into_iter().filter_map(of).collect()
    }
}
