//! Requests as this crate writes them.

use super::body::Body;
use super::error::{Cause, HttpError};
use crate::address_guard::Reach;
use crate::uri::{excerpt, secure_url};
use ::http::header::{ACCEPT, CONTENT_TYPE};
use ::http::{HeaderName, HeaderValue, Method, Request, Uri};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// The MCP authorization profile of 2025-03-26 asks for it with metadata; it is harmless elsewhere (D-13).
const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// A request without a header, to a URL that may be asked ([`secure_url`]), within `reach`.
pub fn request(
    method: Method,
    url: &str,
    body: Body,
    reach: Reach,
) -> Result<Request<Body>, HttpError> {
    let checked = secure_url(url).map_err(|error| unwritten(url, Cause::new(error)))?;
    let uri = Uri::try_from(checked.as_str()).map_err(|error| unwritten(url, Cause::new(error)))?;
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    request.extensions_mut().insert(reach);
    Ok(request)
}

/// A request for a document in JSON.
pub fn get(url: &str, reach: Reach) -> Result<Request<Body>, HttpError> {
    let request = request(Method::GET, url, Body::default(), reach)?;
    let request = with_header(request, ACCEPT, JSON)?;
    with_header(request, PROTOCOL_VERSION, crate::PROTOCOL_VERSION)
}

/// A request whose content is JSON.
pub fn post_json(
    url: &str,
    body: &serde_json::Value,
    reach: Reach,
) -> Result<Request<Body>, HttpError> {
    let request = request(Method::POST, url, body.to_string().into(), reach)?;
    with_header(with_header(request, ACCEPT, JSON)?, CONTENT_TYPE, JSON)
}

/// A request whose content is a form, as every endpoint of OAuth takes it (RFC 6749 appendix B).
pub fn post_form(url: &str, form: String, reach: Reach) -> Result<Request<Body>, HttpError> {
    let request = request(Method::POST, url, form.into(), reach)?;
    with_header(with_header(request, ACCEPT, JSON)?, CONTENT_TYPE, FORM)
}

/// The request with this header in the place of any of the same name. Its value is not printed: it may be a credential.
pub fn with_header(
    mut request: Request<Body>,
    name: HeaderName,
    value: &str,
) -> Result<Request<Body>, HttpError> {
    let mut value = HeaderValue::from_str(value)
        .map_err(|error| unwritten(&request.uri().to_string(), Cause::new(error)))?;
    value.set_sensitive(true);
    request.headers_mut().insert(name, value);
    Ok(request)
}

/// The same request once more; None where its body comes piece by piece.
pub fn copy_of(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().whole()?.clone().into());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy.extensions_mut().insert(reach_of(request));
    Some(copy)
}

/// Where the request may go. A request that nobody gave a reach goes to public addresses only.
pub fn reach_of(request: &Request<Body>) -> Reach {
    request
        .extensions()
        .get::<Reach>()
        .copied()
        .unwrap_or_default()
}

fn unwritten(url: &str, cause: Cause) -> HttpError {
    HttpError::Unreachable {
        host: excerpt(url),
        reason: cause.to_string(),
        cause: Some(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_compare_as_http_says() {
        let request = get("https://h.example/mcp", Reach::default()).expect("a request");
        let name = HeaderName::try_from("Accept").expect("a name");
        let request = with_header(request, name, "text/event-stream").expect("a value");
        let values: Vec<_> = request.headers().get_all("ACCEPT").iter().collect();
        assert_eq!(values, ["text/event-stream"]);
    }

    /// Requests carry tokens in headers and bodies.
    #[test]
    fn attack_x11_a_request_that_is_printed_shows_no_credentials() {
        let request = post_form(
            "https://as.example/t",
            "token=CANARY".into(),
            Reach::default(),
        );
        let request = with_header(
            request.expect("a request"),
            ::http::header::AUTHORIZATION,
            "Bearer CANARY",
        );
        let shown = format!("{request:?}");
        assert!(
            shown.contains("as.example") && !shown.contains("CANARY"),
            "{shown}"
        );
    }

    #[test]
    fn b07_no_request_is_written_to_what_may_not_be_asked() {
        for hostile in ["http://h.example/", "file:///etc/passwd", "https://u:p@h/"] {
            let outcome = get(hostile, Reach::default());
            assert!(
                matches!(outcome, Err(HttpError::Unreachable { .. })),
                "{hostile}"
            );
        }
        let written = get("https://H.example:443", Reach::default()).expect("a request");
        assert_eq!(written.uri().to_string(), "https://h.example/");
        assert_eq!(reach_of(&Request::new(Body::default())), Reach::default());
    }
}
