//! The fallback of 2025-03-26 (P3; M-09 … M-13): a server that asks for a login and publishes no metadata of itself as a
//! resource is its own authorization server, at its origin. Only with the person's confirmation of that origin.

use super::fetch::{Fetched, json_document};
use super::{DiscoveryError, well_known};
use crate::concession::{Concession, Concessions, Reach};
use crate::http::Http;
use crate::metadata::{AuthorizationServer, AuthorizationServerMetadata};
use crate::trace::{Sink, Step, Verdict};
use crate::uri::{Issuer, host_and_port};
use url::Url;

/// Metadata at the origin's root first, then the default endpoints (M-10 … M-12). The path of the MCP server plays no
/// part (M-09).
pub(super) async fn discover(
    http: &impl Http,
    url: &Url,
    concessions: &Concessions,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<AuthorizationServer, DiscoveryError> {
    let host = host_and_port(url);
    let origin = url.origin().ascii_serialization();
    let place = well_known(url, "oauth-authorization-server", "");
    let (title, rule) = ("Authorization server metadata, as of 2025-03-26", "MCP 2025-03-26 (M-09, M-10)");
    let found = json_document::<AuthorizationServerMetadata>(http, &place, title, rule, reach, trace).await?;
    let confirmed = concessions.allow(Concession::LegacyEndpoints);
    let server = match found {
        Fetched::Document(..) if !confirmed => return Err(DiscoveryError::Legacy { origin }),
        Fetched::Absent if !confirmed => return Err(DiscoveryError::NoResourceMetadata { host }),
        Fetched::Document(document, at) => document
            .verify(&Issuer::parse(&origin)?, concessions)
            .map_err(|source| DiscoveryError::AuthorizationServerMetadata { url: at.into(), source })?,
        Fetched::Absent => {
            let detail = format!("{origin}/authorize, /token and /register are assumed.");
            trace(Step::new("No metadata: the default endpoints", Verdict::Warning, detail, "MCP 2025-03-26 (M-11, M-12)"));
            let mut root = url.clone();
            root.set_path("/");
            root.set_query(None);
            AuthorizationServer::legacy(&root).ok_or(DiscoveryError::NoResourceMetadata { host })?
        }
    };
    Ok(server)
}
