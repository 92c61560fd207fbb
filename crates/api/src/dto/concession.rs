//! Departures from the specification: offered where one stands in the way, listed where they were allowed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The one departure that stands in the way, explained for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConcessionOffer {
    /// `pkce-unadvertised`
    pub name: String,
    pub title: String,
    pub explanation: String,
    pub risk: String,
    /// Why it is known to be harmless, or less harmful, with this server's maker.
    pub pattern: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AllowedConcession {
    pub name: String,
    pub title: String,
    pub explanation: String,
    pub risk: String,
    #[ts(type = "number | null")]
    pub allowed_at: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConcessionAllow {
    pub resource_id: String,
    pub name: String,
    /// Chosen by the caller; every notice of the discovery that follows carries it.
    pub trace_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConcessionWithdraw {
    pub resource_id: String,
    pub name: String,
}
