//! How an MCP server is protected: probe → resource metadata → authorization server metadata.
//!
//! RFC 9728 §3 and §5, RFC 8414 §3, OpenID Connect Discovery §4; the order is that of the MCP authorization profile.
//! Each request becomes a [`Step`] of the trace, whatever it brought.

mod error;
mod fetch;
mod hosts;
mod issuer;
mod legacy;
mod places;
mod probe;
mod protection;
mod refusal;
mod resource;

pub use error::{DiscoveryError, RefusalSubject, ShownInstead};
pub use hosts::LoginHosts;
pub use issuer::authorization_server;
pub use probe::greetings;
pub use protection::{Discovery, Protected};

use crate::address_guard::Reach;
use crate::concession::Concessions;
use crate::http::Http;
use crate::metadata::EnteredEndpoints;
use crate::trace::{Sink, Step, StepKind, StepResult, Verdict};
use crate::uri::{Issuer, ResourceUri};
use issuer::{by_hand, first_usable};
use probe::ProbeResult;
use protection::{not_protected, protected};
use refusal::{is_for_browsers, problem};
use resource::resource_metadata;

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
            (ProbeResult::Open(_), None) => without_metadata(&probed, seen, trace),
            (ProbeResult::NotMcp(error), _) => Err(problem(trace, error.clone())),
            (ProbeResult::Open(_) | ProbeResult::Challenged(_), Some(entered)) => {
                let server = by_hand(entered, None, concessions, reach, trace)?;
                Ok(protected(resource.as_str(), server, &probed, None))
            }
            (ProbeResult::Challenged(_), None) => {
                let server = legacy::discover(http, &url, seen, concessions, reach, trace)
                    .await
                    .map_err(|error| problem(trace, error))?;
                Ok(protected(resource.as_str(), server, &probed, None))
            }
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
    tell_of_refusal(&probed, trace);
    let (parameter, metadata) = (accepted.as_str(), Some(metadata));
    Ok(protected(
        parameter,
        authorization_server,
        &probed,
        metadata,
    ))
}

fn tell_of_refusal(probed: &ProbeResult, trace: Sink<'_>) {
    if let Some(refusal) = probed.refusal() {
        let why = refusal.to_string();
        trace(Step::new(
            StepKind::Refused,
            Verdict::Warning,
            StepResult::RefusesAndNames { why },
            "RFC 9110 §15.5",
        ));
    }
}

/// A server that answers without a token and publishes no metadata, unless something stands in its place.
fn without_metadata(
    probed: &ProbeResult,
    seen: Option<DiscoveryError>,
    trace: Sink<'_>,
) -> Result<Discovery, DiscoveryError> {
    match seen {
        // It is there, and may say that a login is wanted for more.
        Some(unreadable @ DiscoveryError::Unreadable { .. }) => {
            return Err(problem(trace, unreadable));
        }
        Some(hidden @ DiscoveryError::Hidden { .. }) if !is_for_browsers(&hidden) => {
            let why = hidden.to_string();
            trace(Step::new(
                StepKind::MetadataHidden,
                Verdict::Warning,
                StepResult::AnswersAndHides { why },
                "RFC 9728 §3.1",
            ));
        }
        _ => {}
    }
    Ok(not_protected(probed.calls_itself(), trace))
}
