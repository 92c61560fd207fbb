//! MCP servers: added, looked at, asked, and what a permit there is worth.

pub(crate) mod add;
mod concessions;
mod endpoints;
pub(crate) mod listed;
mod preferences;
pub(crate) mod request;
pub(crate) mod standing;
pub(crate) mod view;
