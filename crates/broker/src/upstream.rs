//! Requests on their way out: the one HTTP client, how a client proves itself, and the browser.

pub(crate) mod browser;
mod client_authentication;
pub(crate) mod http;
