//! The MCP endpoint over Streamable HTTP: the stateless wire of 2026-07-28, and the older ones that begin with `initialize`.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::access::{Refusal, credentials, shown};
use crate::challenge::{insufficient_scope, unauthorized};
use crate::dpop::{Expected, Server};
use crate::grants::Active;
use crate::protected_resource;
use crate::random::opaque;
use crate::reply::{instead, json_reply, text_reply, with_header};
use crate::scopes;
use crate::switches::{Eras, McpAnswers, ResourceParameter, StepUp, Switches};
use crate::tools::{self, TOOLS};
use crate::world::World;

const MODERN: &str = "2026-07-28";
const LEGACY: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;
const HEADER_MISMATCH: i32 = -32020;
const UNSUPPORTED_PROTOCOL_VERSION: i32 = -32022;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

pub(crate) async fn endpoint(
    world: &World,
    method: Method,
    query: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Response {
    let switches = world.switches();
    // Streamable HTTP, security warning: a page in a browser must not reach a server on this machine.
    if headers.contains_key(header::ORIGIN) && !own_origin(world, headers) {
        return text_reply(
            StatusCode::FORBIDDEN,
            "text/plain",
            "not for pages of other origins\n",
        );
    }
    if let McpAnswers::Instead(answer) = &switches.mcp_answers
        && let Some(reply) = instead(answer).await
    {
        return reply;
    }
    let request = serde_json::from_slice::<Value>(&body);
    let name = request
        .as_ref()
        .ok()
        .and_then(|request| request["method"].as_str())
        .unwrap_or_default();
    // Some judge a request's form before its token.
    if switches.form_before_token && is_of_another_revision(&switches, headers, name) {
        return text_reply(
            StatusCode::BAD_REQUEST,
            "text/plain",
            "Bad Request: Unsupported protocol version\n",
        );
    }
    let open = match switches.mcp_answers {
        McpAnswers::Unprotected => true,
        McpAnswers::Lazy => name != "tools/call",
        McpAnswers::Proper | McpAnswers::Instead(_) | McpAnswers::PlainRest => {
            switches
                .early_challenge_query
                .as_ref()
                .is_some_and(|hint| !query.contains(hint))
                && name != "tools/call"
        }
    };
    // The token comes first: a stranger learns nothing from how its request was malformed.
    let caller = match caller(world, &switches, &method, headers) {
        Ok(active) => Some(active),
        Err(_) if open => None,
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
    call.answer()
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
fn rest(world: &World, method: &Method, caller: Option<&Active>) -> Response {
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
) -> Result<Active, Box<Response>> {
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
    let expected = Expected {
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

fn end_session(world: &World, headers: &HeaderMap, caller: Option<&Active>) -> Response {
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

/// One JSON-RPC message and all that came with it.
struct Call<'a> {
    world: &'a World,
    switches: &'a Switches,
    headers: &'a HeaderMap,
    caller: Option<&'a Active>,
    request: &'a Value,
}

impl Call<'_> {
    fn answer(&self) -> Response {
        let Some(method) = self.request["method"]
            .as_str()
            .filter(|_| self.request["jsonrpc"] == "2.0")
        else {
            return self.error(
                StatusCode::BAD_REQUEST,
                INVALID_REQUEST,
                "not a JSON-RPC request",
                None,
            );
        };
        let version = self.header("mcp-protocol-version");
        let modern = version.as_deref() == Some(MODERN)
            || self.said_version() == Some(MODERN)
            || method == "server/discover";
        if modern && self.switches.eras != Eras::LegacyOnly {
            return self.modern(method);
        }
        let known = version
            .as_deref()
            .is_none_or(|version| LEGACY.contains(&version));
        if self.switches.eras == Eras::ModernOnly || (!known && self.switches.eras == Eras::Both) {
            return self.unsupported(version.as_deref());
        }
        if !known {
            // An older server knows nothing of the newer error codes; plain text is what such servers answer.
            return text_reply(
                StatusCode::BAD_REQUEST,
                "text/plain",
                "Bad Request: Unsupported protocol version\n",
            );
        }
        self.legacy(method)
    }

    /// 2026-07-28: every request says its version twice, in a header and in `_meta`, and its method too.
    fn modern(&self, method: &str) -> Response {
        let version = self.header("mcp-protocol-version");
        if let Some(unknown) = version.as_deref().filter(|version| *version != MODERN) {
            return self.unsupported(Some(unknown));
        }
        let name = (method == "tools/call")
            .then(|| self.request["params"]["name"].as_str())
            .flatten();
        let agree = version.is_some()
            && self.said_version() == version.as_deref()
            && self.header("mcp-method").as_deref() == Some(method)
            && name.is_none_or(|name| self.header("mcp-name").as_deref() == Some(name));
        if !agree {
            let why = "MCP-Protocol-Version, Mcp-Method, Mcp-Name and the body must say the same";
            return self.error(StatusCode::BAD_REQUEST, HEADER_MISMATCH, why, None);
        }
        if self.request.get("id").is_none() {
            return StatusCode::ACCEPTED.into_response();
        }
        match method {
            "server/discover" => {
                let versions = match self.switches.eras {
                    Eras::Both => [&[MODERN], &LEGACY[..]].concat(),
                    Eras::ModernOnly | Eras::LegacyOnly => vec![MODERN],
                };
                self.result(&modern_result(json!({
                    "supportedVersions": versions,
                    "capabilities": { "tools": {} },
                    "instructions": INSTRUCTIONS,
                    "ttlMs": 60_000,
                    "cacheScope": "public",
                })))
            }
            "tools/list" => self.result(&modern_result(
                json!({ "tools": tools::list(), "ttlMs": 60_000, "cacheScope": "public" }),
            )),
            "tools/call" => self.tool(modern_result),
            _ => self.error(
                StatusCode::NOT_FOUND,
                METHOD_NOT_FOUND,
                "this method is not known",
                None,
            ),
        }
    }

    /// 2025-03-26 to 2025-11-25: `initialize`, a notification, then everything else, perhaps in a session.
    fn legacy(&self, method: &str) -> Response {
        if method == "initialize" {
            let asked = self.request["params"]["protocolVersion"]
                .as_str()
                .unwrap_or_default();
            let version = LEGACY
                .into_iter()
                .find(|known| *known == asked)
                .unwrap_or(LEGACY[0]);
            let reply = self.result(&json!({
                "protocolVersion": version,
                "capabilities": { "tools": {} },
                "serverInfo": server_info(),
                "instructions": INSTRUCTIONS,
            }));
            return if self.switches.sessions {
                with_header(reply, SESSION, &self.begin_session())
            } else {
                reply
            };
        }
        if let Some(reply) = self.session_refusal() {
            return reply;
        }
        if self.request.get("id").is_none() {
            return StatusCode::ACCEPTED.into_response();
        }
        match method {
            "ping" => self.result(&json!({})),
            "tools/list" => self.result(&json!({ "tools": tools::list() })),
            "tools/call" => self.tool(|result| result),
            _ => self.error(
                StatusCode::OK,
                METHOD_NOT_FOUND,
                "this method is not known",
                None,
            ),
        }
    }

    fn tool(&self, shape: fn(Value) -> Value) -> Response {
        let params = &self.request["params"];
        let Some(tool) = TOOLS.iter().find(|tool| params["name"] == tool.name) else {
            return self.error(
                StatusCode::OK,
                INVALID_PARAMS,
                "there is no such tool",
                None,
            );
        };
        if let Some(active) = self.caller {
            let (held, vocabulary) = (&active.token.scopes, self.switches.vocabulary);
            let needed = scopes::needed(vocabulary, tool.writes);
            let missing = match self.switches.step_up {
                StepUp::NeverEnough => Some(held.to_string()),
                StepUp::AnotherEachTime => {
                    let another = scopes::offered(vocabulary)
                        .iter()
                        .find(|(name, _)| !held.contains(name));
                    Some(another.map_or_else(|| held.to_string(), |(name, _)| (*name).to_owned()))
                }
                _ => (!held.contains(needed)).then(|| needed.to_owned()),
            };
            if let Some(missing) = missing {
                return insufficient_scope(self.world, self.switches, active.scheme(), &missing);
            }
        }
        self.result(&shape(tools::call(
            self.world,
            tool,
            self.caller,
            &params["arguments"],
        )))
    }

    fn begin_session(&self) -> String {
        let session = opaque("session_");
        let user = self
            .caller
            .map(|active| active.grant.user.clone())
            .unwrap_or_default();
        self.world
            .memory()
            .mcp_sessions
            .insert(session.clone(), user);
        session
    }

    /// A session belongs to whoever began it; to all others it does not exist.
    fn session_refusal(&self) -> Option<Response> {
        if !self.switches.sessions {
            return None;
        }
        let Some(session) = self.header("mcp-session-id") else {
            return Some(self.error(
                StatusCode::BAD_REQUEST,
                INVALID_REQUEST,
                "no Mcp-Session-Id",
                None,
            ));
        };
        let user = self.caller.map_or("", |active| &active.grant.user);
        let own = self
            .world
            .memory()
            .mcp_sessions
            .get(&session)
            .is_some_and(|owner| owner == user);
        (!own).then(|| {
            self.error(
                StatusCode::NOT_FOUND,
                INVALID_REQUEST,
                "this session is over",
                None,
            )
        })
    }

    /// Header values that are not plain ASCII come as `=?base64?…?=` (Streamable HTTP, value encoding).
    fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?.to_str().ok()?;
        match value
            .strip_prefix("=?base64?")
            .and_then(|rest| rest.strip_suffix("?="))
        {
            Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
            None => Some(value.to_owned()),
        }
    }

    fn said_version(&self) -> Option<&str> {
        self.request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"].as_str()
    }

    fn unsupported(&self, asked: Option<&str>) -> Response {
        let supported = if self.switches.eras == Eras::Both {
            [&[MODERN], &LEGACY[..]].concat()
        } else {
            vec![MODERN]
        };
        let data = json!({ "supported": supported, "requested": asked.unwrap_or_default() });
        self.error(
            StatusCode::BAD_REQUEST,
            UNSUPPORTED_PROTOCOL_VERSION,
            "this protocol version is not supported",
            Some(data),
        )
    }

    fn result(&self, result: &Value) -> Response {
        let message = json!({ "jsonrpc": "2.0", "id": self.request["id"], "result": result });
        if self.switches.event_stream {
            return text_reply(
                StatusCode::OK,
                "text/event-stream",
                format!("event: message\ndata: {message}\n\n"),
            );
        }
        json_reply(StatusCode::OK, &message)
    }

    fn error(&self, status: StatusCode, code: i32, message: &str, data: Option<Value>) -> Response {
        error(status, &self.request["id"], code, message, data)
    }
}

const INSTRUCTIONS: &str =
    "A small notebook for each person. Use list_notes to read it and add_note to write in it.";

fn server_info() -> Value {
    json!({ "name": "testbed-notes", "title": "Testbed notes", "version": env!("CARGO_PKG_VERSION") })
}

fn modern_result(mut result: Value) -> Value {
    result["resultType"] = json!("complete");
    result["_meta"] = json!({ "io.modelcontextprotocol/serverInfo": server_info() });
    result
}

fn error(
    status: StatusCode,
    id: &Value,
    code: i32,
    message: &str,
    data: Option<Value>,
) -> Response {
    let mut error = json!({ "code": code, "message": message });
    if let Some(data) = data {
        error["data"] = data;
    }
    json_reply(
        status,
        &json!({ "jsonrpc": "2.0", "id": id, "error": error }),
    )
}
