//! A response whose content has come whole, and what its head says.

use super::body::Body;
use super::error::HttpError;
use ::http::header::{CONTENT_TYPE, RETRY_AFTER};
use ::http::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;

/// A response whose content has come whole. The client bounds how long it is.
#[derive(Clone)]
pub struct Response {
    /// RFC 9110 §15.
    pub status: u16,
    /// A name may stand there more than once, and compares without regard to case (RFC 9110 §5.1).
    pub headers: HeaderMap,
    /// RFC 9110 §6.4.
    pub body: Bytes,
}

impl Response {
    /// A response out of its parts. What is no header by its form is left out.
    ///
    /// ```
    /// use oauth::http::Response;
    ///
    /// let response = Response::new(503, &[("Retry-After", "3")], "");
    /// assert_eq!(response.retry_after(), Some(3));
    /// assert_eq!(response.header("retry-after"), Some("3"));
    /// ```
    pub fn new(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: header_map(headers),
            body: body.into(),
        }
    }

    /// Waits for the content. An event stream that is still coming may have no end, and is not read: that it began is all there is to know.
    pub async fn read(response: ::http::Response<Body>) -> Result<Self, HttpError> {
        let (parts, body) = response.into_parts();
        let head = Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: Bytes::new(),
        };
        if head.is_event_stream() && body.whole().is_none() {
            return Ok(head);
        }
        Ok(Self {
            body: body.collect().await?,
            ..head
        })
    }

    /// The first value of this name that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// All values of this name that are text, in the order received.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.values(name).collect()
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
    }

    /// RFC 9110 §15.3.
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

    /// A stream of server-sent events, as MCP servers may answer with (Streamable HTTP).
    pub fn is_event_stream(&self) -> bool {
        self.media_type() == "text/event-stream"
    }

    /// RFC 9110 §10.2.3 in seconds; a date is none of them.
    pub fn retry_after(&self) -> Option<u64> {
        self.header(RETRY_AFTER.as_str())?.trim().parse().ok()
    }

    /// Something before the server takes us for a robot: Cloudflare says so in a header of its own.
    pub fn is_robot_check(&self) -> bool {
        self.header("cf-mitigated").is_some()
    }

    /// The media type in lower case, without its parameters.
    pub fn media_type(&self) -> String {
        self.header(CONTENT_TYPE.as_str())
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }
}

/// Headers by name. What is none by its form is left out.
pub fn header_map(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .filter_map(|(name, value)| {
            let name = HeaderName::try_from(*name).ok()?;
            Some((name, HeaderValue::from_str(value).ok()?))
        })
        .collect()
}

/// The same as a response of the `http` crate, for whoever passes it on.
impl From<Response> for ::http::Response<Body> {
    fn from(response: Response) -> Self {
        let mut passed_on = Self::new(response.body.into());
        // A status that came over the wire is one; should it not be, the default of 200 would say more than it did.
        *passed_on.status_mut() = ::http::StatusCode::from_u16(response.status)
            .unwrap_or(::http::StatusCode::BAD_GATEWAY);
        *passed_on.headers_mut() = response.headers;
        passed_on
    }
}

/// Responses carry tokens in headers and bodies: what is printed leaves both out.
impl std::fmt::Debug for Response {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body::{Body as HttpBody, Frame};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    #[test]
    fn header_names_compare_as_http_says() {
        let response = Response::new(
            401,
            &[("WWW-Authenticate", "a"), ("www-authenticate", "b")],
            "",
        );
        assert_eq!(response.all("Www-Authenticate"), ["a", "b"]);
        assert_eq!(response.header("WWW-AUTHENTICATE"), Some("a"));
    }

    #[test]
    fn a_page_is_known_by_its_type_and_by_its_beginning() {
        for (kind, body, expected) in [
            ("text/html; charset=utf-8", "", true),
            ("text/plain", " <html>", true),
            ("", "<!doctype html>", true),
            ("application/json", "<html>", false),
            ("text/plain", "OK", false),
        ] {
            let response = Response::new(200, &[("content-type", kind)], body);
            assert_eq!(response.is_page(), expected, "{kind} {body}");
        }
    }

    /// A body that never ends.
    struct Endless;

    impl HttpBody for Endless {
        type Data = Bytes;
        type Error = HttpError;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn an_event_stream_is_not_waited_for() {
        let head = Response::new(200, &[("content-type", "text/event-stream")], "");
        let stream = ::http::Response::<Body>::from(head).map(|_| Body::stream(Endless));
        let read = Response::read(stream).await.expect("its head");
        assert!(read.is_event_stream() && read.body.is_empty());
    }
}
