//! What the person sees in the browser after a login: pages of constant messages, without a script (attack F10, RFC 9700 §4.2.4 on leaks).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use messages::{Language, Text, text};
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

/// What a page says.
struct Content {
    status: StatusCode,
    title: Text,
    paragraphs: Vec<Text>,
}

impl Page {
    fn content(self) -> Content {
        let (status, title, paragraphs): (_, Text, Vec<Text>) = match self {
            Self::Done => (
                StatusCode::OK,
                text::PageDoneTitle.into(),
                vec![text::PageDone.into()],
            ),
            Self::Unexpected => (
                StatusCode::BAD_REQUEST,
                text::PageUnexpectedTitle.into(),
                vec![text::PageUnexpected.into(), text::PageUnexpectedNext.into()],
            ),
            Self::Refused => (
                StatusCode::FORBIDDEN,
                text::PageRefusedTitle.into(),
                vec![text::PageRefused.into(), text::PageRefusedNext.into()],
            ),
            Self::Locked => (
                StatusCode::LOCKED,
                text::PageLockedTitle.into(),
                vec![text::PageLocked.into()],
            ),
            Self::Failed => (
                StatusCode::BAD_GATEWAY,
                text::PageFailedTitle.into(),
                vec![text::PageFailed.into()],
            ),
        };
        Content {
            status,
            title,
            paragraphs,
        }
    }
}

pub(crate) fn show(page: Page) -> Response {
    let content = page.content();
    let (status, html) = (
        content.status,
        html(&content, &messages::spoken(), Text::told_on_page),
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

/// The page in this language; `told` makes its sentences.
fn html(content: &Content, language: &Language, told: impl Fn(&Text) -> String) -> String {
    let tag = language.tag();
    let direction = if language.is_right_to_left() {
        "rtl"
    } else {
        "ltr"
    };
    let title = text::PageTitle {
        title: &content.title,
    };
    let (window, heading) = (
        escaped(&told(&title.into())),
        escaped(&told(&content.title)),
    );
    let paragraphs = content.paragraphs.iter();
    let body = paragraphs.fold(String::new(), |body, paragraph| {
        body + "<p>" + &escaped(&told(paragraph)) + "</p>"
    });
    format!(
        "<!doctype html><html lang=\"{tag}\" dir=\"{direction}\"><head><meta charset=\"utf-8\"><title>{window}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>{STYLE}</style></head><body>\
         <main><p class=\"house\">{LODGE}Gatelodge</p><h1>{heading}</h1>{body}</main></body></html>"
    )
}

/// A translator's words are text, and never a part of the page.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            char => html.push(char),
        }
    }
    html
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
    use super::{POLICY, Page, STYLE, escaped, html};
    use messages::{Language, Place, Renderer};

    const PAGES: [Page; 5] = [
        Page::Done,
        Page::Unexpected,
        Page::Refused,
        Page::Locked,
        Page::Failed,
    ];

    fn shown(page: Page, tag: &str) -> String {
        let language = Language::of_tag(tag).expect("a language of ours");
        let renderer = Renderer::new(language.clone(), Place::Window);
        html(&page.content(), &language, |text| renderer.render(text))
    }

    #[test]
    fn a_page_names_its_language_and_its_direction() {
        for page in PAGES {
            let english = shown(page, "en");
            assert!(
                english.starts_with("<!doctype html><html lang=\"en\" dir=\"ltr\">"),
                "{english}"
            );
            let other = shown(page, "en-XA");
            assert!(
                other.starts_with("<!doctype html><html lang=\"en-XA\" dir=\"rtl\">"),
                "{other}"
            );
            let heading = |html: &str| {
                let (_, rest) = html.split_once("<h1>").expect("a heading");
                rest.split_once("</h1>").expect("its end").0.to_owned()
            };
            assert_ne!(heading(&english), heading(&other));
        }
    }

    #[test]
    fn words_are_never_markup() {
        assert_eq!(
            escaped("<b title=\"x\">R&D's"),
            "&lt;b title=&quot;x&quot;&gt;R&amp;D&#39;s"
        );
    }

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
