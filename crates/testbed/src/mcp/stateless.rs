//! The wire of 2026-07-28: no session, everything in one request.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::call::{
    Call, HEADER_MISMATCH, INSTRUCTIONS, LEGACY, METHOD_NOT_FOUND, MODERN,
    UNSUPPORTED_PROTOCOL_VERSION, server_info,
};
use crate::switches::Eras;
use crate::tools;

impl Call<'_> {
    /// 2026-07-28: every request says its version twice, in a header and in `_meta`, and its method too.
    pub(super) fn modern(&self, method: &str) -> Response {
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

    pub(super) fn unsupported(&self, asked: Option<&str>) -> Response {
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
}

fn modern_result(mut result: Value) -> Value {
    result["resultType"] = json!("complete");
    result["_meta"] = json!({ "io.modelcontextprotocol/serverInfo": server_info() });
    result
}
