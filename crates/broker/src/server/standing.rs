//! What a permit is worth now: decided here and nowhere else. The token endpoint answers by it, and every list shows it.

use crate::grant::choose::of_this_issuer;
use crate::grant::login_reason::login_required;
use crate::{Broker, Code, Error, Permit, ResourceRecord, command_line};
use model::{Grant, LoginReason, Next};
use oauth::scope::Scopes;
use oauth::time::Timestamp;

/// What a permit is worth now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A request is answered with a token.
    Active,
    /// It was given until then.
    Ended { at: Timestamp },
    /// The login has to be made again; the permit goes on with it.
    LoginNeeded { reason: LoginReason },
    /// The person took the login back. `anew`: the same account is logged in again, and needs a permit of its own.
    LoginRevoked { anew: bool },
    /// The server names another authorization server than the one that the login is of.
    IssuerChanged,
    /// The server is locked to another account.
    AccountLocked,
    /// It is for fewer scopes than the token carries, and a token cannot be cut.
    Narrower { more: Scopes },
    /// The tokens are bound to a key that stays here (RFC 9449).
    KeyBound,
}

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

impl Standing {
    /// Cannot become a token again, whatever anybody does with the login.
    pub(crate) fn is_past(&self) -> bool {
        matches!(
            self,
            Self::Ended { .. } | Self::LoginRevoked { .. } | Self::AccountLocked
        )
    }

    /// Of several that are past, the one to tell of first.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::AccountLocked => 0,
            Self::Ended { .. } => 1,
            Self::LoginRevoked { anew: true } => 2,
            _ => 3,
        }
    }

    /// The answer to an agent that asks by this permit; None where it is a token.
    pub fn refusal(
        &self,
        agent: &str,
        record: &ResourceRecord,
        grant: &Grant,
        cap: Option<&Scopes>,
    ) -> Option<Error> {
        let (server, account) = (record.name.as_str(), grant.account.name.as_str());
        let permit = command_line(&["agent", "permit", agent, server]);
        let login = command_line(&["login", server]);
        Some(match self {
            Self::Active => return None,
            Self::Ended { .. } => {
                Error::new(Code::AccessDenied, format!("the permit of {agent} for {server} as {account} has ended"))
                    .with_hint(format!("Permit it again in Gatelodge's window, or: {permit}"))
            }
            Self::LoginNeeded { reason } => login_required(grant, Some(*reason))
                .with_hint(format!("Log in again in Gatelodge's window, or: {login}")),
            Self::LoginRevoked { anew: false } => login_required(grant, None)
                .with_hint(format!("Log in again (`{login}`), and then permit this agent again (`{permit}`).")),
            Self::LoginRevoked { anew: true } => Error::new(
                Code::AccessDenied,
                format!("{agent} was permitted an earlier login to {server} as {account}, which was revoked here"),
            )
            .with_hint(format!("Permit the login of now in Gatelodge's window, or: {permit}")),
            Self::IssuerChanged => of_this_issuer(record, grant).err()?,
            Self::AccountLocked => {
                let locked = record.locked_to.as_ref().map(|locked| locked.name.as_str()).unwrap_or_default();
                Error::new(
                    Code::AccountLocked,
                    format!("{server} is locked to {locked}, and {agent} is permitted {account} only"),
                )
                .with_hint(format!("Let other accounts in again: {}", command_line(&["account", "unlock", server])))
            }
            Self::Narrower { more } => {
                let cap = cap.map(Scopes::to_string).unwrap_or_default();
                let more = if more.is_empty() { "scopes that its issuer did not name".to_owned() } else { more.to_string() };
                Error::new(Code::InvalidScope, format!("the permit is for {cap}, and the server's token also carries {more}"))
                    .with_hint("Permit all scopes to this agent, or log in again with fewer.")
            }
            Self::KeyBound => Error::new(Code::SenderConstrained, format!("the tokens of {server} are bound to a key")),
        })
    }
}

/// A permit as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingPermit {
    /// The permit.
    pub permit: Permit,
    /// What it is worth.
    pub standing: Standing,
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
