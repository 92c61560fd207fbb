//! The protected resource's metadata (RFC 9728 sections 2 and 3).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::reply::{instead, json_reply, text_reply};
use crate::switches::{AuthorizationServers, ResourceInMetadata, ResourceMetadataPlace, Switches};
use crate::world::World;

const INSERTED: &str = "/.well-known/oauth-protected-resource/mcp";
const ROOT: &str = "/.well-known/oauth-protected-resource";
const HIDDEN: &str = "/documents/notes-resource.json";

/// Every path of the MCP server's origin but the MCP endpoint.
pub(crate) async fn serve(State(world): State<Arc<World>>, method: Method, uri: Uri) -> Response {
    let switches = world.switches();
    let place = match switches.resource_metadata_at {
        ResourceMetadataPlace::Inserted => Some(INSERTED),
        ResourceMetadataPlace::RootOnly => Some(ROOT),
        ResourceMetadataPlace::HeaderOnly => Some(HIDDEN),
        ResourceMetadataPlace::Nowhere => None,
    };
    if place != Some(uri.path()) {
        return text_reply(StatusCode::NOT_FOUND, "text/plain", "nothing here\n");
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match instead(&switches.resource_metadata_answers).await {
        Some(reply) => reply,
        None => json_reply(StatusCode::OK, &document(&world, &switches)),
    }
}

/// The path that a challenge names. With the document at the root only, the challenge is silent: clients must look there
/// by themselves.
pub(crate) fn named_place(switches: &Switches) -> Option<&'static str> {
    match switches.resource_metadata_at {
        ResourceMetadataPlace::Inserted => Some(INSERTED),
        ResourceMetadataPlace::HeaderOnly => Some(HIDDEN),
        ResourceMetadataPlace::RootOnly | ResourceMetadataPlace::Nowhere => None,
    }
}

fn document(world: &World, switches: &Switches) -> Value {
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    match &switches.resource_in_metadata {
        ResourceInMetadata::Right => put("resource", json!(world.resource())),
        ResourceInMetadata::Parent => put("resource", json!(world.mcp_origin())),
        ResourceInMetadata::TrailingSlash => put("resource", json!(format!("{}/", world.resource()))),
        ResourceInMetadata::SiblingPath => put("resource", json!(format!("{}/other", world.mcp_origin()))),
        ResourceInMetadata::OtherOrigin => put("resource", json!("https://notes.example.com/mcp")),
        ResourceInMetadata::Verbatim(resource) => put("resource", json!(resource)),
        ResourceInMetadata::Missing => None,
    };
    let issuer = world.issuer();
    match &switches.authorization_servers {
        AuthorizationServers::Ours => put("authorization_servers", json!([issuer])),
        AuthorizationServers::TrailingSlash => put("authorization_servers", json!([format!("{issuer}/")])),
        AuthorizationServers::MetadataUrl => {
            let url = format!("{}/.well-known/oauth-authorization-server{}", world.as_origin(), switches.issuer_path);
            put("authorization_servers", json!([url]))
        }
        AuthorizationServers::Two => put("authorization_servers", json!([issuer, "https://login.example.com"])),
        AuthorizationServers::Empty => put("authorization_servers", json!([])),
        AuthorizationServers::Missing => None,
        AuthorizationServers::PlainHttp => put("authorization_servers", json!(["http://login.example.com"])),
        AuthorizationServers::Verbatim(list) => put("authorization_servers", json!(list)),
    };
    if let Some(scopes) = &switches.resource_scopes {
        put("scopes_supported", json!(scopes));
    }
    put("bearer_methods_supported", json!(["header"]));
    put("resource_name", json!("Testbed notes"));
    Value::Object(document)
}
