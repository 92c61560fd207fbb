//! How an MCP server is protected: probe → resource metadata → authorization server metadata.
//!
//! RFC 9728 §3 and §5, RFC 8414 §3, OpenID Connect Discovery §4; the order is that of the MCP authorization profile.
//! Each request becomes a [`Step`] of the trace, whatever it brought.

mod fetch;
mod legacy;
mod places;
mod probe;

use crate::challenge::Challenge;
use crate::concession::{Concession, Concessions, Reach};
use crate::http::{Http, HttpError};
use crate::metadata::{
    AuthorizationServer, AuthorizationServerMetadata, EnteredEndpoints, MetadataError,
    ProtectedResourceMetadata,
};
use crate::said::{self, Said};
use crate::scope::Scopes;
use crate::trace::{Sink, Step, Verdict};
use crate::uri::{Issuer, ResourceUri, UrlError, excerpt};
use fetch::{Fetched, json_document};
use places::{
    APPENDED, authorization_server_places, metadata_url, named_place, resource_metadata_places,
};
pub use probe::greetings;
use url::Url;

/// What discovery found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discovery {
    /// The server answers without a token and publishes no metadata: nothing to log in to (G-01).
    NotProtected {
        calls_itself: Option<String>,
    },
    Protected(Box<Protected>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    /// What the server calls itself (RFC 9728 §2 `resource_name`, else MCP `serverInfo`): its own word.
    pub calls_itself: Option<String>,
    /// The `resource` parameter from now on, verbatim from the metadata.
    pub resource_parameter: String,
    pub authorization_server: AuthorizationServer,
    /// Scopes to ask for: the challenge's, else all that the resource lists, else none (S-02 … S-04).
    pub scopes_to_request: Scopes,
    pub scopes_supported: Scopes,
    /// The resource takes only tokens that are bound to a key (RFC 9449).
    pub needs_dpop: bool,
    /// It refuses whoever has no token in another way than by asking for one, in a sentence.
    pub refuses: Option<String>,
}

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

/// The whole of discovery. The order of the specification is the order of the text.
pub async fn discover(
    http: &impl Http,
    resource: &ResourceUri,
    concessions: &Concessions,
    trace: Sink<'_>,
) -> Result<Discovery, DiscoveryError> {
    discover_with(http, resource, None, concessions, trace).await
}

/// The same, where a person entered the addresses of the authorization server: they take the place of its document.
pub async fn discover_with(
    http: &impl Http,
    resource: &ResourceUri,
    entered: Option<&EnteredEndpoints>,
    concessions: &Concessions,
    trace: Sink<'_>,
) -> Result<Discovery, DiscoveryError> {
    let url = resource.url()?;
    let reach = Reach::of(&url, concessions);
    let probed = probe::probe(http, &url, reach, trace).await?;
    let (found, seen) = resource_metadata(http, &url, probed.challenge(), reach, trace).await?;
    let Some((metadata, found_at)) = found else {
        return match (&probed, entered) {
            (probe::Probed::Open(_), None) => match seen {
                // It is there, and may say that a login is wanted for more.
                Some(unreadable @ DiscoveryError::Unreadable { .. }) => {
                    Err(problem(trace, unreadable))
                }
                Some(hidden @ DiscoveryError::Hidden { .. }) if !is_for_browsers(&hidden) => {
                    let detail = format!(
                        "It answers without a token. Whether it wants one for more could not be seen: {hidden}."
                    );
                    trace(Step::new(
                        "Metadata that is not shown",
                        Verdict::Warning,
                        detail,
                        "RFC 9728 §3.1",
                    ));
                    Ok(not_protected(probed.calls_itself(), trace))
                }
                _ => Ok(not_protected(probed.calls_itself(), trace)),
            },
            (probe::Probed::Open(_), Some(entered)) => {
                let server = by_hand(entered, None, concessions, reach, trace)?;
                Ok(protected(resource.as_str(), server, &probed, None))
            }
            (probe::Probed::Challenged(_), entered) => {
                let server = match entered {
                    Some(entered) => by_hand(entered, None, concessions, reach, trace)?,
                    None => legacy::discover(http, &url, seen, concessions, reach, trace)
                        .await
                        .map_err(|error| problem(trace, error))?,
                };
                Ok(protected(resource.as_str(), server, &probed, None))
            }
            (probe::Probed::NotMcp(error), _) => Err(problem(trace, error.clone())),
        };
    };
    let unusable = |source| {
        problem(
            trace,
            DiscoveryError::ResourceMetadata {
                url: found_at.to_string(),
                source,
            },
        )
    };
    let accepted = metadata
        .accept(resource, &found_at, concessions)
        .map_err(unusable)?;
    let authorization_server = if let Some(entered) = entered {
        let named = metadata
            .authorization_servers
            .first()
            .and_then(|text| Issuer::parse(text).ok());
        by_hand(entered, named, concessions, reach, trace)?
    } else {
        let issuers = metadata.issuers().map_err(unusable)?;
        first_usable(http, issuers, concessions, reach, trace).await?
    };
    if let Some(refusal) = probed.refusal() {
        let detail = format!(
            "{refusal}. It names an authorization server all the same; whether a login changes that is not known."
        );
        trace(Step::new(
            "The server itself",
            Verdict::Warning,
            detail,
            "RFC 9110 §15.5",
        ));
    }
    Ok(protected(
        accepted.as_str(),
        authorization_server,
        &probed,
        Some(metadata),
    ))
}

