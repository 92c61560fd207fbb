//! Rows that are not believed, told of once each.

use std::collections::HashSet;

/// A row that is not as this program wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowFault {
    /// The table that it is in.
    pub table: &'static str,
    /// What the row says of itself: as little to be believed as the rest of it.
    pub row: String,
}

/// What a process came upon.
#[derive(Default)]
pub(super) struct RowFaults {
    pub(super) known: HashSet<RowFault>,
    pub(super) new: Vec<RowFault>,
}

/// A file that someone fills with rows must not fill the memory.
pub(super) const MOST_ROW_FAULTS: usize = 1000;
