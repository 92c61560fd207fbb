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
        "it lacks `resource`, which has to be {asked}; the authorization server that it names is {}",
        issuer.as_deref().unwrap_or("none")
    )]
    ResourceMissing {
        /// Who was asked.
        asked: String,
        /// The authorization server that it names, if it names one.
        issuer: Option<String>,
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
    NoCodeFlow(CodeFlowFault),
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

/// What the code flow lacks at an authorization server (OAuth 2.1 §4.1, RFC 8414 §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CodeFlowFault {
    /// No place where a person logs in.
    #[error("its document has no authorization_endpoint")]
    NoEndpoint,
    /// The grant type is not among those that it lists.
    #[error("grant_types_supported has no \"authorization_code\"")]
    NoGrantType,
    /// The response type is not among those that it lists.
    #[error("response_types_supported has no \"code\"")]
    NoResponseType,
    /// The address that a person entered has no origin that could be an issuer.
    #[error("its address is none")]
    NoOrigin,
    /// What an earlier version kept of it, in English.
    #[error("{0}")]
    #[serde(untagged)]
    AsWritten(String),
}

/// Why an address that a document names counts as absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(untagged)]
pub enum AddressFault {
    /// The rule that it breaks.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// What an earlier version kept of it, in English.
    #[error("{0}")]
    AsWritten(String),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: serde::de::DeserializeOwned>(kept: &str) -> T {
        serde_json::from_str(kept).expect(kept)
    }

    #[test]
    fn a_reason_of_before_it_was_data_is_read_as_it_was_written() {
        let kept = r#"{"no_code_flow":"response_types_supported has no \"code\""}"#;
        let written = "response_types_supported has no \"code\"".to_owned();
        let error = MetadataError::NoCodeFlow(CodeFlowFault::AsWritten(written));
        assert_eq!(read::<MetadataError>(kept), error);
        assert_eq!(serde_json::to_string(&error).expect("JSON"), kept);
        let fault = AddressFault::AsWritten("the URL carries a user name".to_owned());
        assert_eq!(
            read::<AddressFault>(r#""the URL carries a user name""#),
            fault
        );
        let missing = r#"{"resource_missing":{"asked":"https://h.example/mcp","issuer":"https://as.example"}}"#;
        assert_eq!(
            read::<MetadataError>(missing),
            MetadataError::ResourceMissing {
                asked: "https://h.example/mcp".to_owned(),
                issuer: Some("https://as.example".to_owned()),
            }
        );
    }

    #[test]
    fn a_reason_that_is_kept_is_read_again() {
        for fault in [
            CodeFlowFault::NoEndpoint,
            CodeFlowFault::NoGrantType,
            CodeFlowFault::NoResponseType,
            CodeFlowFault::NoOrigin,
        ] {
            let error = MetadataError::NoCodeFlow(fault);
            let kept = serde_json::to_string(&error).expect("JSON");
            assert_eq!(read::<MetadataError>(&kept), error, "{kept}");
        }
        for error in [
            UrlError::UserInfo,
            UrlError::TooLong,
            UrlError::NoHost("https:".to_owned()),
            UrlError::Scheme("ftp://h".to_owned(), "ftp".to_owned()),
            UrlError::OutOfReach {
                host: "10.0.0.1".to_owned(),
                concedable: true,
            },
        ] {
            let fault = AddressFault::Url(error);
            let kept = serde_json::to_string(&fault).expect("JSON");
            assert_eq!(read::<AddressFault>(&kept), fault, "{kept}");
        }
    }
}
