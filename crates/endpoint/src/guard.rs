//! What every request has to pass: it was meant for us, and no web page sent it (attacks L01, L02, L03, F06, F07).
//!
//! A browser tells on itself: by `Host` when a page's name was pointed at this machine (DNS rebinding), by `Origin` and
//! `Sec-Fetch-Site` when a page calls us outright. `Sec-Fetch-Mode` proves nothing, since Node's fetch sends it too.

use crate::context::Context;
use crate::paths::{TOKEN, is_callback};
use crate::peer::{Peer, Transport};
use crate::refusal::Refusal;
use axum::http::header::{HOST, ORIGIN, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri};
use messages::{Text, text};
use model::Code;

/// Whether the request keeps to the rules.
pub(crate) fn check<B>(context: &Context, peer: Peer, request: &Request<B>) -> Result<(), Refusal> {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    check_parts(method, uri, headers, peer.via, context.port())
}

/// A line of the activity log about a request that did not. Strangers' visits to other addresses are not worth one.
pub(crate) async fn record(context: &Context, uri: &Uri, refusal: &Refusal) {
    if uri.path() == TOKEN || is_callback(uri.path()) {
        let text = refusal.text.clone();
        context
            .broker
            .record_refusal(None, Code::AccessDenied, text)
            .await;
    }
}

/// The rules, in order.
fn check_parts(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    via: Transport,
    port: Option<u16>,
) -> Result<(), Refusal> {
    let callback = is_callback(uri.path());
    meant_for_us(uri, headers, via, port, callback)?;
    if headers.contains_key(ORIGIN) {
        return Err(forbidden(text::EndpointWebPage));
    }
    if method == Method::OPTIONS {
        return Err(forbidden(text::EndpointWebPageAsked));
    }
    // The browser's own way to the callback comes from the authorization server's page, so it is cross-site by nature.
    if headers.contains_key("sec-fetch-site") && !callback {
        return Err(forbidden(text::EndpointBrowser));
    }
    // But it is a page that is opened, not an image, frame or script of another page.
    if headers
        .get_all("sec-fetch-dest")
        .iter()
        .any(|what| what != "document")
        && callback
    {
        return Err(forbidden(text::EndpointBehindBack));
    }
    // RFC 9112 §6.1. hyper has refused what is not framed by it, and closes after a request that also has a length.
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    if codings.next().is_some_and(|coding| coding != "chunked") || codings.next().is_some() {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            Code::InvalidArgument,
            text::EndpointTransferCoding,
        )
        .closing());
    }
    Ok(())
}

/// RFC 9112 §3.2: one Host, and an authority in the request line says the same.
fn meant_for_us(
    uri: &Uri,
    headers: &HeaderMap,
    via: Transport,
    port: Option<u16>,
    callback: bool,
) -> Result<(), Refusal> {
    let misdirected = || {
        let hint = port.map_or_else(
            || text::EndpointAgentsOnly.into(),
            |port| {
                let address = crate::loopback::address(port);
                Text::from(text::EndpointUseAddress { address })
            },
        );
        let refusal = Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            "misdirected_request",
            Code::AccessDenied,
            text::EndpointOtherName,
        );
        refusal.hinting(hint).closing()
    };
    let mut hosts = headers.get_all(HOST).iter();
    let (host, second) = (hosts.next(), hosts.next());
    if second.is_some() {
        return Err(misdirected());
    }
    if via == Transport::Socket {
        // No page and no name leads to a socket's file.
        return Ok(());
    }
    let Some(port) = port else {
        return Err(misdirected());
    };
    // The redirects that are registered with issuers, and no other.
    let names: &[&str] = if callback {
        &["127.0.0.1", "localhost"]
    } else {
        &["127.0.0.1", "localhost", "[::1]"]
    };
    let ours = |authority: &[u8]| {
        names
            .iter()
            .any(|name| format!("{name}:{port}").as_bytes() == authority)
    };
    let host = host.is_some_and(|host| ours(host.as_bytes()));
    let line = uri
        .authority()
        .is_none_or(|authority| ours(authority.as_str().as_bytes()));
    if host && line {
        Ok(())
    } else {
        Err(misdirected())
    }
}

fn forbidden(what: impl Into<Text>) -> Refusal {
    let refusal = Refusal::new(
        StatusCode::FORBIDDEN,
        "access_denied",
        Code::AccessDenied,
        what,
    );
    refusal.hinting(text::EndpointAgentsOnly).closing()
}
