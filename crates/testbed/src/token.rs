//! The token endpoint (RFC 6749 section 5), and how it misbehaves when told to.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::client_authentication;
use crate::dpop;
use crate::grant_types::tokens;
use crate::params::Params;
use crate::reply::{
    OAuthError, cut, endless, json_reply, redirect_reply, status, text_reply, with_header,
};
use crate::switches::{Switches, TokenAnswers};
use crate::world::World;

pub(crate) async fn token(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::parse(&body);
    let (switches, told) = told(&world, params.get("grant_type") == Some("refresh_token"));
    if let Some(reply) = before(&told).await {
        return reply;
    }
    let result = if unknown_still(&world) {
        Err(client_authentication::unknown(&switches))
    } else {
        tokens(&world, &switches, &headers, &params)
    };
    if switches.token_delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(switches.token_delay_ms)).await;
    }
    let reply = match (told, result) {
        (TokenAnswers::CutAfterCommit, _) => cut(),
        (TokenAnswers::ServerErrorAfterCommit, _) => server_error(),
        (TokenAnswers::WithoutAccessToken, Ok(_)) => json_reply(
            StatusCode::OK,
            &json!({ "token_type": "Bearer", "expires_in": 300 }),
        ),
        (_, Ok(answer)) => encoded(form_encoded(&switches, &headers), &answer),
        (_, Err(error)) if switches.token_errors_in_200 => {
            let answer = json!({ "error": error.code, "error_description": error.description });
            encoded(form_encoded(&switches, &headers), &answer)
        }
        (_, Err(error)) => error.into_response(),
    };
    dpop::with_nonce(&world, crate::nonces::Server::Authorization, reply)
}

/// Some servers need a while until they know a client that they have just made.
fn unknown_still(world: &World) -> bool {
    let mut switches = world.switches_mut();
    let still = switches.clients_unknown_times > 0;
    switches.clients_unknown_times = switches.clients_unknown_times.saturating_sub(1);
    still
}

/// The switches of this request, and how it is told to misbehave; each time counts.
fn told(world: &World, refresh: bool) -> (Switches, TokenAnswers) {
    let mut switches = world.switches_mut();
    let told = switches
        .refresh_answers
        .as_ref()
        .filter(|_| refresh)
        .unwrap_or(&switches.token_answers)
        .clone();
    let told = match &mut switches.token_misbehaves_times {
        Some(0) => TokenAnswers::Proper,
        Some(times) if told != TokenAnswers::Proper => {
            *times -= 1;
            told
        }
        _ => told,
    };
    (switches.clone(), told)
}

/// The misbehaviours that come before anything is done.
async fn before(told: &TokenAnswers) -> Option<Response> {
    let wrong = |code: &str| OAuthError::new(code, "the testbed was told to answer so");
    Some(match told {
        TokenAnswers::Proper
        | TokenAnswers::CutAfterCommit
        | TokenAnswers::ServerErrorAfterCommit
        | TokenAnswers::WithoutAccessToken => {
            return None;
        }
        TokenAnswers::Html(number) => text_reply(
            status(*number),
            "text/html; charset=utf-8",
            "<!doctype html><h1>Bad gateway</h1>",
        ),
        TokenAnswers::ServerError => server_error(),
        TokenAnswers::Unavailable(seconds) => {
            let reply = wrong("temporarily_unavailable")
                .with_status(StatusCode::SERVICE_UNAVAILABLE)
                .into_response();
            with_header(reply, header::RETRY_AFTER, &seconds.to_string())
        }
        TokenAnswers::InvalidGrant(number) => wrong("invalid_grant")
            .with_status(status(*number))
            .into_response(),
        TokenAnswers::Error(code) => wrong(code).into_response(),
        TokenAnswers::ErrorIn200 => wrong("invalid_grant")
            .with_status(StatusCode::OK)
            .into_response(),
        TokenAnswers::Said(number, media_type, body) => (
            status(*number),
            [(header::CONTENT_TYPE, media_type.clone())],
            body.clone(),
        )
            .into_response(),
        TokenAnswers::Empty403 => StatusCode::FORBIDDEN.into_response(),
        TokenAnswers::ErrorWithoutDescription(code) => {
            json_reply(StatusCode::BAD_REQUEST, &json!({ "error": code }))
        }
        TokenAnswers::Empty400 => StatusCode::BAD_REQUEST.into_response(),
        TokenAnswers::Problem => {
            let body = json!({ "type": "about:blank", "title": "Bad Request", "status": 400, "detail": "the grant is not valid" });
            text_reply(
                StatusCode::BAD_REQUEST,
                "application/problem+json",
                body.to_string(),
            )
        }
        TokenAnswers::Never => std::future::pending().await,
        TokenAnswers::Cut => cut(),
        TokenAnswers::Redirect(to) => redirect_reply(StatusCode::TEMPORARY_REDIRECT, to),
        TokenAnswers::Endless => endless(),
    })
}

fn server_error() -> Response {
    OAuthError::new("server_error", "the testbed was told to fail")
        .with_status(StatusCode::INTERNAL_SERVER_ERROR)
        .into_response()
}

fn form_encoded(switches: &Switches, headers: &HeaderMap) -> bool {
    let asks_for_json = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default()
        .contains("json");
    switches.token_form_encoded || (switches.token_form_encoded_unless_asked && !asks_for_json)
}

fn encoded(as_form: bool, answer: &Value) -> Response {
    if !as_form {
        return json_reply(StatusCode::OK, answer);
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in answer.as_object().into_iter().flatten() {
        form.append_pair(
            name,
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
                .as_str(),
        );
    }
    text_reply(
        StatusCode::OK,
        "application/x-www-form-urlencoded",
        form.finish(),
    )
}
