//! The authorization server of a resource: its document, or what a person entered (RFC 8414 §3, OpenID Connect Discovery §4).

use super::error::DiscoveryError;
use super::fetch::{MetadataResponse, json_document};
use super::hosts::LoginHosts;
use super::places::{APPENDED, authorization_server_places, metadata_url};
use super::refusal::{keep_the_most_telling, problem};
use crate::address_guard::Reach;
use crate::concession::{Concession, Concessions};
use crate::http::Http;
use crate::metadata::{AuthorizationServer, AuthorizationServerMetadata, EnteredEndpoints};
use crate::trace::{Sink, Step, StepKind, StepResult, Verdict};
use crate::uri::{Issuer, excerpt};

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
            vec![(url, "RFC 9728 §2")]
        }
        Some(url) => return Err(DiscoveryError::MetadataUrlAsIssuer { url: url.into() }),
        None => authorization_server_places(issuer)?,
    };
    let asked = places.len();
    for (place, rule) in places {
        let kind = StepKind::ServerMetadata;
        let fetched =
            json_document::<AuthorizationServerMetadata>(http, &place, kind, rule, reach, trace)
                .await;
        let (document, at) = match fetched {
            Ok(MetadataResponse::Document(document, at)) => (document, at),
            Ok(MetadataResponse::Absent) => continue,
            // A program that stumbles over a path that it does not know (lab-03). The document at the next place is
            // held to the same issuer, so that nothing weaker can be selected; an outage, 503, still ends it.
            Ok(MetadataResponse::Unusable(error))
            | Err(error @ DiscoveryError::ServerError { status: 500, .. }) => {
                keep_the_most_telling(&mut unusable, error);
                continue;
            }
            Err(error) => return Err(error),
        };
        match document.verify(issuer, concessions, reach) {
            Ok(server) => {
                tell_of(&server, rule, trace);
                return Ok(server);
            }
            // The other places may still hold a document of this issuer, each under the same test (M-08).
            Err(source) => {
                let error = DiscoveryError::AuthorizationServerMetadata {
                    url: at.into(),
                    source,
                };
                trace(Step::ended(
                    StepKind::MetadataRefused,
                    &error,
                    "RFC 8414 §3.3",
                ));
                refused.get_or_insert(error);
            }
        }
    }
    let absent = || DiscoveryError::NoAuthorizationServerMetadata {
        issuer: excerpt(issuer.as_str()),
        places: asked,
    };
    Err(refused.or(unusable).unwrap_or_else(absent))
}

fn tell_of(server: &AuthorizationServer, rule: &str, trace: Sink<'_>) {
    if rule == APPENDED {
        trace(Step::new(
            StepKind::UnusualPlace,
            Verdict::Warning,
            StepResult::BehindPath,
            "RFC 8414 §3.1",
        ));
    }
    for (member, why) in &server.unusable {
        let result = StepResult::UnusableMember {
            member: member.clone(),
            why: why.clone(),
        };
        trace(Step::new(
            StepKind::UnusableMember,
            Verdict::Warning,
            result,
            "RFC 8414 §2",
        ));
    }
    trace(Step::new(
        StepKind::Checked,
        Verdict::Ok,
        StepResult::Goes(LoginHosts::of(server)),
        "RFC 8414 §3.3",
    ));
}

/// How many of the listed servers are asked.
const MOST_ISSUERS: usize = 4;

/// The first of the listed servers that passes (D-09). The error of the first one is the one that is told.
pub(super) async fn first_usable(
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
                trace(Step::ended(
                    StepKind::ServerUnusable,
                    &error,
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

pub(super) fn by_hand(
    entered: &EnteredEndpoints,
    named: Option<Issuer>,
    concessions: &Concessions,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<AuthorizationServer, DiscoveryError> {
    let server = entered
        .server(named, concessions, reach)
        .map_err(|source| problem(trace, DiscoveryError::Entered { source }))?;
    trace(Step::new(
        StepKind::EnteredEndpoints,
        Verdict::Warning,
        StepResult::GoesAsEntered(LoginHosts::of(&server)),
        "MCP authorization, pre-configured values",
    ));
    Ok(server)
}
