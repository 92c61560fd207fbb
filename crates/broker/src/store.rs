//! What is kept: rows of the vault, the activity log, names, settings, and answers that must reach the vault.

pub(crate) mod access_cache;
pub(crate) mod event_queue;
pub(crate) mod events;
pub(crate) mod exchanges;
mod language;
pub(crate) mod names;
pub(crate) mod nearest;
mod older;
pub(crate) mod records;
pub(crate) mod settings;
pub(crate) mod span;
pub(crate) mod vault_state;
