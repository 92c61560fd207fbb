//! What the person sees in the browser after a login: constant pages without a script (attack F10, RFC 9700 §4.2.4 on leaks).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Done,
    /// Not a login of ours, or one that is over.
    Unexpected,
    Refused,
    Locked,
    Failed,
}

struct Text {
    status: StatusCode,
    title: &'static str,
    body: &'static str,
}

impl Page {
    fn text(self) -> Text {
        let (status, title, body) = match self {
            Self::Done => (
                StatusCode::OK,
                "You are logged in",
                "<p>Go back to Gatelodge. You can close this page.</p>",
            ),
            Self::Unexpected => (
                StatusCode::BAD_REQUEST,
                "Gatelodge was not waiting for this",
                "<p>The login that this belongs to is over, or never began on this computer. Nothing was changed.</p>\
                 <p>If you were logging in, go back to Gatelodge and start again.</p>",
            ),
            Self::Refused => (
                StatusCode::FORBIDDEN,
                "Access was not given",
                "<p>The server did not allow the login, or you chose not to. Nothing was changed.</p>\
                 <p>Go back to Gatelodge: it says why, and lets you try again.</p>",
            ),
            Self::Locked => (
                StatusCode::LOCKED,
                "Gatelodge is locked",
                "<p>Unlock it, then reload this page. If it takes longer than a minute, log in again: nothing was changed.</p>",
            ),
            Self::Failed => (
                StatusCode::BAD_GATEWAY,
                "The login did not finish",
                "<p>Nothing was kept. Go back to Gatelodge: it says what went wrong and what to do.</p>",
            ),
        };
        Text {
            status,
            title,
            body,
        }
    }
}

pub(crate) fn show(page: Page) -> Response {
    let Text {
        status,
        title,
        body,
    } = page.text();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Gatelodge</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>{STYLE}</style></head><body>\
         <main><p class=\"house\">{LODGE}Gatelodge</p><h1>{title}</h1>{body}</main></body></html>"
    );
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        // The page that led here keeps no hold on this one.
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    (status, headers, html).into_response()
}

static STYLE: &str = include_str!("pages.css");
static LODGE: &str = "<svg viewBox=\"0 0 22 22\" aria-hidden=\"true\"><path fill=\"currentColor\" fill-rule=\"evenodd\" \
                      d=\"M11 1.2 21 10.8H18.5V20.5H13.6L12.7 15A3.5 3.5 0 1 0 9.3 15L8.4 20.5H3.5V10.8H1Z\"/></svg>";

/// This one style sheet, by its hash; no script, no image, no frame, nothing from anywhere.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

#[cfg(test)]
mod tests {
    use super::{POLICY, STYLE};

    #[test]
    fn f10_the_policy_names_the_style_by_its_hash() {
        let policy = POLICY.to_str().expect("ASCII");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains("</"));
    }
}
