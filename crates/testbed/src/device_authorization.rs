//! The device authorization endpoint (RFC 8628 sections 3.1 and 3.2).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::client_authentication::authenticate;
use crate::grant_type_names::DEVICE_CODE;
use crate::params::Params;
use crate::random::now_ms;
use crate::reply::{OAuthError, instead, json_reply};
use crate::resource_parameter::resource;
use crate::scopes::{Scopes, needed};
use crate::switches::Switches;
use crate::world::World;

pub(crate) async fn device_authorization(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let switches = world.switches();
    if !switches.device.offered {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(reply) = instead(&switches.device.authorization_answers).await {
        return reply;
    }
    match codes(&world, &switches, &headers, &Params::parse(&body)) {
        Ok(answer) => json_reply(StatusCode::OK, &answer),
        Err(error) => error.into_response(),
    }
}

fn codes(
    world: &World,
    switches: &Switches,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Value, OAuthError> {
    if let Some(name) = params.repeated() {
        return Err(OAuthError::new(
            "invalid_request",
            format!("{name} came twice"),
        ));
    }
    let mut memory = world.memory();
    let client = authenticate(world, switches, &mut memory, headers, params)?;
    if !client.may_use(DEVICE_CODE) {
        return Err(OAuthError::new(
            "unauthorized_client",
            "the client did not register for the device grant",
        ));
    }
    let scopes = Scopes::parse(
        params
            .get("scope")
            .or(client.scope.as_deref())
            .unwrap_or_else(|| needed(switches.vocabulary, false)),
    );
    if let Some(unknown) = scopes.unknown(switches.vocabulary) {
        return Err(OAuthError::new(
            "invalid_scope",
            format!("{unknown} is not offered here"),
        ));
    }
    let resource = resource(world, switches, params, false)?;
    let (device_code, user_code) =
        memory
            .devices
            .wait(&client.id, scopes, resource, &switches.device, now_ms());

    let page = switches
        .device
        .verification_uri
        .clone()
        .unwrap_or_else(|| format!("{}/device", world.endpoints()));
    let mut answer = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "expires_in": switches.device.seconds,
    });
    if switches.device.complete_uri {
        answer["verification_uri_complete"] = json!(format!("{page}?user_code={user_code}"));
    }
    if let Some(seconds) = switches.device.interval {
        answer["interval"] = json!(seconds);
    }
    Ok(answer)
}
