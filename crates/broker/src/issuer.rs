//! What an authorization server is to us: its metadata, our registration there, and what it asks of a login.

pub(crate) mod client_request;
mod consent;
pub(crate) mod discovery;
pub(crate) mod metadata;
pub(crate) mod redirects;
pub(crate) mod registration;
pub(crate) mod scopes;
