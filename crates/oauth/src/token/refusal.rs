//! Whether an answer holds a token, or which refusal it is: RFC 6749 §5.2, and what real token endpoints send instead
//! (docs/protocol.md#exchange).

use super::code::ErrorCode;
use super::error::TokenError;
use super::fault::{Outage, ResponseFault};
use super::members::members;
use crate::error_description::{self, ErrorDescription};
use crate::http::Response;
use crate::secret::Secret;
use crate::uri::excerpt;
use serde_json::{Map, Value};

/// No issuer makes us wait longer than this (attack F19).
pub const LONGEST_RETRY_SECONDS: u64 = 15 * 60;

/// The members of an answer that holds a token, or which of the outcomes it is.
pub(super) fn accepted(
    host: &str,
    response: &Response,
    sent: &[Secret],
) -> Result<Map<String, Value>, TokenError> {
    let host = host.to_owned();
    let members = members(response).ok_or_else(|| TokenError::Malformed {
        host: host.clone(),
        why: ResponseFault::Duplicate,
    })?;
    // Some answer 200 with an error in the body (GitHub): the body decides (Q45).
    if let Some(error) = members
        .get("error")
        .and_then(Value::as_str)
        .filter(|error| !error.is_empty())
    {
        // An issuer that repeats what it was sent must not make us show it.
        let error = Some(error).filter(|error| !error_description::repeats(error, sent));
        return Err(refusal(
            host,
            error,
            ErrorDescription::beside_error(response, sent),
            response,
        ));
    }
    if response.is_robot_check() {
        return Err(unavailable(
            host,
            ErrorDescription::of(response, sent),
            response,
        ));
    }
    let holds_a_token = members
        .get("access_token")
        .is_some_and(|value| !value.is_null() && value.as_str() != Some(""));
    if response.is_success() && holds_a_token {
        return Ok(members);
    }
    Err(without_code(
        host,
        ErrorDescription::of(response, sent),
        response,
    ))
}

/// A refusal without an OAuth code.
fn without_code(host: String, said: Option<ErrorDescription>, response: &Response) -> TokenError {
    let status = response.status;
    let refused = |host, said| TokenError::Refused {
        host,
        status,
        error: ErrorCode::Status(status),
        said,
    };
    match status {
        // An object of the endpoint's own that says why there is no token is its answer, whatever its status.
        200..=299
            if error_description::is_error(response) || error_description::explains(response) =>
        {
            refused(host, said)
        }
        200..=299 => {
            let media_type = excerpt(&response.media_type());
            let why = ResponseFault::NoToken { media_type, said };
            TokenError::Malformed { host, why }
        }
        300..=399 => TokenError::Malformed {
            host,
            why: ResponseFault::Redirect,
        },
        408 | 425 | 429 | 500.. => unavailable(host, said, response),
        // A status alone ends nothing: only `invalid_grant` ends a grant (invariant 9).
        _ => refused(host, said),
    }
}

/// A refusal with an OAuth code; None: the code repeats a secret, so that nothing is read in it.
fn refusal(
    host: String,
    error: Option<&str>,
    said: Option<ErrorDescription>,
    response: &Response,
) -> TokenError {
    let code = error.map_or(ErrorCode::Withheld, |error| {
        ErrorCode::OAuth(excerpt(error))
    });
    let error = error.unwrap_or_default();
    match error {
        "authorization_pending" | "slow_down" if response.status < 500 => {
            let slower = error == "slow_down";
            TokenError::Pending {
                slower,
                told: Box::new(unavailable(host, said, response)),
            }
        }
        // Who cannot answer now has decided nothing, whatever word stands beside it (invariant 9).
        _ if matches!(response.status, 408 | 425 | 429 | 500..) => {
            unavailable(host, said, response)
        }
        "invalid_grant" | "invalid_code" => TokenError::InvalidGrant { host, said },
        // RFC 6749's two words, and those of GitHub and others for the same.
        _ if error.contains("client") => TokenError::InvalidClient { host, said },
        "temporarily_unavailable" | "server_error" => unavailable(host, said, response),
        _ => TokenError::Refused {
            host,
            status: response.status,
            error: code,
            said,
        },
    }
}

fn unavailable(host: String, said: Option<ErrorDescription>, response: &Response) -> TokenError {
    let retry_after = response
        .retry_after()
        .map(|seconds| seconds.min(LONGEST_RETRY_SECONDS));
    TokenError::Unavailable {
        host,
        why: Outage::Status(response.status),
        said,
        retry_after,
    }
}
