//! The token endpoint: every way to get tokens there (OAuth 2.1 §4, RFC 8628, RFC 7523, RFC 8693;
//! docs/protocol.md#exchange).
//!
//! The `oauth2` crate writes the requests and reads the answers; what real servers answer instead of RFC 6749 §5 is put straight
//! before it reads them.

pub(crate) mod authentication;
mod client;
mod code;
mod error;
mod fault;
mod form;
mod grants;
mod id_token;
mod members;
mod methods;
mod refusal;
pub(crate) mod request;
mod response;
mod set;

pub use authentication::ClientAuthentication;
pub use client::Client;
pub use code::ErrorCode;
pub use error::{TokenError, is_about_the_client};
pub use fault::{Outage, RequestFault, ResponseFault};
pub(crate) use form::Form;
pub use grants::RefreshRequest;
pub use id_token::IdToken;
pub use methods::AuthenticationMethods;
pub use refusal::LONGEST_RETRY_SECONDS;
pub use response::{TokenResponse, unasked};
pub use set::TokenSet;
