//! The proxy of the field's first example: on the MCP server's origin it shows the user pool's metadata with its own endpoints
//! written in and the issuer left as it was, sends the browser on, and passes token requests on without their headers.
//!
//! To clients with a metadata document it stands in: it registers one app client for each document, with the scopes
//! `openid profile email` and no others.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use url::form_urlencoded::{self, Serializer};

use crate::metadata;
use crate::redirect::with_answer;
use crate::reply::{OAuthError, json_reply, redirect_reply};
use crate::scopes::Scopes;
use crate::switches::Switches;
use crate::token;
use crate::topology::gateway::app_client;
use crate::world::World;

const STAND_IN_SCOPES: &str = "openid profile email";

/// Nothing, if this is no path of the proxy's.
pub(crate) async fn serve(
    world: &Arc<World>,
    method: &Method,
    uri: &Uri,
    body: Bytes,
) -> Option<Response> {
    let switches = world.switches();
    Some(match (method, uri.path()) {
        (&Method::GET, "/.well-known/oauth-authorization-server") => document(world, &switches),
        (&Method::GET | &Method::POST, "/oauth/authorize" | "/oauth/token")
            if asleep(world, &switches) =>
        {
            let why = "the metadata of the authorization server is not loaded yet";
            OAuthError::new("server_error", why)
                .with_status(StatusCode::SERVICE_UNAVAILABLE)
                .into_response()
        }
        (&Method::GET, "/oauth/authorize") => {
            authorize(world, &switches, uri.query().unwrap_or_default())
        }
        (&Method::POST, "/oauth/token") => pass_on(world, &switches, &body).await,
        _ => return None,
    })
}

fn asleep(world: &World, switches: &Switches) -> bool {
    switches.proxy_sleeps && !world.memory().proxy_awake
}

fn document(world: &World, switches: &Switches) -> Response {
    world.memory().proxy_awake = true;
    let mut document = metadata::document(world, switches);
    document["authorization_endpoint"] = json!(format!("{}/oauth/authorize", world.mcp_origin()));
    document["token_endpoint"] = json!(format!("{}/oauth/token", world.mcp_origin()));
    document["registration_endpoint"] = json!(world.registration_endpoint());
    document["code_challenge_methods_supported"] = json!(["S256"]);
    if switches.client_id_metadata_documents {
        document["client_id_metadata_document_supported"] = json!(true);
    }
    json_reply(StatusCode::OK, &document)
}

fn authorize(world: &World, switches: &Switches, query: &str) -> Response {
    let mut params: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let find = |name: &str| {
        params
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let (client_id, scope) = (find("client_id"), find("scope"));
    if is_document(&client_id) {
        let stand_in = match stand_in(world, switches, &client_id) {
            Ok(id) => id,
            Err(why) => return OAuthError::new("invalid_client_metadata", why).into_response(),
        };
        if !Scopes::parse(STAND_IN_SCOPES).covers(&Scopes::parse(&scope)) {
            // What the user pool answers when the app client may not have a scope.
            let (redirect_uri, state) = (find("redirect_uri"), find("state"));
            let answer = [
                ("error", "invalid_request"),
                ("error_description", "invalid_scope"),
                ("state", state.as_str()),
            ];
            return redirect_reply(StatusCode::FOUND, &with_answer(&redirect_uri, &answer));
        }
        replace(&mut params, "client_id", stand_in);
    }
    let query = Serializer::new(String::new()).extend_pairs(params).finish();
    redirect_reply(
        StatusCode::FOUND,
        &format!("{}/authorize?{query}", world.endpoints()),
    )
}

/// The body alone: whatever stood in the headers does not arrive.
async fn pass_on(world: &Arc<World>, switches: &Switches, body: &Bytes) -> Response {
    let mut params: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let client_id = params
        .iter()
        .find(|(key, _)| key == "client_id")
        .map(|(_, value)| value.clone())
        .unwrap_or_default();
    if is_document(&client_id) {
        let stand_in = match stand_in(world, switches, &client_id) {
            Ok(id) => id,
            Err(why) => return OAuthError::new("invalid_request", why).into_response(),
        };
        let secret = world
            .memory()
            .clients
            .get(&stand_in)
            .and_then(|client| client.secret.clone())
            .unwrap_or_default();
        replace(&mut params, "client_id", stand_in);
        replace(&mut params, "client_secret", secret);
    }
    let body = Serializer::new(String::new()).extend_pairs(params).finish();
    let mut reply = token::token(
        State(Arc::clone(world)),
        HeaderMap::new(),
        Bytes::from(body),
    )
    .await;
    // The user pool answers 400 to a request without any client authentication.
    if reply.status() == StatusCode::UNAUTHORIZED {
        *reply.status_mut() = StatusCode::BAD_REQUEST;
    }
    reply
}

fn is_document(client_id: &str) -> bool {
    client_id.starts_with("https://") || client_id.starts_with("http://")
}

fn replace(params: &mut Vec<(String, String)>, name: &str, value: String) {
    params.retain(|(key, _)| key != name);
    params.push((name.to_owned(), value));
}

/// The app client that stands for this document; made when it is first needed.
fn stand_in(world: &World, switches: &Switches, document_url: &str) -> Result<String, String> {
    let mut memory = world.memory();
    if let Some(id) = memory.stand_ins.get(document_url) {
        return Ok(id.clone());
    }
    let document = memory
        .client_documents
        .get(document_url)
        .filter(|_| switches.client_id_metadata_documents);
    let document = document.ok_or("the client id metadata document could not be fetched")?;
    if document["client_id"] != document_url {
        return Err("the document is about another client".into());
    }
    let mut client = app_client(
        document["client_name"].as_str().unwrap_or(document_url),
        &document["redirect_uris"],
        switches,
    )?;
    client.scope = Some(STAND_IN_SCOPES.into());
    let id = client.id.clone();
    memory.clients.insert(id.clone(), client);
    memory.stand_ins.insert(document_url.to_owned(), id.clone());
    Ok(id)
}
