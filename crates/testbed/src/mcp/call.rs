//! One JSON-RPC request at the MCP endpoint, and its answers.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::challenge::insufficient_scope;
use crate::grants::ActiveToken;
use crate::reply::{json_reply, text_reply};
use crate::scopes;
use crate::switches::{StepUp, Switches};
use crate::tools::{self, TOOLS};
use crate::world::World;

pub(super) const MODERN: &str = "2026-07-28";
pub(super) const LEGACY: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

pub(super) const PARSE_ERROR: i32 = -32700;
pub(super) const INVALID_REQUEST: i32 = -32600;
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
pub(super) const INVALID_PARAMS: i32 = -32602;
pub(super) const HEADER_MISMATCH: i32 = -32020;
pub(super) const UNSUPPORTED_PROTOCOL_VERSION: i32 = -32022;

/// One JSON-RPC message and all that came with it.
pub(super) struct Call<'a> {
    pub(super) world: &'a World,
    pub(super) switches: &'a Switches,
    pub(super) headers: &'a HeaderMap,
    pub(super) caller: Option<&'a ActiveToken>,
    pub(super) request: &'a Value,
}

impl Call<'_> {
    pub(super) fn tool(&self, shape: fn(Value) -> Value) -> Response {
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

    /// Header values that are not plain ASCII come as `=?base64?…?=` (Streamable HTTP, value encoding).
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?.to_str().ok()?;
        match value
            .strip_prefix("=?base64?")
            .and_then(|rest| rest.strip_suffix("?="))
        {
            Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
            None => Some(value.to_owned()),
        }
    }

    pub(super) fn said_version(&self) -> Option<&str> {
        self.request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"].as_str()
    }

    pub(super) fn result(&self, result: &Value) -> Response {
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

    pub(super) fn error(
        &self,
        status: StatusCode,
        code: i32,
        message: &str,
        data: Option<Value>,
    ) -> Response {
        error(status, &self.request["id"], code, message, data)
    }
}

pub(super) const INSTRUCTIONS: &str =
    "A small notebook for each person. Use list_notes to read it and add_note to write in it.";

pub(super) fn server_info() -> Value {
    json!({ "name": "testbed-notes", "title": "Testbed notes", "version": env!("CARGO_PKG_VERSION") })
}

pub(super) fn error(
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
