//! The only effect this crate has: sending one request (seam `Http`). The broker implements it.

use crate::concession::{Concession, Reach};
use std::future::Future;

/// Sends one request and brings back what came. Follows no redirect, retries nothing.
pub trait Http: Sync {
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, HttpError>> + Send;
}

#[derive(Clone)]
pub struct Request {
    pub method: Method,
    /// Already checked by [`crate::uri::secure_url`].
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Which addresses the name may resolve to.
    pub reach: Reach,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

/// What came back. The body is complete, and short: the client caps it at [`MAX_BODY`].
#[derive(Clone)]
pub struct Response {
    pub status: u16,
    /// Names in lower case, in the order received; a name may occur more than once.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// No honest metadata or token answer is longer (PROTOCOL.md 2.3).
pub const MAX_BODY: usize = 256 * 1024;

/// No answer. Which kind decides whether it may be tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    #[error("no answer from {host} within {seconds} s")]
    Timeout { host: String, seconds: u64 },
    #[error("{host} sent more than {} KiB", MAX_BODY / 1024)]
    TooLarge { host: String },
    #[error(
        "{host} is at {address}, an address inside this machine or network where its caller may not send us"
    )]
    Blocked { host: String, address: String },
    #[error("{host} is at {address}, an address of this machine, where its caller may not send us")]
    OwnAddress { host: String, address: String },
    #[error("{host} is not known to the name service")]
    UnknownHost { host: String },
    #[error("the TLS certificate of {host} is not valid: {reason}")]
    Tls { host: String, reason: String },
    #[error("{host} cannot be reached: {reason}")]
    Unreachable { host: String, reason: String },
    #[error("the connection to {host} broke before the answer was complete")]
    Cut { host: String },
}

impl HttpError {
    /// What a person may allow where that would let the request through; nobody may allow a cloud's own secrets.
    pub fn concession(&self) -> Option<Concession> {
        match self {
            Self::Blocked { address, .. } => {
                let helps = address
                    .parse()
                    .is_ok_and(|address| Reach::default().could_allow(address));
                helps.then_some(Concession::PrivateNetwork)
            }
            _ => None,
        }
    }
}

impl Request {
    pub fn get(url: impl Into<String>, reach: Reach) -> Self {
        let headers = vec![
            ("accept".to_owned(), "application/json".to_owned()),
            // D-13: asked for by 2025-03-26, harmless elsewhere.
            (
                "mcp-protocol-version".to_owned(),
                crate::PROTOCOL_VERSION.to_owned(),
            ),
        ];
        Self {
            method: Method::Get,
            url: url.into(),
            headers,
            body: Vec::new(),
            reach,
        }
    }

    pub fn post_json(url: impl Into<String>, body: &serde_json::Value, reach: Reach) -> Self {
        let headers = vec![
            ("accept".to_owned(), "application/json".to_owned()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ];
        Self {
            method: Method::Post,
            url: url.into(),
            headers,
            body: body.to_string().into_bytes(),
            reach,
        }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A page for browsers, by its media type or by what it begins with.
    pub fn is_page(&self) -> bool {
        let kind = self.media_type();
        kind == "text/html"
            || kind == "application/xhtml+xml"
            || (kind != "application/json" && self.body.trim_ascii_start().starts_with(b"<"))
    }

    /// RFC 9110 §10.2.3 in seconds; a date is none of them.
    pub fn retry_after(&self) -> Option<u64> {
        self.header("retry-after")?.trim().parse().ok()
    }

    /// Something before the server takes us for a robot: Cloudflare says so in a header of its own.
    pub fn is_robot_check(&self) -> bool {
        self.header("cf-mitigated").is_some()
    }

    /// The media type in lower case, without its parameters.
    pub fn media_type(&self) -> String {
        self.header("content-type")
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }
}

/// Requests and responses carry tokens in headers and bodies: what is printed leaves both out.
impl std::fmt::Debug for Request {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        })
    }
}
