//! How an MCP server is protected: probe → resource metadata → authorization server metadata.
//!
//! RFC 9728 §3 and §5, RFC 8414 §3, OpenID Connect Discovery §4; the order is PROTOCOL.md 2.2 – 2.6.
//! Each request becomes a [`Step`] of the trace, whatever it brought.

mod fetch;
mod legacy;
mod probe;

use crate::challenge::Challenge;
use crate::concession::{Concession, Concessions, Reach};
use crate::http::{Http, HttpError};
use crate::metadata::{AuthorizationServer, AuthorizationServerMetadata, MetadataError, ProtectedResourceMetadata};
use crate::scope::Scopes;
use crate::trace::{Sink, Step, Verdict};
use crate::uri::{Issuer, ResourceUri, UrlError, excerpt, same_origin, secure_url};
use fetch::{Fetched, json_document};
pub use probe::greetings;
use url::Url;

/// What discovery found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discovery {
    /// The server answers without a token and publishes no metadata: nothing to log in to (G-01).
    NotProtected,
    Protected(Box<Protected>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    /// The `resource` parameter from now on, verbatim from the metadata (PROTOCOL.md 2.5).
    pub resource_parameter: String,
    pub authorization_server: AuthorizationServer,
    /// Scopes to ask for: the challenge's, else all that the resource lists, else none (S-02 … S-04).
    pub scopes_to_request: Scopes,
    pub scopes_supported: Scopes,
    /// The resource takes only tokens that are bound to a key (RFC 9449).
    pub needs_dpop: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    #[error(transparent)]
    Url(#[from] UrlError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("there is no MCP server at {url}: it answered {answered}")]
    NotMcp { url: String, answered: String },
    #[error("{url} answered with status {status}, which is its own fault; nothing can be concluded from it")]
    ServerError { url: String, status: u16 },
    #[error("the server redirects to {target}")]
    Redirected { target: String },
    #[error("{host} asks for a login and publishes no metadata that says where (RFC 9728)")]
    NoResourceMetadata { host: String },
    #[error(
        "{origin} asks for a login in the way of 2025-03-26: it publishes no metadata of the resource, and logs in at its own addresses"
    )]
    Legacy { origin: String },
    #[error("the protected resource metadata at {url} cannot be used: {source}")]
    ResourceMetadata { url: String, source: MetadataError },
    #[error(
        "the server names {url} as its authorization server, which is the address of a metadata document and no issuer (RFC 9728 §2)"
    )]
    MetadataUrlAsIssuer { url: String },
    #[error("the authorization server {issuer} publishes no metadata (RFC 8414 or OpenID Connect Discovery)")]
    NoAuthorizationServerMetadata { issuer: String },
    #[error("the authorization server metadata at {url} cannot be used: {source}")]
    AuthorizationServerMetadata { url: String, source: MetadataError },
}

/// The whole of discovery. The order of the specification is the order of the text.
pub async fn discover(
    http: &impl Http,
    resource: &ResourceUri,
    concessions: &Concessions,
    trace: Sink<'_>,
) -> Result<Discovery, DiscoveryError> {
    let url = resource.url()?;
    let reach = Reach::of(&url, concessions);
    let probed = probe::probe(http, &url, reach, trace).await?;
    let Some((metadata, found_at)) = resource_metadata(http, &url, probed.challenge(), reach, trace).await? else {
        return match probed {
            probe::Probed::Open => Ok(not_protected(trace)),
            probe::Probed::Challenged(challenge) => {
                let found =
                    legacy::discover(http, &url, concessions, reach, trace).await.map_err(|error| problem(trace, error))?;
                Ok(protected(resource.as_str().to_owned(), found, challenge.as_ref(), &Scopes::default(), false))
            }
            probe::Probed::NotMcp(answered) => Err(problem(trace, DiscoveryError::NotMcp { url: url.into(), answered })),
        };
    };
    let unusable = |source| problem(trace, DiscoveryError::ResourceMetadata { url: found_at.to_string(), source });
    let accepted = metadata.accept(resource, &found_at, concessions).map_err(unusable)?;
    let issuers = metadata.issuers().map_err(unusable)?;
    let authorization_server = first_usable(http, issuers, concessions, reach, trace).await?;
    let scopes_supported: Scopes = metadata.scopes_supported.iter().cloned().collect();
    let needs_dpop = metadata.dpop_bound_access_tokens_required;
    let resource_parameter = accepted.as_str().to_owned();
    Ok(protected(resource_parameter, authorization_server, probed.challenge(), &scopes_supported, needs_dpop))
}

