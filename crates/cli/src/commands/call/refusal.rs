//! Why an MCP server gave no result: what its status means, and what it says to it in whatever shape.

use crate::args::CallArgs;
use broker::Error;
use messages::{Arg, Text, text};
use model::{Code, quoting};
use oauth::error_description::ErrorDescription;
use oauth::http::Response;
use serde_json::Value;

/// A JSON-RPC error.
pub(super) fn refusal(
    args: &CallArgs,
    response: &Response,
    error: &Value,
    said: Option<ErrorDescription>,
) -> Error {
    let (method_not_found, invalid_params) = (-32601, -32602);
    if let 401 | 403 | 429 | 500.. = response.status {
        return no_answer(args, response, said);
    }
    let (server, method) = (&args.server, &args.method);
    let refused = quoting(text::CliCallRefused { server, method }, said.as_ref());
    let error = match error["code"].as_i64() {
        Some(code) if code == method_not_found || code == invalid_params => {
            Error::new(Code::InvalidArgument, refused).with_hint(text::CliCallRefusedArgumentsHint)
        }
        _ => Error::new(Code::ServerError, refused).with_hint(text::CliCallRefusedHint),
    };
    error.with_said(said)
}

/// No result: what the status means, and what the server says to it in whatever shape.
pub(super) fn no_answer(
    args: &CallArgs,
    response: &Response,
    said: Option<ErrorDescription>,
) -> Error {
    let (code, what) = meaning(args, response);
    let error = Error::new(code, quoting(what, said.as_ref()));
    let error = match (code, response.status) {
        (Code::NotMcp, 300..=399) => error.with_hint(text::CliCallRedirectHint),
        (Code::Forbidden, 400..=402 | 404..) => error.with_hint(text::CliCallRefusedStatusHint),
        (Code::TemporarilyUnavailable, _) => later(error, response),
        _ => error,
    };
    error.with_said(said)
}

fn meaning(args: &CallArgs, response: &Response) -> (Code, Text) {
    let (server, method, status) = (&args.server, &args.method, response.status.to_string());
    match response.status {
        401 => (
            Code::LoginRequired,
            text::CliCallLogin { server, method }.into(),
        ),
        // Something in front of the server, which has seen no account.
        403 | 503 if is_robot_check(response) => {
            let robot = text::CliCallRobot {
                server,
                method,
                status,
            };
            (Code::ProgramRefused, robot.into())
        }
        // Logged in, and still no: it is this account that may not (RFC 9110 §15.5.4).
        403 => (
            Code::Forbidden,
            text::CliCallForbidden { server, method }.into(),
        ),
        429 => (
            Code::TemporarilyUnavailable,
            text::CliCallTooOften { server }.into(),
        ),
        503 => {
            let not_now = text::CliCallNotNow {
                server,
                method,
                status,
            };
            (Code::TemporarilyUnavailable, not_now.into())
        }
        300..=399 => (Code::NotMcp, redirected(args, response)),
        200..=299 | 404 | 405 => (Code::NotMcp, nothing(args, status)),
        400..=499 => {
            let refused = text::CliCallRefusedStatus {
                server,
                method,
                status,
            };
            (Code::Forbidden, refused.into())
        }
        _ => (Code::ServerError, nothing(args, status)),
    }
}

fn nothing(args: &CallArgs, status: String) -> Text {
    let (server, method) = (&args.server, &args.method);
    text::CliCallNoAnswer {
        server,
        method,
        status,
    }
    .into()
}

fn redirected(args: &CallArgs, response: &Response) -> Text {
    let target = response
        .header("location")
        .map(oauth::uri::excerpt)
        .unwrap_or_default();
    let (server, method) = (&args.server, &args.method);
    text::CliCallRedirect {
        server,
        method,
        target,
    }
    .into()
}

/// As late as it asks for.
fn later(error: Error, response: &Response) -> Error {
    let seconds = response.retry_after();
    let error = error.with_retry_after(seconds);
    match seconds {
        Some(seconds) => {
            let span = Arg::span(seconds);
            error.with_hint(text::CliCallLaterHint { span })
        }
        None => error,
    }
}

/// Cloudflare's word for a check; or a page for browsers where access is forbidden. An outage has its page as well.
fn is_robot_check(response: &Response) -> bool {
    response.is_robot_check() || (response.status == 403 && response.media_type() == "text/html")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, headers: &[(&str, &str)]) -> Error {
        let args = CallArgs {
            server: "notes".into(),
            method: "tools/list".into(),
            params: "{}".into(),
            account: None,
        };
        no_answer(&args, &Response::new(status, headers, ""), None)
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
                503,
                &[("content-type", "text/html")],
                Code::TemporarilyUnavailable,
            ),
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
            later.retry_after() == Some(42) && later.hint().to_string().contains("42 seconds"),
            "{}",
            later.hint().to_string()
        );
        assert!(
            told(302, &[("location", "https://sso.example/login")])
                .to_string()
                .contains("sso.example")
        );
    }
}
