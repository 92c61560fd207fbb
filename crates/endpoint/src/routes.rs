//! Which handler answers at which address, behind the guard.

use crate::context::Shared;
use crate::paths::{CALLBACK, CALLBACK_OF, METADATA, PERSON, TOKEN, VAULT};
use crate::refusal::{Refusal, nothing_here};
use crate::reply::sealed;
use crate::{callback, guard, metadata, person, token, vault};
use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{any, get};
use std::sync::Arc;

pub(crate) fn routes(context: Shared) -> Router {
    // axum's `get` also takes HEAD; the callback must not (attack F06).
    let only_get =
        |allowed: &'static [&'static str]| move || async move { Refusal::method(allowed) };
    Router::new()
        .route(TOKEN, any(token::token))
        .route(
            CALLBACK,
            get(callback::callback)
                .head(only_get(&["GET"]))
                .fallback(only_get(&["GET"])),
        )
        .route(
            CALLBACK_OF,
            get(callback::callback)
                .head(only_get(&["GET"]))
                .fallback(only_get(&["GET"])),
        )
        .route(
            METADATA,
            get(metadata::metadata).fallback(only_get(&["GET", "HEAD"])),
        )
        .route(VAULT, any(vault::vault))
        .route(PERSON, any(person::token))
        .fallback(nothing_here)
        .layer(from_fn_with_state(Arc::clone(&context), guard::guard))
        .layer(map_response(async |response: Response| sealed(response)))
        .with_state(context)
}