/// The scopes of the challenge, else all that the resource lists, else none (S-02 … S-04).
fn protected(
    resource_parameter: String,
    authorization_server: AuthorizationServer,
    challenge: Option<&Challenge>,
    scopes_supported: &Scopes,
    needs_dpop: bool,
) -> Discovery {
    let challenged = challenge.and_then(|challenge| challenge.scope.clone());
    Discovery::Protected(Box::new(Protected {
        resource_parameter,
        authorization_server,
        scopes_to_request: challenged.unwrap_or_else(|| scopes_supported.clone()),
        scopes_supported: scopes_supported.clone(),
        needs_dpop: needs_dpop || challenge.is_some_and(Challenge::wants_dpop),
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
    let mut refused = None;
    let places = match metadata_url(issuer)? {
        Some(url) if concessions.allow(Concession::MetadataUrlAsIssuer) => {
            vec![(url, "by concession metadata-url-as-issuer (Q20)")]
        }
        Some(url) => return Err(DiscoveryError::MetadataUrlAsIssuer { url: url.into() }),
        None => authorization_server_places(issuer)?,
    };
    for (place, rule) in places {
        let title = "Authorization server metadata";
        let fetched = json_document::<AuthorizationServerMetadata>(http, &place, title, rule, reach, trace).await;
        let (document, at) = match fetched {
            Ok(Fetched::Document(document, at)) => (document, at),
            Ok(Fetched::Absent) => continue,
            // A program that stumbles over a path that it does not know (LAB.md 4.3). The document at the next place is
            // held to the same issuer, so that nothing weaker can be selected; an outage, 503, still ends it.
            Err(error @ DiscoveryError::ServerError { status: 500, .. }) => {
                refused.get_or_insert(error);
                continue;
            }
            Err(error) => return Err(error),
        };
        match document.verify(issuer, concessions) {
            Ok(server) => {
                let detail = format!("Login at {}", AuthorizationServer::host_of(&server.authorization_endpoint));
                trace(Step::new("Issuer, endpoints and PKCE checked", Verdict::Ok, detail, "RFC 8414 §3.3 (M-07, A-02)"));
                return Ok(server);
            }
            // The other places may still hold a document of this issuer, each under the same test (M-08).
            Err(source) => {
                trace(Step::new("Metadata refused", Verdict::Problem, source.to_string(), "RFC 8414 §3.3 (M-07, M-08, A-04)"));
                refused.get_or_insert(DiscoveryError::AuthorizationServerMetadata { url: at.into(), source });
            }
        }
    }
    Err(refused.unwrap_or_else(|| DiscoveryError::NoAuthorizationServerMetadata { issuer: excerpt(issuer.as_str()) }))
}

/// The challenge's place, then the two well-known ones (D-05, D-06). A later place is never asked once an earlier one answered.
async fn resource_metadata(
    http: &impl Http,
    url: &Url,
    challenge: Option<&Challenge>,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<Option<(ProtectedResourceMetadata, Url)>, DiscoveryError> {
    let title = "Protected resource metadata";
    let named =
        challenge.and_then(|challenge| challenge.resource_metadata.as_deref()).and_then(|text| named_place(url, text, trace));
    let places = named
        .map(|place| (place, "RFC 9728 §5.1 (D-05)"))
        .into_iter()
        .chain(resource_metadata_places(url).into_iter().map(|place| (place, "RFC 9728 §3.1 (D-06)")));
    for (place, rule) in places {
        if let Fetched::Document(document, at) = json_document(http, &place, title, rule, reach, trace).await? {
            return Ok(Some((document, at)));
        }
    }
    Ok(None)
}

/// The `resource_metadata` of a challenge: relative on the same origin, or a URL by our rules (Q04, Q05).
fn named_place(url: &Url, text: &str, trace: Sink<'_>) -> Option<Url> {
    let warn = |detail: String| {
        trace(Step::new("Challenge names its metadata", Verdict::Warning, detail, "RFC 9728 §5.1 (Q05)"));
    };
    let joined = match url.join(text) {
        Ok(joined) if text.len() <= crate::uri::MAX_URL => joined,
        _ => {
            warn(format!("{:?} is not a URL; the well-known places are asked", excerpt(text)));
            return None;
        }
    };
    // A server behind a TLS proxy often writes http for itself: the same place by https.
    let mut place = joined;
    if place.scheme() == "http" && url.scheme() == "https" && place.host() == url.host() {
        warn(format!("{} is http on an https server; asked by https", excerpt(text)));
        place.set_scheme("https").ok()?;
        place.set_port(url.port()).ok()?;
    }
    match secure_url(place.as_str()) {
        Ok(checked) if same_origin(&checked, url) || checked.scheme() == "https" || crate::uri::is_loopback(url) => Some(checked),
        Ok(_) => {
            warn(format!("{} is on another host without https; the well-known places are asked", excerpt(text)));
            None
        }
        Err(error) => {
            warn(format!("{error}; the well-known places are asked"));
            None
        }
    }
}

/// RFC 9728 §3.1: the path inserted, then the root (once only where the path is empty, D-07).
fn resource_metadata_places(url: &Url) -> Vec<Url> {
    let path = url.path().trim_end_matches('/');
    let mut places = vec![well_known(url, "oauth-protected-resource", path)];
    if !path.is_empty() {
        places.push(well_known(url, "oauth-protected-resource", ""));
    }
    places
}

/// RFC 8414 §3.1 and OpenID Connect Discovery §4.1: never the root documents of an issuer with a path (M-04, M-05).
fn authorization_server_places(issuer: &Issuer) -> Result<Vec<(Url, &'static str)>, UrlError> {
    let url = issuer.url()?;
    let path = url.path().trim_end_matches('/');
    let mut places = vec![
        (well_known(&url, "oauth-authorization-server", path), "RFC 8414 §3.1 (M-03)"),
        (well_known(&url, "openid-configuration", path), "RFC 8414 §5 (M-04)"),
    ];
    if !path.is_empty() {
        let mut appended = url.clone();
        appended.set_path(&format!("{path}/.well-known/openid-configuration"));
        appended.set_query(None);
        places.push((appended, "OpenID Connect Discovery §4.1 (M-04)"));
    }
    Ok(places)
}

/// The address of a document where an issuer should be, as the field's first example has it (LAB.md 4.4).
fn metadata_url(issuer: &Issuer) -> Result<Option<Url>, UrlError> {
    let url = issuer.url()?;
    let names_a_document = ["oauth-authorization-server", "openid-configuration"]
        .iter()
        .any(|suffix| url.path().contains(&format!("/.well-known/{suffix}")));
    Ok(names_a_document.then_some(url))
}

fn well_known(url: &Url, suffix: &str, path: &str) -> Url {
    let mut place = url.clone();
    place.set_path(&format!("/.well-known/{suffix}{path}"));
    place.set_query(None);
    place.set_fragment(None);
    place
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
    let mut first_error = None;
    // Each may keep us waiting at three places; no real server names more than a few.
    for text in issuers.iter().take(MOST_ISSUERS) {
        let found = match Issuer::parse(text) {
            Ok(issuer) => authorization_server(http, &issuer, concessions, reach, trace).await,
            Err(error) => Err(DiscoveryError::Url(error)),
        };
        match found {
            Ok(server) => return Ok(server),
            Err(error) => {
                trace(Step::new("Authorization server not usable", Verdict::Problem, error.to_string(), "RFC 9728 §7.6 (D-09)"));
                first_error.get_or_insert(error);
            }
        }
    }
    Err(first_error.unwrap_or(DiscoveryError::NoAuthorizationServerMetadata { issuer: String::new() }))
}

impl DiscoveryError {
    /// The one departure that, if the person allowed it, would let discovery go on.
    pub fn concession(&self) -> Option<Concession> {
        match self {
            Self::ResourceMetadata { source, .. } | Self::AuthorizationServerMetadata { source, .. } => source.concession(),
            Self::Legacy { .. } | Self::NoResourceMetadata { .. } => Some(Concession::LegacyEndpoints),
            Self::MetadataUrlAsIssuer { .. } => Some(Concession::MetadataUrlAsIssuer),
            Self::Http(HttpError::Blocked { .. }) => Some(Concession::PrivateNetwork),
            _ => None,
        }
    }
}

impl DiscoveryError {
    /// Why that departure is known, if the issuer's maker is known for it.
    pub fn pattern(&self) -> Option<&'static str> {
        let Self::AuthorizationServerMetadata { url, source } = self else {
            return None;
        };
        let issuer = match source {
            MetadataError::IssuerMismatch { found, .. } => found,
            _ => url,
        };
        source.concession()?.pattern(&Issuer::parse(issuer).ok()?)
    }
}

fn not_protected(trace: Sink<'_>) -> Discovery {
    trace(Step::new(
        "No login needed",
        Verdict::Ok,
        "The server answers without a token and names no authorization server.",
        "MCP authorization (G-01)",
    ));
    Discovery::NotProtected
}

fn problem(trace: Sink<'_>, error: DiscoveryError) -> DiscoveryError {
    trace(Step::new("Discovery ends here", Verdict::Problem, error.to_string(), "RFC 9728 §3.3"));
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(url: &str) -> Vec<String> {
        resource_metadata_places(&Url::parse(url).expect("a URL")).into_iter().map(String::from).collect()
    }

    #[test]
    fn d06_where_resource_metadata_is_looked_for() {
        assert_eq!(
            places("https://h/a/b?q"),
            ["https://h/.well-known/oauth-protected-resource/a/b", "https://h/.well-known/oauth-protected-resource",]
        );
        assert_eq!(places("https://h/"), ["https://h/.well-known/oauth-protected-resource"], "D-07");
        assert_eq!(places("https://h:8443"), ["https://h:8443/.well-known/oauth-protected-resource"]);
    }

    #[test]
    fn m04_where_issuer_metadata_is_looked_for() {
        let places = |issuer: &str| -> Vec<String> {
            let issuer = Issuer::parse(issuer).expect("an issuer");
            authorization_server_places(&issuer).expect("places").into_iter().map(|(url, _)| url.into()).collect()
        };
        assert_eq!(
            places("https://as/t"),
            [
                "https://as/.well-known/oauth-authorization-server/t",
                "https://as/.well-known/openid-configuration/t",
                "https://as/t/.well-known/openid-configuration",
            ]
        );
        assert_eq!(
            places("https://as"),
            ["https://as/.well-known/oauth-authorization-server", "https://as/.well-known/openid-configuration",]
        );
        assert_eq!(places("https://as/"), places("https://as"));
    }

    #[test]
    fn q05_what_a_challenge_may_name() {
        let url = Url::parse("https://h.example/mcp").expect("a URL");
        let place = |text: &str| named_place(&url, text, &|_| {}).map(String::from);
        assert_eq!(place("/meta").as_deref(), Some("https://h.example/meta"));
        assert_eq!(place("http://h.example/meta").as_deref(), Some("https://h.example/meta"));
        assert_eq!(place("https://other.example/meta").as_deref(), Some("https://other.example/meta"));
        for hostile in [
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "javascript:1",
            "http://other.example/",
            "http://127.0.0.1:1/x",
        ] {
            assert_eq!(place(hostile), None, "{hostile}");
        }
    }
}
