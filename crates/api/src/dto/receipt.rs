//! The receipt of taking a login back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What each party answered. The headline says no more than the steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Receipt {
    pub id: String,
    pub resource_id: String,
    pub resource_name: String,
    pub grant_id: String,
    pub account: String,
    pub issuer_host: String,
    #[ts(type = "number")]
    pub at: i64,
    pub headline: String,
    pub ending: ReceiptEnding,
    /// True if everybody was seen to refuse what was taken back, or nothing was left to take back.
    pub proven: bool,
    pub last_token: LastToken,
    /// When the last access token ends, with `until`.
    #[ts(type = "number | null")]
    pub lives_until: Option<i64>,
    pub steps: Vec<ReceiptStep>,
    /// What the person still has to do by hand, if anything.
    pub by_hand: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptEnding {
    Revoked,
    /// The login had ended by itself.
    NothingLeft,
    /// Nothing can renew it; the last access token was not seen to be refused.
    RunsOut,
    /// The issuer did not confirm; it can be tried again, or let go.
    Open,
    LetGo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LastToken {
    Gone,
    Until,
    /// It lives, and its issuer did not say how long.
    Untold,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptStep {
    pub deed: ReceiptDeed,
    pub what: String,
    pub outcome: ReceiptOutcome,
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptDeed {
    #[serde(rename = "refresh_token")]
    RefreshRevoked,
    #[serde(rename = "access_token")]
    AccessRevoked,
    Earlier,
    Registration,
    Probe,
    Vault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptOutcome {
    Done,
    NotOffered,
    Failed,
}

/// `resource_id` of null: of all servers, also of those that are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptQuery {
    pub resource_id: Option<String>,
}