fn by_hand(
    entered: &EnteredEndpoints,
    named: Option<Issuer>,
    concessions: &Concessions,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<AuthorizationServer, DiscoveryError> {
    let server = entered
        .server(named, concessions, reach)
        .map_err(|source| problem(trace, DiscoveryError::Entered { source }))?;
    let detail = format!("{} No document is asked for.", where_a_login_goes(&server));
    trace(Step::new(
        "Addresses that were entered by hand",
        Verdict::Warning,
        detail,
        "MCP authorization, pre-configured values",
    ));
    Ok(server)
}

/// Every host of a login, for a person to read before a browser opens.
pub fn where_a_login_goes(server: &AuthorizationServer) -> String {
    let host = AuthorizationServer::host_of;
    let (issuer, token) = (host(server.issuer.as_str()), host(&server.token_endpoint));
    if !server.offers_code_flow() {
        return format!("Tokens are asked for at {token}; the issuer is {issuer}.");
    }
    let login = host(&server.authorization_endpoint);
    if login == issuer && token == issuer {
        return format!("You log in at {login}.");
    }
    format!("You log in at {login}; tokens are asked for at {token}; the issuer is {issuer}.")
}

/// The scopes of the challenge, else all that the resource lists, else none (S-02 … S-04).
fn protected(
    resource_parameter: &str,
    authorization_server: AuthorizationServer,
    probed: &probe::Probed,
    metadata: Option<ProtectedResourceMetadata>,
) -> Discovery {
    let challenge = probed.challenge();
    let (named, bound, listed) = metadata.map_or((None, false, Vec::new()), |metadata| {
        (
            metadata.resource_name,
            metadata.dpop_bound_access_tokens_required,
            metadata.scopes_supported,
        )
    });
    let scopes_supported: Scopes = listed.into_iter().collect();
    Discovery::Protected(Box::new(Protected {
        refuses: probed.refusal(),
        calls_itself: named.or_else(|| probed.calls_itself()),
        resource_parameter: resource_parameter.to_owned(),
        authorization_server,
        scopes_to_request: challenge
            .and_then(|challenge| challenge.scope.clone())
            .unwrap_or_else(|| scopes_supported.clone()),
        needs_dpop: bound || challenge.is_some_and(Challenge::wants_dpop),
        scopes_supported,
    }))
}

/// Metadata of one issuer: RFC 8414 inserted, OpenID inserted, OpenID appended (M-03 … M-08).
pub async fn authorization_server(
    http: &impl Http,
    issuer: &Issuer,
    concessions: &Concessions,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<AuthorizationServer, DiscoveryError> {
    // What a place said is told before what another one did not have.
    let (mut refused, mut unusable) = (None, None);
    let places = match metadata_url(issuer)? {
        Some(url) if concessions.allow(Concession::MetadataUrlAsIssuer) => {
            vec![(url, "by concession metadata-url-as-issuer")]
        }
        Some(url) => return Err(DiscoveryError::MetadataUrlAsIssuer { url: url.into() }),
        None => authorization_server_places(issuer)?,
    };
    let asked = places.len();
    for (place, rule) in places {
        let title = "Authorization server metadata";
        let fetched =
            json_document::<AuthorizationServerMetadata>(http, &place, title, rule, reach, trace)
                .await;
        let (document, at) = match fetched {
            Ok(Fetched::Document(document, at)) => (document, at),
            Ok(Fetched::Absent) => continue,
            // A program that stumbles over a path that it does not know (LAB.md 4.3). The document at the next place is
            // held to the same issuer, so that nothing weaker can be selected; an outage, 503, still ends it.
            Ok(Fetched::Unusable(error))
            | Err(error @ DiscoveryError::ServerError { status: 500, .. }) => {
                keep_the_most_telling(&mut unusable, error);
                continue;
            }
            Err(error) => return Err(error),
        };
        match document.verify(issuer, concessions, reach) {
            Ok(server) => {
                if rule == APPENDED {
                    let detail = "The document is behind the issuer's path; RFC 8414 puts its place before the path.";
                    trace(Step::new(
                        "Metadata at an unusual place",
                        Verdict::Warning,
                        detail,
                        "RFC 8414 §3.1",
                    ));
                }
                for (member, why) in &server.unusable {
                    let detail =
                        format!("Its document names a {member} that cannot be used: {why}.");
                    trace(Step::new(
                        "An address that cannot be used",
                        Verdict::Warning,
                        detail,
                        "RFC 8414 §2",
                    ));
                }
                trace(Step::new(
                    "Issuer, endpoints and PKCE checked",
                    Verdict::Ok,
                    where_a_login_goes(&server),
                    "RFC 8414 §3.3",
                ));
                return Ok(server);
            }
            // The other places may still hold a document of this issuer, each under the same test (M-08).
            Err(source) => {
                trace(Step::new(
                    "Metadata refused",
                    Verdict::Problem,
                    source.to_string(),
                    "RFC 8414 §3.3",
                ));
                refused.get_or_insert(DiscoveryError::AuthorizationServerMetadata {
                    url: at.into(),
                    source,
                });
            }
        }
    }
    let absent = || DiscoveryError::NoAuthorizationServerMetadata {
        issuer: excerpt(issuer.as_str()),
        places: asked,
    };
    Err(refused.or(unusable).unwrap_or_else(absent))
}

/// The challenge's place, then the two well-known ones (D-05, D-06). A later place is never asked once an earlier one
/// answered, and none twice. Beside it what stood at a place that was not the document.
async fn resource_metadata(
    http: &impl Http,
    url: &Url,
    challenge: Option<&Challenge>,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<
    (
        Option<(ProtectedResourceMetadata, Url)>,
        Option<DiscoveryError>,
    ),
    DiscoveryError,
> {
    let title = "Protected resource metadata";
    let named = challenge
        .and_then(|challenge| challenge.resource_metadata.as_deref())
        .and_then(|text| named_place(url, text, trace));
    let mut places: Vec<(Url, &str)> = named
        .map(|place| (place, "RFC 9728 §5.1"))
        .into_iter()
        .collect();
    for place in resource_metadata_places(url) {
        // A challenge mostly names the very place that is looked at anyway.
        if places.iter().all(|(known, _)| *known != place) {
            places.push((place, "RFC 9728 §3.1"));
        }
    }
    let mut seen = None;
    for (place, rule) in places {
        match json_document(http, &place, title, rule, reach, trace).await? {
            Fetched::Document(document, at) => return Ok((Some((document, at)), None)),
            Fetched::Unusable(error) => keep_the_most_telling(&mut seen, error),
            Fetched::Absent => {}
        }
    }
    Ok((None, seen))
}

/// The first one, unless it was a page: some sites show one at every path, so that it says the least.
fn keep_the_most_telling(seen: &mut Option<DiscoveryError>, error: DiscoveryError) {
    if matches!(
        seen,
        None | Some(DiscoveryError::Hidden { status: 200, .. })
    ) {
        *seen = Some(error);
    }
}

/// How many of the listed servers are asked.
const MOST_ISSUERS: usize = 4;

/// The first of the listed servers that passes (D-09). The error of the first one is the one that is told.
async fn first_usable(
    http: &impl Http,
    issuers: &[String],
    concessions: &Concessions,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<AuthorizationServer, DiscoveryError> {
    let mut errors = Vec::new();
    // Each may keep us waiting at four places; no real server names more than a few.
    for text in issuers.iter().take(MOST_ISSUERS) {
        let found = match Issuer::parse(text) {
            Ok(issuer) => authorization_server(http, &issuer, concessions, reach, trace).await,
            Err(error) => Err(DiscoveryError::Url(error)),
        };
        match found {
            Ok(server) => return Ok(server),
            Err(error) => {
                trace(Step::new(
                    "Authorization server not usable",
                    Verdict::Problem,
                    error.to_string(),
                    "RFC 9728 §7.6",
                ));
                errors.push(error);
            }
        }
    }
    // The first one counts, unless only a later one can be helped.
    let told = errors
        .iter()
        .position(|error| error.concession().is_some())
        .unwrap_or_default();
    let none = DiscoveryError::NoAuthorizationServerMetadata {
        issuer: String::new(),
        places: 0,
    };
    Err(errors.into_iter().nth(told).unwrap_or(none))
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

/// Some sites show a page at every path.
fn is_for_browsers(error: &DiscoveryError) -> bool {
    matches!(error, DiscoveryError::Hidden { status: 200, .. })
}

fn not_protected(calls_itself: Option<String>, trace: Sink<'_>) -> Discovery {
    trace(Step::new(
        "No login needed",
        Verdict::Ok,
        "The server answers without a token and names no authorization server.",
        "MCP authorization, protocol requirements",
    ));
    Discovery::NotProtected { calls_itself }
}

fn problem(trace: Sink<'_>, error: DiscoveryError) -> DiscoveryError {
    trace(Step::new(
        "Discovery ends here",
        Verdict::Problem,
        error.to_string(),
        "RFC 9728 §3.3",
    ));
    error
}
