//! The control endpoints, for tests that are no Rust: switches, log and expiry over HTTP. They are there only if the testbed
//! was started with `controls(true)`, and the server listens on loopback only.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value};

use crate::inspect::Tokens;
use crate::static_client::StaticClient;
use crate::switches::Switches;
use crate::world::World;

pub(crate) const PREFIX: &str = "/__testbed/";

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route(
            "/__testbed/switch",
            get(switches).post(switch).delete(reset),
        )
        .route("/__testbed/log", get(log).delete(clear_log))
        .route("/__testbed/expire", post(expire))
        .route("/__testbed/revoke", post(revoke))
        .route("/__testbed/forget-clients", post(forget_clients))
        .route("/__testbed/forget-logins", post(forget_logins))
        .route("/__testbed/clients", post(add_client))
        .route("/__testbed/grants", get(grants))
}

async fn switches(State(world): State<Arc<World>>) -> Response {
    Json(world.switches()).into_response()
}

/// Takes the switches to change, by name; the others stay as they are.
async fn switch(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    if from_a_page(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut switches = world.switches_mut();
    match changed(&switches, &body) {
        Ok(new) => {
            *switches = new;
            StatusCode::NO_CONTENT.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response(),
    }
}

fn changed(switches: &Switches, body: &[u8]) -> Result<Switches, serde_json::Error> {
    let changes: Map<String, Value> = serde_json::from_slice(body)?;
    let mut all = serde_json::to_value(switches)?;
    if let Value::Object(all) = &mut all {
        all.extend(changes);
    }
    serde_json::from_value(all)
}

async fn reset(State(world): State<Arc<World>>) -> StatusCode {
    *world.switches_mut() = Switches::default();
    StatusCode::NO_CONTENT
}

async fn log(State(world): State<Arc<World>>) -> Response {
    Json(world.log.all()).into_response()
}

async fn clear_log(State(world): State<Arc<World>>) -> StatusCode {
    world.log.clear();
    StatusCode::NO_CONTENT
}

async fn expire(State(world): State<Arc<World>>, headers: HeaderMap) -> StatusCode {
    act(world, &headers, Tokens::expire_access_tokens)
}

async fn revoke(State(world): State<Arc<World>>, headers: HeaderMap) -> StatusCode {
    act(world, &headers, Tokens::revoke_everything)
}

async fn forget_clients(State(world): State<Arc<World>>, headers: HeaderMap) -> StatusCode {
    act(world, &headers, Tokens::forget_clients)
}

async fn forget_logins(State(world): State<Arc<World>>, headers: HeaderMap) -> StatusCode {
    act(world, &headers, Tokens::forget_logins)
}

/// Takes a client as an administrator would register it.
async fn add_client(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    if from_a_page(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match serde_json::from_slice::<StaticClient>(&body) {
        Ok(client) => {
            let client = client.into_client();
            world.memory().clients.insert(client.id.clone(), client);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, format!("{why}\n")).into_response(),
    }
}

async fn grants(State(world): State<Arc<World>>) -> Response {
    Json(Tokens(world).live_grants()).into_response()
}

fn act(world: Arc<World>, headers: &HeaderMap, deed: fn(&Tokens)) -> StatusCode {
    if from_a_page(headers) {
        return StatusCode::FORBIDDEN;
    }
    deed(&Tokens(world));
    StatusCode::NO_CONTENT
}

/// A web page could post here without reading the answer; browsers say so with `Origin`.
fn from_a_page(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_switches_change() {
        let before = Switches::default().code_seconds(7);
        let after = changed(
            &before,
            br#"{"rotating": false, "token_answers": {"unavailable": 2}}"#,
        )
        .expect("known switches");
        assert!(!after.rotating);
        assert_eq!(after.code_seconds, 7);
        assert!(changed(&before, br#"{"no_such_switch": 1}"#).is_err());
        assert!(changed(&before, b"[]").is_err());
    }
}
