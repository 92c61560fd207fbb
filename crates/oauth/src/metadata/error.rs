//! Why metadata must not be used.

use crate::concession::Concession;
use crate::uri::UrlError;

/// Why metadata must not be used. Each variant is a sentence that the server's owner can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    #[error("the metadata speaks for the resource {found}, which is not {asked}")]
    ResourceMismatch { asked: String, found: String },
    #[error(
        "it lacks `resource`, which has to be {asked}; the authorization server that it names is {issuer}"
    )]
    ResourceMissing { asked: String, issuer: String },
    #[error("the metadata names no authorization server")]
    NoAuthorizationServer,
    #[error("the metadata names {0} authorization servers, more than any real server has")]
    TooManyAuthorizationServers(usize),
    #[error("the metadata was asked for issuer {asked} and speaks for {found}")]
    IssuerMismatch { asked: String, found: String },
    #[error("{member} is not usable: {source}")]
    Endpoint {
        member: &'static str,
        source: UrlError,
    },
    #[error("the authorization server does not offer the code flow ({0})")]
    NoCodeFlow(&'static str),
    #[error(
        "the authorization server takes a login only after a pushed authorization request (RFC 9126), which this program does not send"
    )]
    PushedOnly,
    #[error(
        "the authorization server does not say that it supports PKCE (code_challenge_methods_supported is missing)"
    )]
    PkceUnadvertised { issuer: String },
    #[error(
        "no document says whether {token} checks PKCE, since its addresses were entered by hand"
    )]
    PkceUnsaid { token: String },
    #[error("the authorization server offers PKCE without S256 ({0})")]
    PkceWithoutS256(String),
    #[error(
        "you would log in at {login}, while the issuer is {issuer} and the code goes to {token}; its answers do not say who they are from"
    )]
    ForeignLoginPage {
        login: String,
        issuer: String,
        token: String,
    },
}

impl MetadataError {
    /// The one departure that would have to be allowed for this document to be used.
    pub fn concession(&self) -> Option<Concession> {
        match self {
            Self::ResourceMismatch { .. } => Some(Concession::ResourceMismatch),
            Self::IssuerMismatch { .. } => Some(Concession::IssuerMismatch),
            Self::PkceUnadvertised { .. } | Self::PkceUnsaid { .. } => {
                Some(Concession::PkceUnadvertised)
            }
            Self::ForeignLoginPage { .. } => Some(Concession::ForeignLoginPage),
            Self::ResourceMissing { .. } => Some(Concession::ResourceMissing),
            Self::Endpoint {
                source:
                    UrlError::OutOfReach {
                        concedable: true, ..
                    },
                ..
            } => Some(Concession::PrivateNetwork),
            _ => None,
        }
    }
}

pub(super) fn endpoint(member: &'static str) -> impl Fn(UrlError) -> MetadataError {
    move |source| MetadataError::Endpoint { member, source }
}
