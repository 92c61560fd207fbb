//! Our client id at one issuer and how we got it: given by its owner, a document of ours ([`document`], CIMD), or
//! dynamic registration ([`dynamic`], RFC 7591 and 7592). The order among them is that of docs/protocol.md#client-id.

mod client;
mod document;
mod dynamic;
mod error;
mod management;
mod request;
mod response;

pub use client::{AuthMethod, CLIENT_NAME, Management, Registration, RegistrationKind};
pub use document::{
    DocumentUrlError, accepts_our_document, check_document_url, client_metadata, document_redirects,
};
pub use dynamic::register;
pub use error::{ClientInformationFault, RegistrationError};
pub use management::{delete, is_known, renew};
pub use request::RegistrationRequest;
