//! Requests on their way out: the one HTTP client, the token in a request, how a client proves itself, and the browser.

pub(crate) mod authorized;
pub(crate) mod browser;
mod client_authentication;
pub(crate) mod http;
pub(crate) mod randomness;
