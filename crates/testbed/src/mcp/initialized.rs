//! The older wires, which begin with `initialize` and may have a session.

use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::call::{Call, INSTRUCTIONS, INVALID_REQUEST, LEGACY, METHOD_NOT_FOUND, server_info};
use crate::random::opaque;
use crate::reply::with_header;
use crate::tools;

pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

impl Call<'_> {
    /// 2025-03-26 to 2025-11-25: `initialize`, a notification, then everything else, perhaps in a session.
    pub(super) fn legacy(&self, method: &str) -> Response {
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
}
