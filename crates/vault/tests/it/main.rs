//! The vault over real SQLite files: what is sealed, what opens it, who else may be writing, and who may not.

mod aside;
mod concurrency;
mod damage;
mod durable;
mod endpoints;
mod erased;
mod events;
mod exchanged;
mod files;
mod keyring;
mod login_attempts;
mod memory;
mod older;
mod opening;
mod records;
mod rights;
mod schema;
mod sealed;
mod setup;
mod version;
