//! The protected resource's metadata (RFC 9728 sections 2 and 3).

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::dpop;
use crate::log::Role;
use crate::reply::{instead, json_reply};
use crate::switches::{AuthorizationServers, ResourceInMetadata, ResourceMetadataPlace, Switches};
use crate::world::World;

const ROOT: &str = "/.well-known/oauth-protected-resource";
const HIDDEN: &str = "/documents/notes-resource.json";

/// The document, at its place; nothing if this is another path.
pub(crate) async fn serve(
    world: &World,
    role: Role,
    method: &Method,
    path: &str,
) -> Option<Response> {
    let switches = world.switches();
    let place = match switches.resource_metadata_at {
        ResourceMetadataPlace::Inserted => format!("{ROOT}{}", switches.resource_path),
        ResourceMetadataPlace::RootOnly => ROOT.to_owned(),
        ResourceMetadataPlace::HeaderOnly | ResourceMetadataPlace::OtherOrigin => HIDDEN.to_owned(),
        ResourceMetadataPlace::Nowhere => return None,
    };
    let elsewhere = switches.resource_metadata_at == ResourceMetadataPlace::OtherOrigin;
    if place != path || elsewhere != (role == Role::AuthorizationServer) {
        return None;
    }
    if *method != Method::GET && *method != Method::HEAD {
        return Some(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    Some(match instead(&switches.resource_metadata_answers).await {
        Some(reply) => reply,
        None => json_reply(StatusCode::OK, &document(world, &switches)),
    })
}

/// The path that a challenge names. With the document at the root only, the challenge is silent: clients must look there
/// by themselves.
pub(crate) fn named_place(world: &World, switches: &Switches) -> Option<(String, String)> {
    match switches.resource_metadata_at {
        ResourceMetadataPlace::Inserted => Some((
            world.mcp_origin(),
            format!("{ROOT}{}", switches.resource_path),
        )),
        ResourceMetadataPlace::HeaderOnly => Some((world.mcp_origin(), HIDDEN.to_owned())),
        ResourceMetadataPlace::OtherOrigin => Some((world.as_origin(), HIDDEN.to_owned())),
        // The proxy of the field's first example does name it.
        ResourceMetadataPlace::RootOnly if switches.proxy => {
            Some((world.mcp_origin(), ROOT.to_owned()))
        }
        ResourceMetadataPlace::RootOnly | ResourceMetadataPlace::Nowhere => None,
    }
}

/// `resource` in the document.
fn resource(world: &World, switches: &Switches) -> Option<String> {
    Some(match &switches.resource_in_metadata {
        ResourceInMetadata::Right => world.resource(),
        ResourceInMetadata::Parent => world.mcp_origin(),
        ResourceInMetadata::TrailingSlash => format!("{}/", world.resource()),
        ResourceInMetadata::SiblingPath => format!("{}/other", world.mcp_origin()),
        ResourceInMetadata::OtherOrigin => "https://notes.example.com/mcp".to_owned(),
        ResourceInMetadata::Verbatim(resource) => resource.clone(),
        ResourceInMetadata::Missing => return None,
    })
}

/// Whether a client may mean us by this name: the one we have, and the one that we publish.
pub(crate) fn is_ours(world: &World, switches: &Switches, name: &str) -> bool {
    name == world.resource() || resource(world, switches).as_deref() == Some(name)
}

fn document(world: &World, switches: &Switches) -> Value {
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    if let Some(resource) = resource(world, switches) {
        put("resource", json!(resource));
    }
    let issuer = world.issuer();
    match &switches.authorization_servers {
        AuthorizationServers::Ours => put("authorization_servers", json!([issuer])),
        AuthorizationServers::TrailingSlash => {
            put("authorization_servers", json!([format!("{issuer}/")]))
        }
        AuthorizationServers::MetadataUrl => {
            let (origin, path) = if switches.proxy {
                (world.mcp_origin(), "")
            } else {
                (world.as_origin(), switches.issuer_path.as_str())
            };
            let url = format!("{origin}/.well-known/oauth-authorization-server{path}");
            put("authorization_servers", json!([url]))
        }
        AuthorizationServers::Two => put(
            "authorization_servers",
            json!([issuer, "https://login.example.com"]),
        ),
        AuthorizationServers::Empty => put("authorization_servers", json!([])),
        AuthorizationServers::Missing => None,
        AuthorizationServers::Singular => put("authorization_server", json!(issuer)),
        AuthorizationServers::PlainHttp => {
            put("authorization_servers", json!(["http://login.example.com"]))
        }
        AuthorizationServers::Verbatim(list) => put("authorization_servers", json!(list)),
    };
    if let Some(scopes) = &switches.resource_scopes {
        put("scopes_supported", json!(scopes));
    }
    put("bearer_methods_supported", json!(["header"]));
    if switches.resource_name {
        put("resource_name", json!("Testbed notes"));
    }
    dpop::advertise(&mut document, switches, crate::nonces::Server::Resource);
    Value::Object(document)
}
