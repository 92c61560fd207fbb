//! Permits: which agent may use which grant, and what that is worth now.

use crate::{Agent, GrantId, LoginReason};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// This agent may use that grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// The agent.
    pub agent_id: String,
    /// The grant.
    pub grant_id: GrantId,
    /// None: all that was granted.
    pub scopes: Option<Scopes>,
    /// None: until the person takes it back.
    pub until: Option<Timestamp>,
    /// When the person gave it.
    pub given_at: Timestamp,
}

/// What a permit is worth now. The token endpoint answers by it, and every list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A request is answered with a token.
    Active,
    /// It was given until then.
    Ended {
        /// When that was.
        at: Timestamp,
    },
    /// The login has to be made again; the permit goes on with it.
    LoginNeeded {
        /// Why.
        reason: LoginReason,
    },
    /// The person took the login back.
    LoginRevoked {
        /// The same account is logged in again, and needs a permit of its own.
        anew: bool,
    },
    /// The server names another authorization server than the one that the login is of.
    IssuerChanged,
    /// The server is locked to another account.
    AccountLocked,
    /// It is for fewer scopes than the token carries, and a token cannot be cut.
    Narrower {
        /// The scopes that it is not for.
        more: Scopes,
    },
    /// The tokens are bound to a key that stays here (RFC 9449).
    KeyBound,
}

/// A [`Standing`] without its reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PermitStanding {
    /// A request is answered with a token.
    Active,
    /// Its time is over.
    Ended,
    /// The login has to be made again.
    LoginNeeded,
    /// The login was taken back. If the same account is logged in again, the permit is in `permit_offers`.
    LoginRevoked,
    /// The server names another authorization server than the login's.
    IssuerChanged,
    /// The server is locked to another account.
    AccountLocked,
    /// It is for fewer scopes than the token carries.
    Narrower,
    /// The tokens are bound to a key, and no agent is given one.
    KeyBound,
}

/// A permit as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingPermit {
    /// Whose it is.
    pub agent: Agent,
    /// The permit.
    pub permit: Permit,
    /// What it is worth now.
    pub standing: Standing,
}

/// What was permitted before a login was taken back, to be permitted again with one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitOffer {
    /// The agent that had it.
    pub agent: Agent,
    /// The permit as it would be, for the login of now.
    pub permit: Permit,
    /// The login that it was for.
    pub before: GrantId,
    /// The server.
    pub resource_id: String,
    /// Its name.
    pub resource_name: String,
    /// The account that is logged in again.
    pub account: String,
}

impl Standing {
    /// The same without its reasons.
    pub fn kind(&self) -> PermitStanding {
        match self {
            Self::Active => PermitStanding::Active,
            Self::Ended { .. } => PermitStanding::Ended,
            Self::LoginNeeded { .. } => PermitStanding::LoginNeeded,
            Self::LoginRevoked { .. } => PermitStanding::LoginRevoked,
            Self::IssuerChanged => PermitStanding::IssuerChanged,
            Self::AccountLocked => PermitStanding::AccountLocked,
            Self::Narrower { .. } => PermitStanding::Narrower,
            Self::KeyBound => PermitStanding::KeyBound,
        }
    }

    /// Whether it cannot become a token again, whatever anybody does with the login.
    pub fn is_past(&self) -> bool {
        matches!(
            self,
            Self::Ended { .. } | Self::LoginRevoked { .. } | Self::AccountLocked
        )
    }

    /// Orders several that are past: the one to tell of first has the lowest.
    pub fn rank(&self) -> u8 {
        match self {
            Self::AccountLocked => 0,
            Self::Ended { .. } => 1,
            Self::LoginRevoked { anew: true } => 2,
            _ => 3,
        }
    }
}
