//! What a token is good for: to resource servers (RFC 7662), and to clients about the person (OpenID Connect Core 1.0 section 5.3).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::access::{Refusal, shown};
use crate::client_authentication::basic;
use crate::dpop::{ProofSubject, with_nonce};
use crate::nonces::Server;
use crate::params::Params;
use crate::random::now_ms;
use crate::reply::{OAuthError, json_reply};
use crate::users;
use crate::world::World;

/// The one resource server that may introspect.
pub(crate) const RESOURCE_SERVER: &str = "resource-server";

pub(crate) async fn introspect(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(basic);
    let is_resource_server = shown.is_some_and(|(id, secret)| {
        id == RESOURCE_SERVER
            && bool::from(
                secret
                    .as_bytes()
                    .ct_eq(world.introspection_secret.as_bytes()),
            )
    });
    // RFC 7662 section 2.1: open to everybody, it would let anybody try tokens out.
    if !is_resource_server {
        return OAuthError::new("invalid_client", "only the resource server may introspect")
            .into_response();
    }
    let params = Params::parse(&body);
    let Some(token) = params.get("token") else {
        return OAuthError::new("invalid_request", "no token").into_response();
    };
    let answer = match world.memory().grants.introspect(token, now_ms()) {
        None => json!({ "active": false }),
        Some(active) => json!({
            "active": true,
            "iss": world.spoken_issuer(),
            "sub": active.grant.user,
            "username": active.grant.user,
            "client_id": active.grant.client,
            "scope": active.token.scopes.to_string(),
            "aud": active.token.audience,
            "exp": active.token.expires_ms / 1000,
            "token_type": active.scheme().name(),
            "cnf": active.token.key.as_ref().map(|key| json!({ "jkt": key })),
        }),
    };
    json_reply(StatusCode::OK, &answer)
}

pub(crate) async fn userinfo(
    State(world): State<Arc<World>>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let refused = |status: StatusCode, challenge: &str| {
        (status, [(header::WWW_AUTHENTICATE, challenge.to_owned())]).into_response()
    };
    let url = format!("{}/userinfo", world.endpoints());
    let expected = ProofSubject {
        server: Server::Authorization,
        method: method.as_str(),
        url: &url,
        access_token: None,
    };
    let active = match shown(&world.switches(), &mut world.memory(), &headers, &expected) {
        Ok(active) => active,
        Err(Refusal {
            scheme,
            error: None,
        }) => return refused(StatusCode::UNAUTHORIZED, scheme.name()),
        Err(Refusal {
            scheme,
            error: Some((error, _)),
        }) => {
            let reply = refused(
                StatusCode::UNAUTHORIZED,
                &format!("{} error=\"{error}\"", scheme.name()),
            );
            return with_nonce(&world, Server::Authorization, reply);
        }
    };
    let user = users::find(&active.grant.user).filter(|_| active.token.scopes.contains("profile"));
    let Some(user) = user else {
        return refused(
            StatusCode::FORBIDDEN,
            "Bearer error=\"insufficient_scope\", scope=\"profile\"",
        );
    };
    let claims = json!({ "sub": user.sub, "name": user.name, "preferred_username": user.sub, "email": user.email });
    json_reply(StatusCode::OK, &claims)
}
