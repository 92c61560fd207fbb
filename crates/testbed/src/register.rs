//! Dynamic client registration, and reading and deleting a registration (RFC 7591, RFC 7592).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq;
use url::form_urlencoded::byte_serialize;

use crate::challenge::bearer;
use crate::client_metadata::requested;
use crate::clients::Client;
use crate::redirect::ApplicationType;
use crate::reply::{OAuthError, instead, json_reply, status, text_reply, with_header};
use crate::scopes::offered;
use crate::switches::{RegistrationScope, SecretUnasked, Switches};
use crate::world::World;

/// Enough for any test, and a bound on what a stranger on this machine can make the demo remember.
const MOST_CLIENTS: usize = 10_000;

pub(crate) async fn register(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let switches = world.switches();
    if !switches.registration {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(reply) = instead(&switches.registration_answers).await {
        return reply;
    }
    if switches.registration_forbidden {
        return text_reply(
            StatusCode::FORBIDDEN,
            "text/plain",
            "This application is not on the list of allowed clients.\n",
        );
    }
    if let Some(reply) = refused(&body, &switches) {
        return reply;
    }
    let client = match requested(&body, &switches) {
        Ok(client) => client,
        Err(error) => return error.into_response(),
    };
    let answer = answer(&world, &switches, &client);
    let mut memory = world.memory();
    if memory.clients.len() >= MOST_CLIENTS {
        return OAuthError::new("temporarily_unavailable", "too many clients")
            .with_status(StatusCode::TOO_MANY_REQUESTS)
            .into_response();
    }
    if !switches.registration_forgets {
        memory.clients.insert(client.id.clone(), client);
    }
    json_reply(status(switches.registration_status), &answer)
}

/// What the switches say of the redirect that is to be registered.
fn refused(body: &[u8], switches: &Switches) -> Option<Response> {
    let asked: Value = serde_json::from_slice(body).ok()?;
    let uri = asked["redirect_uris"][0].as_str().unwrap_or_default();
    let refusal = switches
        .registration_refusals
        .iter()
        .find(|refusal| uri.starts_with(&refusal.redirect))?;
    let media_type = if refusal.body.starts_with('{') {
        "application/json"
    } else {
        "text/plain"
    };
    let reply = text_reply(status(refusal.status), media_type, refusal.body.clone());
    Some(match &refusal.header {
        Some((name, value)) => {
            let name = name.parse().unwrap_or(header::WARNING);
            with_header(reply, name, value)
        }
        None => reply,
    })
}

/// RFC 7592 section 2.1.
pub(crate) async fn read(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match own(&world, &id, &headers) {
        Ok(client) => json_reply(StatusCode::OK, &answer(&world, &world.switches(), &client)),
        Err(reply) => *reply,
    }
}

/// RFC 7592 section 2.3: the client goes, and its grants with it.
pub(crate) async fn delete(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Some(number) = world.switches().deletion_status {
        return status(number).into_response();
    }
    match own(&world, &id, &headers) {
        Ok(client) => {
            let mut memory = world.memory();
            memory.clients.remove(&client.id);
            memory.grants.revoke_client(&client.id);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(reply) => *reply,
    }
}

fn own(world: &World, id: &str, headers: &HeaderMap) -> Result<Client, Box<Response>> {
    if !world.switches().client_management {
        return Err(Box::new(StatusCode::NOT_FOUND.into_response()));
    }
    let shown = bearer(headers).unwrap_or_default();
    let memory = world.memory();
    let own = memory.clients.get(id).filter(|client| {
        client
            .registration_access_token
            .as_ref()
            .is_some_and(|token| token.as_bytes().ct_eq(shown.as_bytes()).into())
    });
    // One answer for a wrong token and for an unknown client (RFC 7592 section 2.1).
    own.cloned().ok_or_else(|| {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
        Box::new((StatusCode::UNAUTHORIZED, challenge).into_response())
    })
}

/// RFC 7591 section 3.2.1: all that was registered, whether or not it is what was asked.
// table: the members of the answer
fn answer(world: &World, switches: &Switches, client: &Client) -> Value {
    let mut answer = Map::new();
    let mut put = |name: &str, value: Value| answer.insert(name.to_owned(), value);
    if switches.registration_pads {
        // Written over by what there really is.
        for name in [
            "client_secret",
            "client_secret_expires_at",
            "client_uri",
            "jwks",
            "contacts",
        ] {
            put(name, Value::Null);
        }
        for name in ["logo_uri", "policy_uri", "scope", "jwks_uri"] {
            put(name, json!(""));
        }
    }
    put("client_id", json!(client.id));
    if switches.registration_gives_odd_values {
        put("client_id_issued_at", json!(client.issued_at.to_string()));
    } else {
        put("client_id_issued_at", json!(client.issued_at));
    }
    if let Some(secret) = &client.secret {
        put("client_secret", json!(secret));
        put(
            "client_secret_expires_at",
            json!(switches.secret_expires_at),
        );
    }
    put("client_name", json!(client.name));
    if let Some(uri) = &client.uri {
        put("client_uri", json!(uri));
    }
    if let Some(software_id) = &client.software_id {
        put("software_id", json!(software_id));
    }
    match &switches.registration_swaps_redirect {
        Some(other) => put("redirect_uris", json!([other])),
        None => put("redirect_uris", json!(client.redirect_uris)),
    };
    put("grant_types", json!(client.grant_types));
    put("response_types", json!(["code"]));
    put(
        "application_type",
        json!(if client.kind == ApplicationType::Native {
            "native"
        } else {
            "web"
        }),
    );
    match (&client.scope, switches.registration_scope) {
        (Some(scope), RegistrationScope::AsAsked) => put("scope", json!(scope)),
        (_, RegistrationScope::All) => {
            let all: Vec<&str> = offered(switches.vocabulary)
                .iter()
                .map(|(name, _)| *name)
                .collect();
            put("scope", json!(all.join(" ")))
        }
        _ => None,
    };
    let method = client
        .methods
        .first()
        .map_or("none", |method| method.name());
    match switches.secret_unasked {
        SecretUnasked::MethodUnsaid => None,
        SecretUnasked::SaysNone => put("token_endpoint_auth_method", json!("none")),
        SecretUnasked::No | SecretUnasked::Basic | SecretUnasked::Post => {
            put("token_endpoint_auth_method", json!(method))
        }
    };
    if let Some(token) = &client.registration_access_token {
        put("registration_access_token", json!(token));
        let id: String = byte_serialize(client.id.as_bytes()).collect();
        let own = || format!("{}/register/{id}", world.endpoints());
        put(
            "registration_client_uri",
            json!(switches.management_uri.clone().unwrap_or_else(own)),
        );
    }
    Value::Object(answer)
}
