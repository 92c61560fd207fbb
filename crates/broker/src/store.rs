//! What is kept: the activity log, names, and answers that must reach the vault.

pub(crate) mod events;
pub(crate) mod exchanges;
pub(crate) mod names;
pub(crate) mod nearest;
