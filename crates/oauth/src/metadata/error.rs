//! Why metadata must not be used.

use crate::concession::Concession;
use crate::uri::UrlError;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why metadata must not be used. Each variant is a sentence that the server's owner can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum MetadataError {
    /// RFC 9728 §3.3: another resource.
    #[error("the metadata speaks for the resource {found}, which is not {asked}")]
    ResourceMismatch {
        /// Who was asked.
        asked: String,
        /// Whose it is by its own words.
        found: String,
    },
    /// RFC 9728 §3.3: none.
    #[error(
        "it lacks `resource`, which has to be {asked}; the authorization server that it names is {issuer}"
    )]
    ResourceMissing {
        /// Who was asked.
        asked: String,
        /// The authorization server.
        issuer: String,
    },
    /// RFC 9728 §2: none is listed.
    #[error("the metadata names no authorization server")]
    NoAuthorizationServer,
    /// More than are asked.
    #[error("the metadata names {0} authorization servers, more than any real server has")]
    TooManyAuthorizationServers(usize),
    /// RFC 8414 §3.3: another issuer.
    #[error("the metadata was asked for issuer {asked} and speaks for {found}")]
    IssuerMismatch {
        /// Who was asked.
        asked: String,
        /// Whose it is by its own words.
        found: String,
    },
    /// An address breaks the rules.
    #[error("{member} is not usable: {source}")]
    Endpoint {
        /// The member of the document.
        member: Cow<'static, str>,
        /// What is wrong.
        source: UrlError,
    },
    /// OAuth 2.1 §4.1 is not offered.
    #[error("the authorization server does not offer the code flow ({0})")]
    NoCodeFlow(Cow<'static, str>),
    /// RFC 9126 §5.
    #[error(
        "the authorization server takes a login only after a pushed authorization request (RFC 9126), which this program does not send"
    )]
    PushedOnly,
    /// RFC 7636: nothing is said.
    #[error(
        "the authorization server does not say that it supports PKCE (code_challenge_methods_supported is missing)"
    )]
    PkceUnadvertised {
        /// The authorization server.
        issuer: String,
    },
    /// RFC 7636: there is no document that could say it.
    #[error(
        "no document says whether {token} checks PKCE, since its addresses were entered by hand"
    )]
    PkceUnsaid {
        /// Who gets the code.
        token: String,
    },
    /// RFC 7636: only methods that are not used here.
    #[error("the authorization server offers PKCE without S256 ({0})")]
    PkceWithoutS256(String),
    /// The login page is of somebody else.
    #[error(
        "you would log in at {login}, while the issuer is {issuer} and the code goes to {token}; its answers do not say who they are from"
    )]
    ForeignLoginPage {
        /// Where one would log in.
        login: String,
        /// The authorization server.
        issuer: String,
        /// Who gets the code.
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
    move |source| MetadataError::Endpoint {
        member: member.into(),
        source,
    }
}
