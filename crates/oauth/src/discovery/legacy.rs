//! The fallback of 2025-03-26 (P3; M-09 … M-13): a server that asks for a login and publishes no metadata of itself as a
//! resource is its own authorization server, at its origin. Only with the person's confirmation of that origin.

use super::error::{DiscoveryError, ShownInstead};
use super::fetch::{MetadataResponse, json_document};
use super::places::well_known;
use crate::address_guard::Reach;
use crate::concession::{Concession, Concessions};
use crate::http::Http;
use crate::metadata::{AuthorizationServer, AuthorizationServerMetadata};
use crate::trace::{Sink, Step, StepKind, StepResult, Verdict};
use crate::uri::{Issuer, host_and_port};
use url::Url;

/// Metadata at the origin's root first, then the default endpoints (M-10 … M-12). The path of the MCP server plays no
/// part (M-09). `seen` is what stood where metadata of the resource was looked for, if anything did.
pub(super) async fn discover(
    http: &impl Http,
    url: &Url,
    seen: Option<DiscoveryError>,
    concessions: &Concessions,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<AuthorizationServer, DiscoveryError> {
    let host = host_and_port(url);
    let origin = url.origin().ascii_serialization();
    let place = well_known(url, "oauth-authorization-server", "");
    let (kind, rule) = (StepKind::LegacyMetadata, "MCP 2025-03-26, Authorization");
    let found =
        json_document::<AuthorizationServerMetadata>(http, &place, kind, rule, reach, trace)
            .await?;
    let confirmed = concessions.allow(Concession::LegacyEndpoints);
    let instead = seen.as_ref().and_then(shown_instead);
    match (found, seen) {
        // What is hidden may say where: it selects nothing weaker by itself.
        (MetadataResponse::Document(..), Some(seen)) if !confirmed && is_there(&seen) => {
            Err(DiscoveryError::LegacyBeside {
                origin,
                seen: Box::new(seen),
            })
        }
        (MetadataResponse::Document(..), _) if !confirmed => Err(DiscoveryError::Legacy { origin }),
        (MetadataResponse::Document(document, at), _) => document
            .verify(&Issuer::parse(&origin)?, concessions, reach)
            .map_err(|source| DiscoveryError::AuthorizationServerMetadata {
                url: at.into(),
                source,
            }),
        (_, Some(seen)) if is_there(&seen) => Err(seen),
        (MetadataResponse::Unusable(error), _) if is_there(&error) => Err(error),
        _ if !confirmed => Err(DiscoveryError::NoResourceMetadata { host, instead }),
        _ => {
            trace(Step::new(
                StepKind::DefaultEndpoints,
                Verdict::Warning,
                StepResult::Assumed { origin },
                "MCP 2025-03-26, Authorization",
            ));
            let mut root = url.clone();
            root.set_path("/");
            root.set_query(None);
            AuthorizationServer::legacy(&root)
                .ok_or(DiscoveryError::NoResourceMetadata { host, instead })
        }
    }
}

/// A page for browsers stands at every path of some sites, and a login at every path of others; what is refused or cannot be
/// read is there.
fn is_there(error: &DiscoveryError) -> bool {
    !matches!(
        error,
        DiscoveryError::Hidden {
            status: 200 | 401,
            ..
        }
    )
}

fn shown_instead(seen: &DiscoveryError) -> Option<ShownInstead> {
    match seen {
        DiscoveryError::Hidden { status: 200, .. } => Some(ShownInstead::Page),
        DiscoveryError::Hidden { status: 401, .. } => Some(ShownInstead::Login),
        _ => None,
    }
}
