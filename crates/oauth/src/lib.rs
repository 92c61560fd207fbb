//! The MCP authorization profile as a client sees it, in the order of the specification.
//!
//! Reading order: [`uri`] → [`address_guard`] → [`challenge`] → [`metadata`] → [`discovery`] → [`registration`] → [`pkce`] →
//! [`authorization`] → [`token`] → [`demand`] → [`revocation`]. [`jwt`], [`dpop`], [`assertion`] and [`device`]
//! are for servers that want more than a code and a bearer token. Everything is pure; the only effect is the
//! seam [`http::Http`]. No clock and no randomness is read here: both come in as arguments (invariant 1).

pub mod address_guard;
pub mod assertion;
pub mod authorization;
pub mod challenge;
pub mod concession;
pub mod demand;
pub mod device;
pub mod discovery;
pub mod dpop;
pub mod error_description;
pub mod http;
pub mod jwt;
pub mod metadata;
pub mod pkce;
pub mod random;
pub mod redirect;
pub mod registration;
pub mod revocation;
pub mod scope;
pub mod secret;
pub mod time;
pub mod token;
pub mod trace;
pub mod uri;
pub mod vendor;

/// The revision of the specification that is spoken first.
pub const PROTOCOL_VERSION: &str = "2026-07-28";
