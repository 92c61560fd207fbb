//! The two HTTP servers: their routes, and a connection loop that can also cut a connection, which a framework's own would not do.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
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
use crate::{
    authorize, consent, controls, device_authorization, device_page, dpop, introspect, mcp,
    metadata, pages, protected_resource, register, revoke, token, topology,
};

const MOST_BODY: usize = 1024 * 1024;

pub(crate) fn authorization_server(world: Arc<World>) -> Router {
    let routes = endpoints();
    let routes = if world.controls {
        routes.merge(controls::routes())
    } else {
        routes
    };
    routes.fallback(metadata::serve).with_state(world)
}

/// Pages and endpoints alone, where the issuer is elsewhere.
pub(crate) fn login_host(world: Arc<World>) -> Router {
    endpoints().with_state(world)
}

fn endpoints() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(pages::home))
        .route("/authorize", get(authorize::authorize))
        .route("/continue", get(consent::proceed))
        .route("/login", post(consent::log_in))
        .route("/logout", post(consent::log_out))
        .route("/consent", post(consent::decide))
        .route("/token", post(token::token))
        .route(
            "/device_authorization",
            post(device_authorization::device_authorization),
        )
        .route("/device", get(device_page::show).post(device_page::decide))
        .route("/register", post(register::register))
        .route(
            "/register/{id}",
            get(register::read).delete(register::delete),
        )
        .route("/revoke", post(revoke::revoke))
        .route("/introspect", post(introspect::introspect))
        .route(
            "/userinfo",
            get(introspect::userinfo).post(introspect::userinfo),
        )
        .route(
            "/userInfo",
            get(introspect::userinfo).post(introspect::userinfo),
        )
        .route("/jwks", get(metadata::jwks))
}

pub(crate) fn mcp_server(world: Arc<World>) -> Router {
    Router::new().fallback(resource_side).with_state(world)
}

/// The issuer's own host, where pages and endpoints are elsewhere.
pub(crate) fn issuer_alone(world: Arc<World>) -> Router {
    let routes = Router::new().route("/jwks", get(metadata::jwks));
    let routes = if world.controls {
        routes.merge(controls::routes())
    } else {
        routes
    };
    routes.fallback(metadata::serve).with_state(world)
}

pub(crate) fn gateway(world: Arc<World>) -> Router {
    Router::new()
        .route("/register", post(topology::gateway::register))
        .with_state(world)
}

/// The MCP server's origin: where things are is a matter of switches, so no route is fixed.
async fn resource_side(
    State(world): State<Arc<World>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let switches = world.switches();
    if uri.path() == switches.resource_path {
        let reply = mcp::endpoint(
            &world,
            method,
            uri.query().unwrap_or_default(),
            &headers,
            body,
        )
        .await;
        return dpop::with_nonce(&world, crate::nonces::Server::Resource, reply);
    }
    if switches.proxy
        && let Some(reply) = topology::proxy::serve(&world, &method, &uri, body).await
    {
        return reply;
    }
    match protected_resource::serve(&world, Role::McpServer, &method, uri.path()).await {
        Some(reply) => reply,
        None => metadata::unknown(&switches, 404),
    }
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
    let service =
        service_fn(move |request| answer(role, request, routes.clone(), Arc::clone(&world)));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Logs the request, answers it, logs the status. An error here makes hyper drop the connection without a byte.
async fn answer(
    role: Role,
    request: Request<Incoming>,
    routes: Router,
    world: Arc<World>,
) -> io::Result<Response> {
    let (mut parts, body) = request.into_parts();
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
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: text(&body),
            status: None,
        })
    });
    let reply = if foreign_host(role, &world, &parts.headers) {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    } else {
        without_prefix(role, &world, &mut parts.uri);
        let Ok(reply) = routes
            .oneshot(Request::from_parts(parts, Body::from(body)))
            .await;
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

/// Endpoints may be under a path of the vendor's; the routes know nothing of it.
fn without_prefix(role: Role, world: &World, uri: &mut Uri) {
    let prefix = world.switches().endpoints_under;
    let whole = uri.to_string();
    if let Some(rest) = whole
        .strip_prefix(&prefix)
        .filter(|rest| !prefix.is_empty() && rest.starts_with('/'))
        && role != Role::McpServer
        && let Ok(shorter) = rest.parse()
    {
        *uri = shorter;
    }
}

/// A name that was made to point at this machine must not make a page of that name ours (DNS rebinding).
fn foreign_host(role: Role, world: &World, headers: &HeaderMap) -> bool {
    let port = match role {
        Role::AuthorizationServer => Some(world.ports.authorization_server),
        Role::McpServer => Some(world.ports.mcp_server),
        Role::LoginHost => world.ports.login_host,
        Role::Gateway => world.ports.gateway,
    };
    let port = port.unwrap_or_default();
    let host = headers
        .get(header::HOST)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    let known = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    !world.switches().any_host && !known.iter().any(|name| name.as_bytes() == host)
}
