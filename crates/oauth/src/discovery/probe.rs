//! Does the server want a token? One request without it, in each dialect that a real server may speak.
//!
//! MCP 2026-07-28 `server/discover` first, then `initialize` of the older revisions, then GET.

use super::error::{DiscoveryError, RefusalSubject};
use super::refusal;
use crate::PROTOCOL_VERSION;
use crate::address_guard::Reach;
use crate::challenge::{self, Challenge};
use crate::error_description::ErrorDescription;
use crate::http::{
    Body, HeaderName, Http, HttpError, Request, Response, get, header, post_json, with_header,
};
use crate::trace::{Sink, Step, StepKind, StepRequest, StepResult, Verdict};
use crate::uri::{excerpt, is_printable};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

/// A server's own words for itself, as a client is told them.
#[derive(Serialize, Deserialize)]
pub(super) struct ServerInfo {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// What the server did with a request that carries no token.
pub(super) enum ProbeResult {
    /// 401, or 403 with a Bearer challenge.
    Challenged(Option<Challenge>),
    /// An MCP answer. It may still ask for a token later, so its metadata is looked for all the same (Q02).
    Open(Option<ServerInfo>),
    /// What it answered instead, as it is told.
    NotMcp(DiscoveryError),
}

/// The last revision that begins with `initialize`.
const LEGACY_VERSION: &str = "2025-11-25";

const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");

const RULE: &str = "MCP authorization, protected resource metadata";

pub(super) async fn probe(
    http: &impl Http,
    url: &Url,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<ProbeResult, DiscoveryError> {
    let mut last = None;
    for (kind, request) in dialects(url, reach)? {
        let asked = StepRequest::new(request.method().as_str(), url.as_str());
        let step =
            |verdict, result, status| Step::new(kind, verdict, result, RULE).asked(asked, status);
        let response = match http.fetch(request).await {
            Ok(response) => response,
            Err(error) => {
                trace(step(
                    Verdict::Problem,
                    StepResult::failed(error.clone()),
                    None,
                ));
                return Err(error.into());
            }
        };
        let (end, result, answer) = judged(url, &response);
        let verdict = match &end {
            Some(Ok(_)) => Verdict::Ok,
            Some(Err(_)) => Verdict::Problem,
            None => Verdict::Next,
        };
        trace(step(verdict, result, Some(response.status)).answered(answer));
        if let Some(end) = end {
            return end;
        }
        // The first refusal is the one that counts: a page that answers to GET does not take it back.
        last = match last {
            Some(refusal @ DiscoveryError::Hidden { .. }) => Some(refusal),
            _ => Some(instead(url, &response)),
        };
    }
    let last = last.expect("there is more than one dialect, and each was answered");
    Ok(ProbeResult::NotMcp(last))
}

/// What a response ends the probe with, if it does; what it meant, and what of it is shown.
fn judged(
    url: &Url,
    response: &Response,
) -> (
    Option<Result<ProbeResult, DiscoveryError>>,
    StepResult,
    Option<String>,
) {
    let headers = response.all("www-authenticate");
    match response.status {
        401 | 403 => {
            let challenge = challenge::token_challenge(&headers);
            if response.status == 403 && challenge.is_none() {
                return (None, StepResult::Forbidden, None);
            }
            let shown = headers.join(", ");
            let shown = shown.chars().filter(|char| is_printable(*char)).take(1000);
            let shown = Some(shown.collect::<String>()).filter(|shown| !shown.is_empty());
            let result = wanted(challenge.as_ref());
            (Some(Ok(ProbeResult::Challenged(challenge))), result, shown)
        }
        200..=299 if speaks_mcp(response) => {
            let info = server_info(response);
            let shown = info
                .as_ref()
                .map(|info| json!({ "serverInfo": info }).to_string());
            let end = Some(Ok(ProbeResult::Open(info)));
            (end, StepResult::AnswersWithoutToken, shown)
        }
        300..=399 => {
            let target = response
                .header("location")
                .and_then(|location| url.join(location).ok())
                .map(|target| excerpt(target.as_str()));
            let end = DiscoveryError::Redirected {
                target: target.clone(),
            };
            (Some(Err(end)), StepResult::Redirects { target }, None)
        }
        429 => {
            let end = refusal::busy(url, response);
            (Some(Err(end)), StepResult::AsksToWait, None)
        }
        500.. if !response.is_robot_check() => {
            let end = refusal::server_error(url, response);
            (Some(Err(end)), StepResult::ServerFailed, None)
        }
        _ => (None, StepResult::NoMcp, None),
    }
}

fn dialects(url: &Url, reach: Reach) -> Result<[(StepKind, Request<Body>); 3], HttpError> {
    let [modern, legacy, get] = greetings(url.as_str(), reach)?;
    Ok([
        (StepKind::Probe, modern),
        (StepKind::LegacyProbe, legacy),
        (StepKind::GetProbe, get),
    ])
}

/// The request that each dialect begins with: a server of that revision takes it, and changes nothing for it.
pub fn greetings(url: &str, reach: Reach) -> Result<[Request<Body>; 3], HttpError> {
    const STREAMS: &str = "application/json, text/event-stream";
    let post = |method: &str, params: Value| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        with_header(post_json(url, &body, reach)?, header::ACCEPT, STREAMS)
    };
    let client =
        json!({ "name": crate::registration::CLIENT_NAME, "version": env!("CARGO_PKG_VERSION") });
    let modern = json!({ "_meta": {
        "io.modelcontextprotocol/protocolVersion": PROTOCOL_VERSION,
        "io.modelcontextprotocol/clientInfo": client,
        "io.modelcontextprotocol/clientCapabilities": {},
    }});
    let legacy =
        json!({ "protocolVersion": LEGACY_VERSION, "capabilities": {}, "clientInfo": client });
    let modern = post("server/discover", modern)?;
    let modern = with_header(modern, VERSION, PROTOCOL_VERSION)?;
    Ok([
        with_header(modern, METHOD, "server/discover")?,
        post("initialize", legacy)?,
        with_header(get(url, reach)?, header::ACCEPT, STREAMS)?,
    ])
}

/// A JSON-RPC answer or error, or an event stream: not a web page.
fn speaks_mcp(response: &Response) -> bool {
    match response.media_type().as_str() {
        "text/event-stream" => true,
        "application/json" => serde_json::from_slice::<Value>(&response.body)
            .is_ok_and(|body| body["jsonrpc"] == "2.0"),
        _ => false,
    }
}

/// What an open server says of itself in its first answer: beside the result since 2026-07-28, in it before.
fn server_info(response: &Response) -> Option<ServerInfo> {
    let body = String::from_utf8_lossy(&response.body);
    // In a stream it is an event's line of data.
    let messages = body
        .lines()
        .map(|line| line.strip_prefix("data:").unwrap_or(line))
        .chain([&*body]);
    let mut results = messages
        .filter_map(|message| serde_json::from_str::<Value>(message).ok())
        .filter_map(|mut message| message.get_mut("result").map(Value::take));
    let info = results.find_map(
        |result| match &result["_meta"]["io.modelcontextprotocol/serverInfo"] {
            Value::Null => result.get("serverInfo").cloned(),
            info => Some(info.clone()),
        },
    )?;
    let info: ServerInfo = serde_json::from_value(info).ok()?;
    Some(ServerInfo {
        name: excerpt(&info.name),
        title: info.title.as_deref().map(excerpt),
    })
}

fn wanted(challenge: Option<&Challenge>) -> StepResult {
    match challenge {
        None => StepResult::WantsTokenWithoutChallenge,
        Some(challenge) if challenge.wants_dpop() => StepResult::WantsBoundToken,
        Some(Challenge {
            resource_metadata: Some(_),
            scope: Some(_),
            ..
        }) => StepResult::NamesMetadataAndScopes,
        Some(Challenge {
            resource_metadata: Some(_),
            ..
        }) => StepResult::NamesMetadata,
        Some(_) => StepResult::WantsToken,
    }
}

/// What came in place of MCP: a refusal is none of a server that is not there.
fn instead(url: &Url, response: &Response) -> DiscoveryError {
    if matches!(response.status, 403 | 407 | 451) || response.is_robot_check() {
        return refusal::hidden(url, response, RefusalSubject::Server);
    }
    DiscoveryError::NotMcp {
        url: url.to_string(),
        status: response.status,
        media_type: excerpt(&response.media_type()),
        said: ErrorDescription::of(response, &[]),
    }
}

impl ProbeResult {
    /// The title is for people, the name for programs.
    pub(super) fn calls_itself(&self) -> Option<String> {
        match self {
            Self::Open(Some(info)) => Some(info.title.clone().unwrap_or_else(|| info.name.clone())),
            _ => None,
        }
    }

    /// A no that asks for no token.
    pub(super) fn refusal(&self) -> Option<&DiscoveryError> {
        match self {
            Self::NotMcp(refusal @ DiscoveryError::Hidden { .. }) => Some(refusal),
            _ => None,
        }
    }

    pub(super) fn challenge(&self) -> Option<&Challenge> {
        match self {
            Self::Challenged(challenge) => challenge.as_ref(),
            _ => None,
        }
    }
}
