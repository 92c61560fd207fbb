//! MCP over Streamable HTTP, as much as a tool call needs: with a handshake before 2026-07-28, without one since.

use broker::Call;
use oauth::http::{Method, Response, header_map};
use serde_json::{Value, json};

use crate::Failure;
use crate::person::Person;

/// A revision of the specification, by its date; dates compare as text.
pub struct Revision(String);

const STATELESS: &str = "2026-07-28";
const NAME: &str = "gatelodge-conformance";

pub struct Mcp<'a> {
    person: &'a Person,
    server: &'a str,
    revision: Revision,
    session: Option<String>,
    last_id: u64,
}

impl Revision {
    pub fn named(date: &str) -> Self {
        Self(if date.is_empty() {
            STATELESS.to_owned()
        } else {
            date.to_owned()
        })
    }

    fn is_stateless(&self) -> bool {
        self.0.as_str() >= STATELESS
    }
}

impl<'a> Mcp<'a> {
    pub fn new(person: &'a Person, server: &'a str, revision: Revision) -> Self {
        Self {
            person,
            server,
            revision,
            session: None,
            last_id: 0,
        }
    }

    pub async fn begin(&mut self) -> Result<(), Failure> {
        if self.revision.is_stateless() {
            self.request("server/discover", json!({})).await?;
            return Ok(());
        }
        let client = json!({ "name": NAME, "version": env!("CARGO_PKG_VERSION") });
        let params =
            json!({ "protocolVersion": self.revision.0, "capabilities": {}, "clientInfo": client });
        self.request("initialize", params).await?;
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))
            .await
            .map(drop)
    }

    /// One request, and the `result` of its answer.
    pub async fn request(&mut self, method: &str, mut params: Value) -> Result<Value, Failure> {
        self.last_id += 1;
        if self.revision.is_stateless() {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": self.revision.0,
                "io.modelcontextprotocol/clientInfo": { "name": NAME, "version": env!("CARGO_PKG_VERSION") },
                "io.modelcontextprotocol/clientCapabilities": {},
            });
        }
        let message =
            json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params });
        let response = self.send(&message).await?;
        if let Some(session) = response.header("mcp-session-id") {
            self.session = Some(session.to_owned());
        }
        let answer = answer_in(&response, self.last_id);
        match answer.as_ref().and_then(|answer| answer.get("result")) {
            Some(result) => Ok(result.clone()),
            None => Err(format!(
                "{method}: status {}, and no result: {}",
                response.status,
                answer.unwrap_or_default()
            )
            .into()),
        }
    }

    async fn send(&self, message: &Value) -> Result<Response, Failure> {
        let method = message["method"].as_str().unwrap_or_default();
        let mut headers = vec![
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
        ];
        if self.revision.is_stateless() {
            headers.push(("mcp-method", method));
            headers.extend(
                message["params"]["name"]
                    .as_str()
                    .map(|name| ("mcp-name", name)),
            );
        }
        // The handshake's first request is the one that agrees on a revision.
        if method != "initialize" {
            headers.push(("mcp-protocol-version", self.revision.0.as_str()));
        }
        headers.extend(
            self.session
                .as_deref()
                .map(|session| ("mcp-session-id", session)),
        );
        let call = Call {
            method: Method::POST,
            headers: header_map(&headers),
            body: message.to_string().into_bytes(),
        };
        let response = self.person.call(self.server, &call).await?;
        if response.is_success() {
            Ok(response)
        } else {
            Err(format!("{method}: status {}", response.status).into())
        }
    }
}

/// The answer with this id: the body itself, or one of the events of a stream.
fn answer_in(response: &Response, id: u64) -> Option<Value> {
    let text = std::str::from_utf8(&response.body).ok()?;
    let is_ours = |message: &Value| message["id"] == id;
    if response.media_type() == "text/event-stream" {
        let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
        data.filter_map(|data| serde_json::from_str(data).ok())
            .find(is_ours)
    } else {
        serde_json::from_str(text).ok().filter(is_ours)
    }
}
