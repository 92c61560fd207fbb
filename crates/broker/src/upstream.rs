//! Requests on their way out: the one HTTP client, the token in a request, random bytes, and the browser.

pub(crate) mod authorized;
pub(crate) mod browser;
pub(crate) mod http;
pub(crate) mod randomness;
