//! `call`: one MCP request with the person's own login, whatever kind of token it is.
//!
//! The stateless wire of 2026-07-28 first. A server that answers 400 without one of that revision's errors is an older
//! one: it is greeted with `initialize`, and asked again.

use crate::args::Call as Args;
use crate::commands::login_told;
use crate::output::{Output, record};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use broker::{Broker, Call, Code, Error};
use oauth::http::{Method, Response};
use oauth::said::{Said, clause};
use serde_json::{Value, json};

const MODERN: &str = "2026-07-28";
const LEGACY: &str = "2025-11-25";
/// Errors that only a server of the modern revision gives.
const MODERN_ERRORS: [i64; 3] = [-32020, -32021, -32022];
const ID: u64 = 1;
const MOST_INDENTED: usize = 256 * 1024;

pub(crate) async fn run(broker: &Broker, args: Args, output: Output) -> Result<(), Error> {
    let params = serde_json::from_str::<Value>(&args.params)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| {
            Error::new(Code::InvalidArgument, "--params is not a JSON object")
                .with_hint(r#"Such as --params '{"name":"list_notes"}'."#)
        })?;
    if !args.method.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::new(
            Code::InvalidArgument,
            format!("{:?} is no method", args.method),
        )
        .with_hint("Such as tools/list."));
    }
    let server = Server {
        broker,
        reference: &args.server,
        account: args.account.as_deref(),
    };
    let response = server
        .answer(&args.method, params)
        .await
        .map_err(|error| login_told(error, &args.server))?;
    let message = answer_in(&response, ID);
    let is_result = message
        .as_ref()
        .is_some_and(|message| message.get("error").is_none());
    let Some(message) = message.filter(|_| is_result) else {
        let said = broker.words_of(&args.server, &response).await?;
        let error = match answer_in(&response, ID) {
            Some(message) => refusal(&args, &response, &message["error"], said),
            None => no_answer(&args, &response, said),
        };
        return Err(login_told(error, &args.server));
    };
    let result = &message["result"];
    // Indented, deep answers grow to many times their size.
    if response.body.len() > MOST_INDENTED {
        return record(result);
    }
    output.answer(result, &format!("{result:#}"))
}

struct Server<'a> {
    broker: &'a Broker,
    reference: &'a str,
    account: Option<&'a str>,
}

