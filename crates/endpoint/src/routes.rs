//! Which handler answers at which address, behind the guard.

use crate::context::Shared;
use crate::paths::{CALLBACK, CALLBACK_OF, METADATA, PERSON, TOKEN, VAULT};
use crate::peer::Peer;
use crate::refusal::{Refusal, nothing_here};
use crate::{callback, guard, metadata, person, token, vault};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use std::sync::Arc;
use tower::ServiceExt;

/// All that is served. The guard is no layer of the router: a layer costs each request two allocations and a copy of itself.
#[derive(Clone)]
pub(crate) struct Routes {
    /// None: nothing is guarded, in tests of connections.
    guarded: Option<Shared>,
    router: Router,
}

impl Routes {
    pub(crate) fn of(context: &Shared) -> Self {
        Self {
            guarded: Some(Arc::clone(context)),
            router: router(Arc::clone(context)),
        }
    }

    #[cfg(test)]
    pub(crate) fn unguarded(router: Router) -> Self {
        Self {
            guarded: None,
            router,
        }
    }

    pub(crate) async fn answer(self, peer: Peer, mut request: Request<Body>) -> Response {
        if let Some(context) = &self.guarded
            && let Err(refusal) = guard::check(context, peer, &request)
        {
            guard::record(context, &request.into_parts().0.uri, &refusal).await;
            return refusal.into_response();
        }
        request.extensions_mut().insert(peer);
        match self.router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

fn router(context: Shared) -> Router {
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
        .with_state(context)
}
