//! Answers: a token (RFC 6749 §5.1), JSON, and the headers that all of them have.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use broker::AccessToken;
use oauth::time::Timestamp;
use serde::Serialize;

/// RFC 6749 §5.1; `resource`, `account` and `expires_at` are ours.
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    resource: &'a str,
    account: &'a str,
}

/// The one place where a server's token goes out to an agent (invariant 3).
pub(crate) fn token_response(issued: &AccessToken, now: Timestamp) -> Response {
    let body = TokenResponse {
        access_token: issued.access_token.expose(),
        token_type: "Bearer",
        expires_in: issued.expires_at.map(|at| at.since(now).max(0)),
        expires_at: issued.expires_at.map(|at| at.0),
        scope: issued.scopes.to_string(),
        resource: &issued.resource,
        account: &issued.account,
    };
    json(StatusCode::OK, &body)
}

pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(text) => (status, [(CONTENT_TYPE, "application/json")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The headers that every answer has (attack L18): nothing is stored, guessed at, or embedded elsewhere; and no CORS header exists in this crate.
pub(crate) fn sealed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}
