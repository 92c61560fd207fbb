//! Why it is not known how a server is protected.

use crate::concession::Concession;
use crate::error_description::{self, ErrorDescription};
use crate::http::HttpError;
use crate::metadata::MetadataError;
use crate::uri::UrlError;
use serde::{Deserialize, Serialize};

/// Why it is not known how a server is protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum DiscoveryError {
    /// An address breaks the rules.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// No response.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Nothing there speaks MCP.
    #[error("there is no MCP server at {url}: it answered status {status} {media_type}{}", error_description::clause(said.as_ref()))]
    NotMcp {
        /// The address.
        url: String,
        /// The status of the response.
        status: u16,
        /// What the response is by its own words; empty where it does not say.
        media_type: String,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// The server failed.
    #[error(
        "{url} answered with status {status}, which is its own fault; nothing can be concluded from it{}",
        error_description::clause(said.as_ref())
    )]
    ServerError {
        /// The address.
        url: String,
        /// The status of the response.
        status: u16,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// The server sends us elsewhere.
    #[error("the server redirects to {}", target.as_deref().unwrap_or("nowhere"))]
    Redirected {
        /// Where it leads, if it says so.
        target: Option<String>,
    },
    /// A document is moved on and on.
    #[error("the metadata at {place} is redirected again and again")]
    RedirectLoop {
        /// Where the document was looked for.
        place: String,
    },
    /// A document is on another host than its place.
    #[error(
        "the metadata at {place} is redirected to another host, which is not followed: {target}"
    )]
    MetadataRedirected {
        /// Where the document was looked for.
        place: String,
        /// Where it leads.
        target: String,
    },
    /// RFC 9728: there is no document.
    #[error(
        "{host} asks for a login and publishes no metadata that says where (RFC 9728){}",
        instead.map_or("", ShownInstead::clause)
    )]
    NoResourceMetadata {
        /// Whose it is.
        host: String,
        /// What was shown in its place.
        instead: Option<ShownInstead>,
    },
    /// Something is there, and is not shown to us.
    #[error(
        "{host} refuses {what} (status {status}{}){}",
        if *is_page { ", a page for browsers" } else { "" },
        error_description::clause(said.as_ref())
    )]
    Hidden {
        /// Whose it is.
        host: String,
        /// What is refused.
        what: RefusalSubject,
        /// The status of the response.
        status: u16,
        /// Whether a page for browsers was shown.
        is_page: bool,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// RFC 6585 §4.
    #[error("{host} asks to wait before it is asked again (status 429){}", error_description::clause(said.as_ref()))]
    Busy {
        /// Whose it is.
        host: String,
        /// Seconds to wait, if it said how many.
        retry_after: Option<u64>,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// Something is there that is no document.
    #[error("what is at {url} cannot be read as metadata: {why}")]
    Unreadable {
        /// The address.
        url: String,
        /// What is wrong.
        why: Misread,
    },
    /// The revision of 2025-03-26, not confirmed.
    #[error(
        "{origin} asks for a login in the way of 2025-03-26: it publishes no metadata of the resource, and logs in at its own addresses"
    )]
    Legacy {
        /// The server's own origin.
        origin: String,
    },
    /// The same, beside something that may be the document.
    #[error(
        "{seen}. Beside it, {origin} has a document of an authorization server of its own, as in the way of 2025-03-26"
    )]
    LegacyBeside {
        /// The server's own origin.
        origin: String,
        /// What stands there.
        seen: Box<DiscoveryError>,
    },
    /// The document of the resource breaks the rules.
    #[error("the protected resource metadata at {url} cannot be used: {source}")]
    ResourceMetadata {
        /// The address.
        url: String,
        /// What is wrong.
        source: MetadataError,
    },
    /// RFC 9728 §2: no issuer, but the address of its document.
    #[error(
        "the server names {url} as its authorization server, which is the address of a metadata document and no issuer (RFC 9728 §2)"
    )]
    MetadataUrlAsIssuer {
        /// The address.
        url: String,
    },
    /// RFC 8414 §3: there is no document.
    #[error(
        "the authorization server {issuer} has no document at any of the {places} places where one could be (RFC 8414 §3, OpenID Connect Discovery §4)"
    )]
    NoAuthorizationServerMetadata {
        /// The authorization server.
        issuer: String,
        /// How many places were asked.
        places: usize,
    },
    /// The document of the authorization server breaks the rules.
    #[error("the authorization server metadata at {url} cannot be used: {source}")]
    AuthorizationServerMetadata {
        /// The address.
        url: String,
        /// What is wrong.
        source: MetadataError,
    },
    /// Whoever waits for a whole discovery has a limit of its own.
    #[error(
        "nobody knows after {seconds} s how it is protected: whoever is asked there answers late each time, so it was given up"
    )]
    TooSlow {
        /// The limit.
        seconds: u64,
    },
    /// What a person entered breaks the rules.
    #[error("the addresses that were entered cannot be used: {source}")]
    Entered {
        /// What is wrong.
        source: MetadataError,
    },
}

/// Why an answer is not the document that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misread {
    /// No JSON.
    NoJson {
        /// The parser's words.
        why: String,
    },
    /// JSON without any member that the document is known by.
    NoMembers {
        /// Those members.
        members: Vec<String>,
    },
    /// A member that is not what it has to be.
    Malformed {
        /// The parser's words.
        why: String,
    },
}

/// What a server shows where its metadata should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownInstead {
    /// A page for browsers.
    Page,
    /// A demand for a login.
    Login,
}

impl ShownInstead {
    fn clause(self) -> &'static str {
        match self {
            Self::Page => "; it shows a page for browsers in its place",
            Self::Login => "; it wants a login to show it",
        }
    }
}

/// What a server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalSubject {
    /// A document, from whoever asks.
    Metadata,
    /// Itself, to this program.
    Server,
}

impl std::fmt::Display for RefusalSubject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Metadata => "to show its metadata",
            Self::Server => "this program",
        })
    }
}

impl std::fmt::Display for Misread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoJson { why } => write!(formatter, "no JSON, {why}"),
            Self::NoMembers { members } => {
                write!(
                    formatter,
                    "it has none of the members {}",
                    members.join(", ")
                )
            }
            Self::Malformed { why } => formatter.write_str(why),
        }
    }
}

impl DiscoveryError {
    /// The server's own words, if it had any.
    pub fn said(&self) -> Option<&ErrorDescription> {
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
