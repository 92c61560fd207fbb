//! The languages that there are messages in, and which of them is spoken.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What there is to choose from, and what was chosen. Tags are of BCP 47.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageList {
    /// The languages that there are messages in, English first.
    pub known: Vec<String>,
    /// What the person chose; None: the system's language, or the vault is not open yet.
    pub chosen: Option<String>,
    /// What is spoken now.
    pub spoken: String,
    /// What is spoken now is written from right to left.
    pub right_to_left: bool,
}

/// The language that is to be spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageSet {
    /// One of those that are known; None: the system's.
    pub tag: Option<String>,
}
