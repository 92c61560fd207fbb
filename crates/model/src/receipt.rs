//! Receipts: what each party answered when a grant was taken back, as data. The sentences are made of it.

mod words;

use crate::GrantId;
use messages::Text;
use oauth::metadata::AuthorizationServer;
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What came of taking a login back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its name in this vault.
    pub id: String,
    /// When the last of them answered.
    pub at: Timestamp,
    /// The server.
    pub resource_id: String,
    /// Its name at that time.
    pub resource_name: String,
    /// Its host.
    pub resource_host: String,
    /// The grant that was taken back.
    pub grant_id: GrantId,
    /// Whose it was.
    pub account: String,
    /// The authorization server that granted it.
    pub issuer: Issuer,
    /// How it ended.
    pub ending: RevocationState,
    /// What becomes of the last access token.
    pub last_token: LastToken,
    /// What each party answered.
    pub steps: Vec<ReceiptStep>,
}

/// How it ended. Only the first says that something was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ReceiptEnding")]
pub enum RevocationState {
    /// The issuer confirmed (or deleted this program), and the server was seen to refuse the old token.
    Revoked,
    /// The login had ended by itself.
    NothingLeft,
    /// Nothing can renew it any more, and the last access token was not seen to be refused.
    RunsOut,
    /// The issuer did not confirm; it can be tried again.
    Open,
    /// The issuer did not confirm, and the person let it go.
    LetGo,
}

/// What becomes of the last access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LastToken {
    /// There was none, or its server refuses it.
    Gone,
    /// It had run out by itself.
    RanOut,
    /// Good until then for whoever holds it.
    Until {
        /// When it ends.
        at: Timestamp,
    },
    /// Its issuer did not say when it ends.
    Untold,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptStep {
    /// What was asked. Kept as `deed` in the vault.
    #[serde(rename = "deed")]
    pub kind: ReceiptStepKind,
    /// What was answered.
    pub answer: PartyAnswer,
}

/// What was asked of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ReceiptDeed")]
pub enum ReceiptStepKind {
    /// The refresh token at the issuer (RFC 7009).
    RefreshToken,
    /// The access token at the issuer.
    AccessToken,
    /// The tokens that the login had before its last ones.
    Earlier,
    /// This program's registration at the issuer (RFC 7592).
    Registration,
    /// The old access token once more at its server.
    Probe,
    /// What is kept here.
    Vault,
}

/// What a party answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PartyAnswer {
    /// 200 of a revocation endpoint, 2xx of a deletion.
    Confirmed,
    /// The issuer has no such endpoint.
    NotOffered,
    /// `unsupported_token_type`.
    KindNotSupported,
    /// Any other answer, with the issuer's own words if it had some.
    Status {
        /// The HTTP status.
        status: u16,
        /// The words.
        said: Option<String>,
    },
    /// None at all, and why.
    NoAnswer {
        /// The reason.
        why: Text,
    },
    /// Nothing was sent, for a reason of this machine.
    NotSent {
        /// The reason.
        why: Text,
    },
    /// Not asked: the same party had just not answered.
    NotAsked,
    /// The server answered 401 to the old token.
    Refused,
    /// The server took the old token, and takes none without one.
    Accepted {
        /// The HTTP status.
        status: u16,
    },
    /// The server's answer says nothing of the token.
    TellsNothing {
        /// The HTTP status.
        status: u16,
    },
    /// Overwritten here.
    Erased,
    /// Sealed here, until the issuer confirms.
    Kept,
}

/// What an answer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptOutcome {
    /// It was done.
    Done,
    /// It is not offered, or was not asked.
    NotOffered,
    /// It was asked, and something else was done.
    Failed,
}

impl PartyAnswer {
    /// What was asked was done.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Confirmed | Self::Refused | Self::Erased)
    }

    /// Another try may be answered in another way.
    pub fn is_of_now_only(&self) -> bool {
        match self {
            Self::NoAnswer { .. } | Self::NotSent { .. } | Self::NotAsked => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..),
            _ => false,
        }
    }

    /// It was asked, and did something else.
    pub fn has_failed(&self) -> bool {
        matches!(
            self,
            Self::Status { .. }
                | Self::NoAnswer { .. }
                | Self::NotSent { .. }
                | Self::Accepted { .. }
                | Self::TellsNothing { .. }
        )
    }

    /// What it comes to.
    pub fn outcome(&self) -> ReceiptOutcome {
        if self.is_done() {
            ReceiptOutcome::Done
        } else if self.has_failed() {
            ReceiptOutcome::Failed
        } else {
            ReceiptOutcome::NotOffered
        }
    }
}

impl RevocationState {
    /// Nothing is left that could be used, as far as anybody can know.
    pub fn is_proven(self) -> bool {
        matches!(self, Self::Revoked | Self::NothingLeft)
    }
}

impl Receipt {
    /// Whether one of its steps is so.
    pub fn has(&self, what: impl Fn(&ReceiptStep) -> bool) -> bool {
        self.steps.iter().any(what)
    }

    /// The host of the authorization server.
    pub fn issuer_host(&self) -> String {
        AuthorizationServer::host_of(self.issuer.as_str())
    }
}
