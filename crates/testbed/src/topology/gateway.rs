//! Registration as the field's first example does it: a function behind an API gateway that makes a Cognito app client. It
//! reads `redirect_uris` and nothing else, always gives a secret, and answers every failure with 500 (lab-20).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::clients::Client;
use crate::redirect::{ApplicationType, acceptable};
use crate::reply::{OAuthError, instead, json_reply};
use crate::switches::Switches;
use crate::world::World;

pub(crate) async fn register(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let switches = world.switches();
    if let Some(reply) = instead(&switches.registration_answers).await {
        return reply;
    }
    let asked = serde_json::from_slice::<Value>(&body).unwrap_or_default();
    let name = asked["client_name"].as_str().unwrap_or("mcp-client");
    let client = match app_client(name, &asked["redirect_uris"], &switches) {
        Ok(client) => client,
        Err(why) => {
            return OAuthError::new("server_error", why)
                .with_status(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response();
        }
    };
    let answer = json!({
        "client_id": client.id,
        "client_secret": client.secret,
        "client_id_issued_at": client.issued_at,
        "client_secret_expires_at": 0,
        "redirect_uris": client.redirect_uris,
        "grant_types": client.grant_types,
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
    });
    world.memory().clients.insert(client.id.clone(), client);
    json_reply(StatusCode::CREATED, &answer)
}

/// A Cognito app client with a secret, if the pool takes its redirects.
pub(crate) fn app_client(
    name: &str,
    redirect_uris: &Value,
    switches: &Switches,
) -> Result<Client, String> {
    let texts = redirect_uris
        .as_array()
        .filter(|uris| !uris.is_empty())
        .ok_or("redirect_uris is required")?;
    let uris: Option<Vec<String>> = texts
        .iter()
        .map(|uri| uri.as_str().map(str::to_owned))
        .collect();
    let uris = uris.ok_or("redirect_uris must be strings")?;
    for uri in &uris {
        acceptable(uri, ApplicationType::Native, switches)?;
    }
    Ok(Client::by_hand(name, uris, true))
}
