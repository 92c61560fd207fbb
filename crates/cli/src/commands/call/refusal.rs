//! Why an MCP server gave no result: what its status means, and what it says to it in whatever shape.

use crate::args::CallArgs;
use broker::Error;
use model::Code;
use oauth::error_description::{ErrorDescription, clause};
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
pub(super) fn no_answer(
    args: &CallArgs,
    response: &Response,
    said: Option<ErrorDescription>,
) -> Error {
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
            later.retry_after() == Some(42) && later.hint().to_string().contains("42 s"),
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
