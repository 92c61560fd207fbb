//! The two HTTP servers: their routes, and a connection loop that can also cut a connection, which a framework's own would not do.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::log::{LoggedRequest, Role};
use crate::reply::Cut;
use crate::world::World;
use crate::{authorize, consent, controls, introspect, mcp, metadata, pages, protected_resource, register, revoke, token};

const MOST_BODY: usize = 1024 * 1024;

pub(crate) fn authorization_server(world: Arc<World>) -> Router {
    let routes = Router::new()
        .route("/", get(pages::home))
        .route("/authorize", get(authorize::authorize))
        .route("/continue", get(consent::proceed))
        .route("/login", post(consent::log_in))
        .route("/logout", post(consent::log_out))
        .route("/consent", post(consent::decide))
        .route("/token", post(token::token))
        .route("/register", post(register::register))
        .route("/register/{id}", get(register::read).delete(register::delete))
        .route("/revoke", post(revoke::revoke))
        .route("/introspect", post(introspect::introspect))
        .route("/userinfo", get(introspect::userinfo).post(introspect::userinfo))
        .route("/jwks", get(metadata::jwks));
    let routes = if world.controls { routes.merge(controls::routes()) } else { routes };
    routes.fallback(metadata::serve).with_state(world)
}

pub(crate) fn mcp_server(world: Arc<World>) -> Router {
    Router::new().route("/mcp", any(mcp::endpoint)).fallback(protected_resource::serve).with_state(world)
}

/// Serves until the task is dropped; its connections go with it.
pub(crate) async fn serve(role: Role, listener: TcpListener, routes: Router, world: Arc<World>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(role, stream, routes.clone(), Arc::clone(&world)));
                }
                // Out of file descriptors, say: wait for some to come back rather than spin.
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(role: Role, stream: TcpStream, routes: Router, world: Arc<World>) {
    let service = service_fn(move |request| answer(role, request, routes.clone(), Arc::clone(&world)));
    let served = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Logs the request, answers it, logs the status. An error here makes hyper drop the connection without a byte.
async fn answer(role: Role, request: Request<Incoming>, routes: Router, world: Arc<World>) -> io::Result<Response> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(Body::new(body), MOST_BODY).await else {
        return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    // The control endpoints are a test's own doing, not something that the client under test sent.
    let entry = (!parts.uri.path().starts_with(controls::PREFIX)).then(|| {
        world.log.push(LoggedRequest {
            role,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect(),
            body: text(&body),
            status: None,
        })
    });
    let reply = if foreign_host(role, &world, &parts.headers) {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    } else {
        let Ok(reply) = routes.oneshot(Request::from_parts(parts, Body::from(body))).await;
        reply
    };
    if reply.extensions().get::<Cut>().is_some() {
        return Err(io::Error::other("cut, as a switch says"));
    }
    if let Some(entry) = entry {
        world.log.answered(entry, reply.status().as_u16());
    }
    Ok(reply)
}

/// A name that was made to point at this machine must not make a page of that name ours (DNS rebinding).
fn foreign_host(role: Role, world: &World, headers: &HeaderMap) -> bool {
    let port = match role {
        Role::AuthorizationServer => world.as_port,
        Role::McpServer => world.mcp_port,
    };
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes).unwrap_or_default();
    let known = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    !world.switches().any_host && !known.iter().any(|name| name.as_bytes() == host)
}
