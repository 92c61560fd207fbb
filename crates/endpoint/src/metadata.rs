//! What we say about ourselves (RFC 8414): an authorization server with one grant type and no page.

use crate::context::Shared;
use crate::loopback::address;
use crate::paths::TOKEN;
use crate::reply::json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

/// RFC 8414 §2. `response_types_supported` is required, and empty: there is no authorization endpoint.
#[derive(Serialize)]
struct Metadata {
    issuer: String,
    token_endpoint: String,
    response_types_supported: [&'static str; 0],
    grant_types_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 2],
}

/// The issuer is the address; on the Unix socket alone, the name that HTTP clients write for one.
pub(crate) async fn metadata(State(context): State<Shared>) -> Response {
    let issuer = context
        .port()
        .map_or_else(|| "http://localhost".to_owned(), address);
    let metadata = Metadata {
        token_endpoint: format!("{issuer}{TOKEN}"),
        issuer,
        response_types_supported: [],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    };
    json(StatusCode::OK, &metadata)
}
