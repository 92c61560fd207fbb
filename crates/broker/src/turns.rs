//! What one process holds so that each thing happens once.

pub(crate) mod flights;
