//! Metadata as it came over the wire, and as it is after it was verified: two types.
//!
//! RFC 9728 §2–3 (protected resource), RFC 8414 §2–3 and OpenID Connect Discovery (authorization server).

mod document;
mod entered;
mod error;
mod member;
mod resource;
mod server;

pub use document::AuthorizationServerMetadata;
pub use entered::EnteredEndpoints;
pub use error::{AddressFault, CodeFlowFault, MetadataError};
pub use resource::ProtectedResourceMetadata;
pub use server::{AuthorizationServer, Basis};
