//! The few shapes that answers have, the misbehaving ones too (RFC 6749 sections 5.1 and 5.2).

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

use crate::switches::Answer;

/// Marks a response that must not be sent: the connection is cut in its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut;

/// An OAuth error, on its way to JSON or to a redirect.
#[derive(Debug, Clone)]
pub(crate) struct OAuthError {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) description: String,
}

impl OAuthError {
    pub(crate) fn new(code: &str, description: impl Into<String>) -> Self {
        // RFC 6749 section 5.2: everything is 400, but for the client that could not prove who it is.
        let status = if code == "invalid_client" {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        };
        Self {
            status,
            code: code.to_owned(),
            description: description.into(),
        }
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.code, "error_description": self.description });
        let reply = json_reply(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            return with_header(reply, header::WWW_AUTHENTICATE, "Basic realm=\"testbed\"");
        }
        reply
    }
}

pub(crate) fn json_reply(status: StatusCode, body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body.to_string()).into_response()
}

pub(crate) fn text_reply(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response {
    (status, [(header::CONTENT_TYPE, content_type)], body.into()).into_response()
}

pub(crate) fn redirect_reply(status: StatusCode, to: &str) -> Response {
    match HeaderValue::try_from(to) {
        Ok(location) => (
            status,
            [
                (header::LOCATION, location),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
        )
            .into_response(),
        Err(_) => text_reply(
            StatusCode::INTERNAL_SERVER_ERROR,
            "text/plain",
            "this redirect is no header value",
        ),
    }
}

pub(crate) fn with_header(mut reply: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::try_from(value) {
        reply.headers_mut().append(name, value);
    }
    reply
}

pub(crate) fn cut() -> Response {
    let mut reply = StatusCode::OK.into_response();
    reply.extensions_mut().insert(Cut);
    reply
}

/// The number is what a test or the control endpoint typed, so it may be no status at all.
pub(crate) fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// 10 GB in pieces: whoever reads to the end has no cap.
pub(crate) fn endless() -> Response {
    const PIECE: &[u8] = &[b' '; 64 * 1024];
    const PIECES: usize = 10 * 1024 * 1024 * 1024 / PIECE.len();
    let pieces = stream::iter((0..PIECES).map(|_| Ok::<_, Infallible>(Bytes::from_static(PIECE))));
    text_reply(
        StatusCode::OK,
        "application/json",
        Body::from_stream(pieces),
    )
}

/// What the switch says in place of the document; nothing if the document should go out.
pub(crate) async fn instead(answer: &Answer) -> Option<Response> {
    Some(match answer {
        Answer::Proper => return None,
        Answer::Status(number) => text_reply(
            status(*number),
            "text/plain",
            "the testbed was told to answer so\n",
        ),
        Answer::Html => text_reply(
            StatusCode::OK,
            "text/html; charset=utf-8",
            "<!doctype html><title>Welcome</title><div id=root></div>",
        ),
        Answer::Garbage => text_reply(
            StatusCode::OK,
            "application/json",
            &b"{\"issuer\": \xff\xfe, ]"[..],
        ),
        Answer::Endless => endless(),
        Answer::Never => std::future::pending().await,
        Answer::Redirect(to) => redirect_reply(StatusCode::FOUND, to),
    })
}
