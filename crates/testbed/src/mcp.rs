//! The MCP endpoint over Streamable HTTP: the stateless wire of 2026-07-28, and the older ones that begin with `initialize`.

mod call;
mod initialized;
mod stateless;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::access::{Refusal, credentials, shown};
use crate::challenge::unauthorized;
use crate::dpop::ProofSubject;
use crate::grants::ActiveToken;
use crate::nonces::Server;
use crate::protected_resource;
use crate::random::opaque;
use crate::reply::{instead, json_reply, text_reply, with_header};
use crate::switches::{Eras, McpAnswers, ResourceParameter, Switches};
use crate::world::World;
use call::{Call, INVALID_REQUEST, LEGACY, MODERN, PARSE_ERROR, error};
use initialized::SESSION;

pub(crate) async fn endpoint(
    world: &World,
    method: Method,
    query: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Response {
    let switches = world.switches();
    let request = serde_json::from_slice::<Value>(&body);
    let name = request
        .as_ref()
        .ok()
        .and_then(|request| request["method"].as_str())
        .unwrap_or_default();
    if let Some(reply) = early_answer(world, &switches, headers, name).await {
        return reply;
    }
    // The token comes first: a stranger learns nothing from how its request was malformed.
    let caller = match caller(world, &switches, &method, headers) {
        Ok(active) => Some(active),
        Err(_) if is_open(&switches, name, query) => None,
        Err(reply) => return *reply,
    };
    if switches.mcp_answers == McpAnswers::PlainRest {
        return rest(world, &method, caller.as_ref());
    }
    match method {
        Method::POST => {}
        Method::DELETE if switches.sessions => return end_session(world, headers, caller.as_ref()),
        _ => {
            return with_header(
                StatusCode::METHOD_NOT_ALLOWED.into_response(),
                header::ALLOW,
                "POST",
            );
        }
    }
    let Ok(request) = request else {
        return error(
            StatusCode::BAD_REQUEST,
            &Value::Null,
            PARSE_ERROR,
            "the body is not JSON",
            None,
        );
    };
    let call = Call {
        world,
        switches: &switches,
        headers,
        caller: caller.as_ref(),
        request: &request,
    };
    answer(&call)
}

/// The answers that nobody's token changes.
async fn early_answer(
    world: &World,
    switches: &Switches,
    headers: &HeaderMap,
    method: &str,
) -> Option<Response> {
    // Streamable HTTP, security warning: a page in a browser must not reach a server on this machine.
    if headers.contains_key(header::ORIGIN) && !own_origin(world, headers) {
        return Some(text_reply(
            StatusCode::FORBIDDEN,
            "text/plain",
            "not for pages of other origins\n",
        ));
    }
    if let McpAnswers::Instead(answer) = &switches.mcp_answers
        && let Some(reply) = instead(answer).await
    {
        return Some(reply);
    }
    // Some judge a request's form before its token.
    (switches.form_before_token && is_of_another_revision(switches, headers, method)).then(|| {
        text_reply(
            StatusCode::BAD_REQUEST,
            "text/plain",
            "Bad Request: Unsupported protocol version\n",
        )
    })
}

/// Whether this method is answered without a token.
fn is_open(switches: &Switches, method: &str, query: &str) -> bool {
    match switches.mcp_answers {
        McpAnswers::Unprotected => true,
        McpAnswers::Lazy => method != "tools/call",
        McpAnswers::Proper | McpAnswers::Instead(_) | McpAnswers::PlainRest => {
            switches
                .early_challenge_query
                .as_ref()
                .is_some_and(|hint| !query.contains(hint))
                && method != "tools/call"
        }
    }
}

/// Whether the server does not speak the revision of this request.
fn is_of_another_revision(switches: &Switches, headers: &HeaderMap, method: &str) -> bool {
    let version = headers
        .get("mcp-protocol-version")
        .and_then(|value| value.to_str().ok());
    let is_modern = version == Some(MODERN) || method == "server/discover";
    match switches.eras {
        Eras::Both => false,
        Eras::ModernOnly => !is_modern,
        Eras::LegacyOnly => is_modern,
    }
}

/// What a resource that knows nothing of MCP answers to those who may ask.
fn rest(world: &World, method: &Method, caller: Option<&ActiveToken>) -> Response {
    let user = caller.map_or("nobody", |active| &active.grant.user);
    match *method {
        Method::GET => json_reply(
            StatusCode::OK,
            &json!({ "notes": world.memory().notes.of(user) }),
        ),
        Method::POST => json_reply(StatusCode::CREATED, &json!({ "id": opaque("note_") })),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn own_origin(world: &World, headers: &HeaderMap) -> bool {
    headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin.as_bytes() == world.mcp_origin().as_bytes())
}

/// Who calls: a token that is alive and was issued for this resource (MCP authorization, access token usage).
fn caller(
    world: &World,
    switches: &Switches,
    method: &Method,
    headers: &HeaderMap,
) -> Result<ActiveToken, Box<Response>> {
    let refused = |refusal: Refusal| Box::new(unauthorized(world, switches, &refusal));
    let invalid = |scheme, why: &str| {
        refused(Refusal {
            scheme,
            error: Some(("invalid_token".into(), why.into())),
        })
    };
    if let Some((scheme, _)) = credentials(headers).filter(|_| switches.rejects_every_token) {
        return Err(invalid(scheme, "this server takes no token today"));
    }
    let url = world.resource();
    let expected = ProofSubject {
        server: Server::Resource,
        method: method.as_str(),
        url: &url,
        access_token: None,
    };
    let active = shown(switches, &mut world.memory(), headers, &expected).map_err(refused)?;
    let for_us = match &active.token.audience {
        Some(audience) => protected_resource::is_ours(world, switches, audience),
        None => !matches!(switches.resource_parameter, ResourceParameter::Checked),
    };
    if switches.checks_audience && !for_us {
        return Err(invalid(
            active.scheme(),
            "the token was issued for another resource",
        ));
    }
    Ok(active)
}

fn end_session(world: &World, headers: &HeaderMap, caller: Option<&ActiveToken>) -> Response {
    let session = headers
        .get(SESSION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let user = caller.map_or("", |active| &active.grant.user);
    let mut memory = world.memory();
    if memory
        .mcp_sessions
        .get(session)
        .is_some_and(|owner| owner == user)
    {
        memory.mcp_sessions.remove(session);
        return StatusCode::OK.into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}

/// By the wire that the request speaks, as far as the server does.
fn answer(call: &Call<'_>) -> Response {
    let Some(method) = call.request["method"]
        .as_str()
        .filter(|_| call.request["jsonrpc"] == "2.0")
    else {
        return call.error(
            StatusCode::BAD_REQUEST,
            INVALID_REQUEST,
            "not a JSON-RPC request",
            None,
        );
    };
    let version = call.header("mcp-protocol-version");
    let modern = version.as_deref() == Some(MODERN)
        || call.said_version() == Some(MODERN)
        || method == "server/discover";
    if modern && call.switches.eras != Eras::LegacyOnly {
        return call.modern(method);
    }
    let known = version
        .as_deref()
        .is_none_or(|version| LEGACY.contains(&version));
    if call.switches.eras == Eras::ModernOnly || (!known && call.switches.eras == Eras::Both) {
        return call.unsupported(version.as_deref());
    }
    if !known {
        // An older server knows nothing of the newer error codes; plain text is what such servers answer.
        return text_reply(
            StatusCode::BAD_REQUEST,
            "text/plain",
            "Bad Request: Unsupported protocol version\n",
        );
    }
    call.legacy(method)
}