impl Server<'_> {
    async fn answer(&self, method: &str, params: Value) -> Result<Response, Error> {
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
        let version = answer_in(&greeted, ID)
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
        let headers = usual
            .iter()
            .chain(headers)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let call = Call {
            method: Method::Post,
            headers,
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

/// The answer with this id: the body itself, or one of the events of a stream.
fn answer_in(response: &Response, id: u64) -> Option<Value> {
    let text = std::str::from_utf8(&response.body).ok()?;
    let is_answer = |message: &Value| {
        message["id"] == id && (message.get("result").is_some() || message.get("error").is_some())
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

/// A JSON-RPC error.
fn refusal(args: &Args, response: &Response, error: &Value, said: Option<Said>) -> Error {
    let (method_not_found, invalid_params) = (-32601, -32602);
    let message = format!(
        "{} refused {}{}",
        args.server,
        args.method,
        clause(said.as_ref())
    );
    if let 401 | 403 | 429 | 500.. = response.status {
        return no_answer(args, response, said);
    }
    let error = match error["code"].as_i64() {
        Some(code) if code == method_not_found || code == invalid_params => {
            Error::new(Code::InvalidArgument, message)
                .with_hint("Check the method and its --params.")
        }
        _ => Error::new(Code::ServerError, message)
            .with_hint("The server decided so; its words, or its owner, say why."),
    };
    error.with_said(said)
}

/// No result: what the status means, and what the server says to it in whatever shape.
fn no_answer(args: &Args, response: &Response, said: Option<Said>) -> Error {
    let (server, method, status) = (&args.server, &args.method, response.status);
    let says = clause(said.as_ref());
    let error = match status {
        401 => Error::new(
            Code::LoginRequired,
            format!("{server} does not take this login for {method}{says}"),
        ),
        // Something in front of the server, which has seen no account.
        403 | 503 if is_robot_check(response) => Error::new(
            Code::ProgramRefused,
            format!("{server} refuses this program for {method} (status {status}){says}"),
        ),
        // Logged in, and still no: it is this account that may not (RFC 9110 §15.5.4).
        403 => Error::new(
            Code::Forbidden,
            format!("{server} refuses this account for {method}{says}"),
        ),
        429 => later(format!("{server} was asked too often{says}"), response),
        300..=399 => {
            let target = response
                .header("location")
                .map(oauth::uri::excerpt)
                .unwrap_or_default();
            Error::new(
                Code::NotMcp,
                format!("{server} answered {method} with a redirect, which is never followed with a token: {target}"),
            )
            .with_hint("A login page of the company's may stand in front of it. Its owner has to let programs through.")
        }
        200..=299 | 404 | 405 => Error::new(
            Code::NotMcp,
            format!("{server} answered {method} with status {status} and no JSON-RPC answer{says}"),
        ),
        400..=499 => Error::new(
            Code::Forbidden,
            format!("{server} refused {method} (status {status}){says}"),
        )
        .with_hint(
            "Trying again does not change it. The server's words, or its owner, say what does.",
        ),
        503 => later(
            format!("{server} cannot answer {method} now (status 503){says}"),
            response,
        ),
        _ => Error::new(
            Code::ServerError,
            format!("{server} answered {method} with status {status} and no JSON-RPC answer{says}"),
        ),
    };
    error.with_said(said)
}

/// As late as it asks for.
fn later(message: String, response: &Response) -> Error {
    let seconds = response.retry_after();
    let error = Error::new(Code::TemporarilyUnavailable, message).with_retry_after(seconds);
    match seconds {
        Some(seconds) => error.with_hint(format!(
            "Wait {seconds} s, then try again. Nothing was lost."
        )),
        None => error,
    }
}

/// A page for browsers in place of an answer, or Cloudflare's word for a check.
fn is_robot_check(response: &Response) -> bool {
    response.is_robot_check() || response.media_type() == "text/html"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, headers: &[(&str, &str)]) -> Error {
        let args = Args {
            server: "notes".into(),
            method: "tools/list".into(),
            params: "{}".into(),
            account: None,
        };
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        no_answer(
            &args,
            &Response {
                status,
                headers,
                body: Vec::new(),
            },
            None,
        )
    }

    /// RFC 9110 §15: what is definite is no outage, and what stands before a server has refused no account.
    #[test]
    fn each_status_is_told_as_what_it_is() {
        for (status, headers, code) in [
            (401, &[][..], Code::LoginRequired),
            (402, &[], Code::Forbidden),
            (
                403,
                &[("content-type", "application/json")],
                Code::Forbidden,
            ),
            (403, &[("content-type", "text/html")], Code::ProgramRefused),
            (503, &[("cf-mitigated", "challenge")], Code::ProgramRefused),
            (
                302,
                &[("location", "https://sso.example/login")],
                Code::NotMcp,
            ),
            (404, &[], Code::NotMcp),
            (451, &[], Code::Forbidden),
            (429, &[], Code::TemporarilyUnavailable),
            (503, &[], Code::TemporarilyUnavailable),
            (500, &[], Code::ServerError),
        ] {
            assert_eq!(told(status, headers).code(), code, "{status} {headers:?}");
        }
        let later = told(429, &[("retry-after", "42")]);
        assert!(
            later.retry_after() == Some(42) && later.hint().contains("42 s"),
            "{}",
            later.hint()
        );
        assert!(
            told(302, &[("location", "https://sso.example/login")])
                .to_string()
                .contains("sso.example")
        );
    }
}
