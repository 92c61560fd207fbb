//! Why it is not known how a server is protected.

use crate::concession::Concession;
use crate::http::HttpError;
use crate::metadata::MetadataError;
use crate::said::{self, Said};
use crate::uri::UrlError;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    #[error(transparent)]
    Url(#[from] UrlError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("there is no MCP server at {url}: it answered {answered}{}", said::clause(said.as_ref()))]
    NotMcp {
        url: String,
        answered: String,
        said: Option<Said>,
    },
    #[error(
        "{url} answered with status {status}, which is its own fault; nothing can be concluded from it{}",
        said::clause(said.as_ref())
    )]
    ServerError {
        url: String,
        status: u16,
        said: Option<Said>,
    },
    #[error("the server redirects to {target}")]
    Redirected { target: String },
    #[error(
        "the metadata at {place} is redirected to another host, which is not followed: {target}"
    )]
    MetadataRedirected { place: String, target: String },
    #[error(
        "{host} asks for a login and publishes no metadata that says where (RFC 9728){}",
        instead.unwrap_or_default()
    )]
    NoResourceMetadata {
        host: String,
        instead: Option<&'static str>,
    },
    #[error(
        "{host} refuses {what} (status {status}{}){}",
        if *is_page { ", a page for browsers" } else { "" },
        said::clause(said.as_ref())
    )]
    Hidden {
        host: String,
        what: Withheld,
        status: u16,
        is_page: bool,
        said: Option<Said>,
    },
    #[error("{host} asks to wait before it is asked again (status 429){}", said::clause(said.as_ref()))]
    Busy {
        host: String,
        retry_after: Option<u64>,
        said: Option<Said>,
    },
    #[error("what is at {url} cannot be read as metadata: {why}")]
    Unreadable { url: String, why: String },
    #[error(
        "{origin} asks for a login in the way of 2025-03-26: it publishes no metadata of the resource, and logs in at its own addresses"
    )]
    Legacy { origin: String },
    #[error(
        "{seen}. Beside it, {origin} has a document of an authorization server of its own, as in the way of 2025-03-26"
    )]
    LegacyBeside {
        origin: String,
        seen: Box<DiscoveryError>,
    },
    #[error("the protected resource metadata at {url} cannot be used: {source}")]
    ResourceMetadata { url: String, source: MetadataError },
    #[error(
        "the server names {url} as its authorization server, which is the address of a metadata document and no issuer (RFC 9728 §2)"
    )]
    MetadataUrlAsIssuer { url: String },
    #[error(
        "the authorization server {issuer} has no document at any of the {places} places where one could be (RFC 8414 §3, OpenID Connect Discovery §4)"
    )]
    NoAuthorizationServerMetadata { issuer: String, places: usize },
    #[error("the authorization server metadata at {url} cannot be used: {source}")]
    AuthorizationServerMetadata { url: String, source: MetadataError },
    /// Whoever waits for a whole discovery has a limit of its own.
    #[error(
        "nobody knows after {seconds} s how it is protected: whoever is asked there answers late each time, so it was given up"
    )]
    TooSlow { seconds: u64 },
    #[error("the addresses that were entered cannot be used: {source}")]
    Entered { source: MetadataError },
}

/// What a server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// A document, from whoever asks.
    Metadata,
    /// Itself, to this program.
    Server,
}

impl std::fmt::Display for Withheld {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Metadata => "to show its metadata",
            Self::Server => "this program",
        })
    }
}

impl DiscoveryError {
    /// The server's own words, if it had any.
    pub fn said(&self) -> Option<&Said> {
        match self {
            Self::LegacyBeside { seen, .. } => seen.said(),
            Self::NotMcp { said, .. }
            | Self::ServerError { said, .. }
            | Self::Hidden { said, .. }
            | Self::Busy { said, .. } => said.as_ref(),
            _ => None,
        }
    }

    /// The one departure that, if the person allowed it, would let discovery go on.
    pub fn concession(&self) -> Option<Concession> {
        match self {
            Self::ResourceMetadata { source, .. }
            | Self::AuthorizationServerMetadata { source, .. }
            | Self::Entered { source } => source.concession(),
            Self::Legacy { .. } | Self::LegacyBeside { .. } | Self::NoResourceMetadata { .. } => {
                Some(Concession::LegacyEndpoints)
            }
            Self::MetadataUrlAsIssuer { .. } => Some(Concession::MetadataUrlAsIssuer),
            Self::Http(error) => error.concession(),
            _ => None,
        }
    }
}
