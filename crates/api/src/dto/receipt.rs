//! The receipt of taking a login back.

use model::{ReceiptOutcome, ReceiptStepKind, RevocationState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What each party answered. The headline says no more than the steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Receipt {
    /// Its id.
    pub id: String,
    /// The server.
    pub resource_id: String,
    /// Its name.
    pub resource_name: String,
    /// The grant.
    pub grant_id: String,
    /// Whose login it is.
    pub account: String,
    /// The host of the issuer.
    pub issuer_host: String,
    /// When the last party answered.
    #[ts(type = "number")]
    pub at: i64,
    /// One sentence.
    pub headline: String,
    /// How it ended.
    pub ending: RevocationState,
    /// True if everybody was seen to refuse what was taken back, or nothing was left to take back.
    pub proven: bool,
    /// What becomes of the last access token.
    pub last_token: LastToken,
    /// When the last access token ends, with `until`.
    #[ts(type = "number | null")]
    pub lives_until: Option<i64>,
    /// What each party answered.
    pub steps: Vec<ReceiptStep>,
    /// What the person still has to do by hand, if anything.
    pub by_hand: Option<String>,
}

/// What becomes of the last access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LastToken {
    /// There is none, or its server refuses it.
    Gone,
    /// It is good until `lives_until`.
    Until,
    /// It lives, and its issuer did not say how long.
    Untold,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptStep {
    /// What was asked.
    pub deed: ReceiptStepKind,
    /// The same in words.
    pub what: String,
    /// What the answer comes to.
    pub outcome: ReceiptOutcome,
    /// The answer in words.
    pub detail: String,
}

/// `resource_id` of null: of all servers, also of those that are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptQuery {
    /// None: of all servers.
    pub resource_id: Option<String>,
}
