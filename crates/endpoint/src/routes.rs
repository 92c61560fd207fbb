//! The addresses, behind the guard; and the headers that every answer has (L18).

use crate::limits::WrongKeys;
use crate::reply::Refusal;
use crate::{callback, guard, metadata, token, vault};
use axum::Router;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use broker::{Broker, Code};
use std::sync::{Arc, OnceLock};

pub(crate) const TOKEN: &str = "/token";
pub(crate) const CALLBACK: &str = oauth::redirect::LOOPBACK_PATH;
/// The redirect of one issuer alone (B-14).
const CALLBACK_OF: &str = "/callback/{issuer}";

pub(crate) fn is_callback(path: &str) -> bool {
    path.strip_prefix(CALLBACK)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
/// On the socket only.
const VAULT: &str = "/vault";
pub(crate) const METADATA: &str = "/.well-known/oauth-authorization-server";

/// What the handlers share.
pub(crate) struct Context {
    pub(crate) broker: Broker,
    /// Not set: only the Unix socket is there, until the port is free.
    port: OnceLock<u16>,
    pub(crate) wrong_keys: WrongKeys,
}

pub(crate) type Shared = Arc<Context>;

impl Context {
    pub(crate) fn new(broker: Broker, port: Option<u16>) -> Self {
        Self {
            broker,
            port: port.map(OnceLock::from).unwrap_or_default(),
            wrong_keys: WrongKeys::default(),
        }
    }

    pub(crate) fn port(&self) -> Option<u16> {
        self.port.get().copied()
    }

    /// The port was free at last.
    pub(crate) fn listens_on(&self, port: u16) {
        self.port.get_or_init(|| port);
    }
}

pub(crate) fn routes(context: Shared) -> Router {
    // axum's `get` also takes HEAD; the callback must not (F06).
    let only_get = |allowed| move || async move { Refusal::method(allowed) };
    Router::new()
        .route(TOKEN, any(token::token))
        .route(
            CALLBACK,
            get(callback::callback)
                .head(only_get("GET"))
                .fallback(only_get("GET")),
        )
        .route(
            CALLBACK_OF,
            get(callback::callback)
                .head(only_get("GET"))
                .fallback(only_get("GET")),
        )
        .route(
            METADATA,
            get(metadata::metadata).fallback(only_get("GET, HEAD")),
        )
        .route(VAULT, any(vault::vault))
        .fallback(nothing_here)
        .layer(from_fn_with_state(Arc::clone(&context), guard::guard))
        .layer(map_response(async |response: Response| sealed(response)))
        .with_state(context)
}

/// Nothing is stored, guessed at, or embedded elsewhere; and no CORS header exists in this crate.
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

pub(crate) async fn nothing_here() -> Response {
    let refusal = Refusal::new(
        StatusCode::NOT_FOUND,
        "not_found",
        Code::NotFound,
        "there is nothing at this address",
    );
    refusal
        .hinting(format!("Agents ask at {TOKEN}; {METADATA} describes it."))
        .into_response()
}
