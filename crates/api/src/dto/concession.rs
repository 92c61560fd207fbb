//! Departures from the specification: offered where one stands in the way, listed where they were allowed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A departure that stands in the way, explained for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConcessionOffer {
    /// `pkce-unadvertised`
    pub name: String,
    /// A few words, as a heading.
    pub title: String,
    /// What the server does, and what the specification asks for.
    pub explanation: String,
    /// What could go wrong.
    pub risk: String,
    /// Why it is known to be harmless, or less harmful, with this server's maker.
    pub pattern: Option<String>,
}

/// A departure that the person allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AllowedConcession {
    /// `pkce-unadvertised`
    pub name: String,
    /// A few words, as a heading.
    pub title: String,
    /// What the server does, and what the specification asks for.
    pub explanation: String,
    /// What could go wrong.
    pub risk: String,
    /// When the person allowed it.
    #[ts(type = "number | null")]
    pub allowed_at: Option<i64>,
}

/// A departure that the person no longer allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConcessionWithdraw {
    /// The server.
    pub resource_id: String,
    /// `pkce-unadvertised`
    pub name: String,
}
