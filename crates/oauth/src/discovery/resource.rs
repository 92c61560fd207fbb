//! The protected resource metadata of a server: its places, one after the other (RFC 9728 §3 and §5).

use super::error::DiscoveryError;
use super::fetch::{MetadataResponse, json_document};
use super::places::{named_place, resource_metadata_places};
use super::refusal::keep_the_most_telling;
use crate::address_guard::Reach;
use crate::challenge::Challenge;
use crate::http::Http;
use crate::metadata::ProtectedResourceMetadata;
use crate::trace::{Sink, StepKind};
use url::Url;

/// The challenge's place, then the two well-known ones (D-05, D-06). A later place is never asked once an earlier one
/// answered, and none twice. Beside it what stood at a place that was not the document.
pub(super) async fn resource_metadata(
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
        let kind = StepKind::ResourceMetadata;
        match json_document(http, &place, kind, rule, reach, trace).await? {
            MetadataResponse::Document(document, at) => return Ok((Some((document, at)), None)),
            MetadataResponse::Unusable(error) => keep_the_most_telling(&mut seen, error),
            MetadataResponse::Absent => {}
        }
    }
    Ok((None, seen))
}
