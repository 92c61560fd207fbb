//! Rows that are not believed, told of once each.

use std::collections::HashSet;

/// A row that is not as this program wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Doubt {
    pub table: &'static str,
    /// What the row says of itself: as little to be believed as the rest of it.
    pub row: String,
}

/// What a process came upon.
#[derive(Default)]
pub(super) struct Doubts {
    pub(super) known: HashSet<Doubt>,
    pub(super) new: Vec<Doubt>,
}

/// A file that someone fills with rows must not fill the memory.
pub(super) const MOST_DOUBTS: usize = 1000;
