//! The wire of Streamable HTTP, as far as one request needs it.
//!
//! The stateless one of 2026-07-28 first. A server that answers 400 without one of that revision's errors is an older one: it is
//! greeted with `initialize`, and asked again.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use broker::{Broker, Call, Error};
use oauth::http::{Method, Response, header_map};
use serde_json::{Value, json};

const MODERN: &str = "2026-07-28";
const LEGACY: &str = "2025-11-25";
/// Errors that only a server of the modern revision gives.
const MODERN_ERRORS: [i64; 3] = [-32020, -32021, -32022];
const ID: u64 = 1;

/// A server that was added, by whatever the person calls it.
pub(super) struct McpServer<'a> {
    pub(super) broker: &'a Broker,
    pub(super) reference: &'a str,
    pub(super) account: Option<&'a str>,
}

impl McpServer<'_> {
    /// Its answer to this request.
    pub(super) async fn answer(&self, method: &str, params: Value) -> Result<Response, Error> {
        let response = self.modern(method, params.clone()).await?;
        if response.status == 400 && !speaks_modern(&response) {
            self.legacy(method, params).await
        } else {
            Ok(response)
        }
    }

    async fn modern(&self, method: &str, mut params: Value) -> Result<Response, Error> {
        let mut headers = vec![("mcp-protocol-version", MODERN), ("mcp-method", method)];
        let named_by = if method == "resources/read" {
            "uri"
        } else {
            "name"
        };
        let name = params[named_by].as_str().map(header_value);
        headers.extend(name.as_deref().map(|name| ("mcp-name", name)));
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": client(),
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        self.send(&headers, &request(method, &params)).await
    }

    /// The handshake of the older revisions, and then the request.
    async fn legacy(&self, method: &str, params: Value) -> Result<Response, Error> {
        let hello =
            json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client() });
        let greeted = self.send(&[], &request("initialize", &hello)).await?;
        if method == "initialize" || !greeted.is_success() {
            return Ok(greeted);
        }
        let version = answer_in(&greeted)
            .and_then(|answer| Some(answer["result"]["protocolVersion"].as_str()?.to_owned()));
        let mut headers = vec![("mcp-protocol-version", version.as_deref().unwrap_or(LEGACY))];
        headers.extend(
            greeted
                .header("mcp-session-id")
                .map(|session| ("mcp-session-id", session)),
        );
        self.send(
            &headers,
            &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        )
        .await?;
        self.send(&headers, &request(method, &params)).await
    }

    async fn send(&self, headers: &[(&str, &str)], message: &Value) -> Result<Response, Error> {
        let usual = [
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
        ];
        let headers: Vec<_> = usual.iter().chain(headers).copied().collect();
        let call = Call {
            method: Method::POST,
            headers: header_map(&headers),
            body: message.to_string().into_bytes(),
        };
        self.broker.call(self.reference, self.account, &call).await
    }
}

/// What is not plain ASCII goes encoded (Streamable HTTP, value encoding).
fn header_value(text: &str) -> String {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && text.trim() == text;
    if plain {
        text.to_owned()
    } else {
        format!("=?base64?{}?=", STANDARD.encode(text))
    }
}

fn client() -> Value {
    json!({ "name": "gatelodge", "version": env!("CARGO_PKG_VERSION") })
}

fn request(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": ID, "method": method, "params": params })
}

fn speaks_modern(response: &Response) -> bool {
    let error = serde_json::from_slice::<Value>(&response.body)
        .ok()
        .and_then(|body| body["error"]["code"].as_i64());
    error.is_some_and(|code| MODERN_ERRORS.contains(&code))
}

/// The answer to the one request: the body itself, or one of the events of a stream.
pub(super) fn answer_in(response: &Response) -> Option<Value> {
    let text = std::str::from_utf8(&response.body).ok()?;
    let is_answer = |message: &Value| {
        message["id"] == ID && (message.get("result").is_some() || message.get("error").is_some())
    };
    if response.media_type() == "text/event-stream" {
        // An event ends with an empty line, and its data may be several lines.
        let (mut data, mut found) = (String::new(), None);
        for line in text.lines().chain([""]) {
            if let Some(more) = line.strip_prefix("data:") {
                data.push_str(more);
                data.push('\n');
            } else if line.is_empty() {
                found = found.or_else(|| {
                    serde_json::from_str(&std::mem::take(&mut data))
                        .ok()
                        .filter(is_answer)
                });
            }
        }
        found
    } else {
        serde_json::from_str(text).ok().filter(is_answer)
    }
}
