//! The pages that a person sees at the authorization server. No script; everything that a client said is escaped (RFC 9700 section 4.16 on framing).

use std::fmt::Write;
use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use url::Url;

use crate::clients::Client;
use crate::logins::AuthorizationRequest;
use crate::redirect::{csp_source, is_private_use};
use crate::scopes::{self, Scopes};
use crate::users::{USERS, User};

/// What every form carries back.
pub(crate) struct Form<'a> {
    pub(crate) id: &'a str,
    pub(crate) csrf: &'a str,
    /// Where the answer will go: browsers must be told that the form may end there.
    pub(crate) redirect_uri: &'a str,
}

/// What the consent page is about.
pub(crate) struct ConsentRequest<'a> {
    pub(crate) client: &'a Client,
    pub(crate) user: &'a User,
    pub(crate) waiting: &'a AuthorizationRequest,
    pub(crate) held: &'a Scopes,
}

pub(crate) fn login(
    status: StatusCode,
    form: &Form<'_>,
    client: &Client,
    alert: Option<&str>,
) -> Response {
    let mut accounts = String::new();
    for user in &USERS {
        let _ = write!(
            accounts,
            "<tr><th scope=\"row\">{}</th><td><code>{}</code></td><td><code>{}</code></td></tr>",
            user.name, user.sub, user.password
        );
    }
    let body = format!(
        "<h1>Sign in</h1>\
         <p class=\"soft\">to go on to <strong>{client}</strong></p>\
         {alert}\
         <form method=\"post\" action=\"/login\">{hidden}\
         <label class=\"field\">User name<input name=\"username\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required autofocus></label>\
         <label class=\"field\">Password<input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>\
         <button class=\"main wide\" type=\"submit\">Sign in</button></form>\
         <section class=\"demo\" aria-label=\"Demo accounts\"><p>This is a demo on your own machine. Sign in as:</p>\
         <table><thead><tr><td></td><th scope=\"col\">User name</th><th scope=\"col\">Password</th></tr></thead><tbody>{accounts}</tbody></table></section>",
        client = escape(&client.name),
        alert = alert_box(alert),
        hidden = hidden(form),
    );
    page(status, "Sign in", &body, Some(form.redirect_uri))
}

pub(crate) fn consent(
    status: StatusCode,
    form: &Form<'_>,
    request: &ConsentRequest<'_>,
    alert: Option<&str>,
) -> Response {
    let mut boxes = String::new();
    for scope in request.waiting.scopes.iter() {
        let words = scopes::words(scope);
        let before = if request.held.contains(scope) {
            " · agreed before"
        } else {
            ""
        };
        let _ = write!(
            boxes,
            "<label class=\"scope\"><input type=\"checkbox\" name=\"scope\" value=\"{scope}\" checked>\
             <span>{words}<code>{scope}{before}</code></span></label>",
            scope = escape(scope),
            words = escape(words),
        );
    }
    let site = request
        .client
        .uri
        .as_deref()
        .map(|uri| format!("<p class=\"soft\">{}</p>", escape(uri)))
        .unwrap_or_default();
    let body = format!(
        "<h1>{client} asks for access</h1>{site}\
         <div class=\"person\"><span class=\"face\" aria-hidden=\"true\">{initial}</span>\
         <span>{name}<br><small>{email}</small></span>\
         <form method=\"post\" action=\"/logout\">{hidden}<button class=\"plain\" type=\"submit\">Not you?</button></form></div>\
         {alert}\
         <form method=\"post\" action=\"/consent\">{hidden}\
         <fieldset><legend>It may</legend>{boxes}</fieldset>\
         <div class=\"row\"><button class=\"main\" type=\"submit\" name=\"decision\" value=\"approve\">Approve</button>\
         <button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button></div></form>\
         <p class=\"where\">Either way you go back to {place}.</p>",
        client = escape(&request.client.name),
        initial = request.user.name.chars().next().unwrap_or('?'),
        name = request.user.name,
        email = request.user.email,
        alert = alert_box(alert),
        hidden = hidden(form),
        place = place(form.redirect_uri),
    );
    page(status, "Approve access", &body, Some(form.redirect_uri))
}

/// A page that ends here: nothing is sent to any redirect.
pub(crate) fn problem(status: StatusCode, why: &str) -> Response {
    let body = format!(
        "<h1>This did not work</h1><p role=\"alert\">{}</p><p class=\"soft\">You can close this page.</p>",
        escape(why)
    );
    page(status, "Problem", &body, None)
}

/// What is at `/`, for somebody who looks around.
pub(crate) async fn home() -> Response {
    let body = "<h1>Testbed</h1><p>This is the demo authorization server. It runs on your own machine, guards a few notes, \
                and forgets everything when it stops.</p><p class=\"soft\">Begin in the application: it brings you here to sign in.</p>";
    page(StatusCode::OK, "Testbed", body, None)
}

static STYLE: &str = include_str!("pages.css");

/// The policy allows this one style sheet by its hash, and nothing else at all.
static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| STANDARD.encode(Sha256::digest(STYLE.as_bytes())));

pub(crate) fn page(
    status: StatusCode,
    title: &str,
    body: &str,
    leads_to: Option<&str>,
) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Testbed</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head><body><main>\
         <p class=\"house\"><svg viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\" stroke-linecap=\"round\" \
         stroke-linejoin=\"round\" aria-hidden=\"true\"><path d=\"M4 20V9l8-5 8 5v11\"/><path d=\"M9 20v-6a3 3 0 0 1 6 0v6\"/><path d=\"M2 20h20\"/></svg>\
         Testbed accounts</p>{body}</main></body></html>"
    );
    // Chromium applies form-action to the redirect that follows a form, so the client's redirect must be in it.
    let form_action = leads_to.map_or_else(
        || "'none'".into(),
        |uri| format!("'self' {}", csp_source(uri)),
    );
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'",
        *STYLE_HASH
    );
    let policy =
        HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    ];
    (status, headers, html).into_response()
}

fn hidden(form: &Form<'_>) -> String {
    format!(
        "<input type=\"hidden\" name=\"request\" value=\"{}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">",
        escape(form.id),
        escape(form.csrf)
    )
}

pub(crate) fn alert_box(alert: Option<&str>) -> String {
    alert
        .map(|text| format!("<p class=\"alert\" role=\"alert\">{}</p>", escape(text)))
        .unwrap_or_default()
}

/// Where the redirect leads, in words: a name can be claimed by anybody, an address says more.
fn place(redirect_uri: &str) -> String {
    match Url::parse(redirect_uri) {
        Ok(url) if is_private_use(redirect_uri) => format!(
            "the app <code>{}</code> on this machine",
            escape(url.scheme())
        ),
        Ok(url) => format!(
            "<code>{}</code>",
            escape(&url.origin().ascii_serialization())
        ),
        Err(_) => "the application".into(),
    }
}

pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Marks that turn the reading direction could make one name look like another.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_name_cannot_write_html_or_turn_text_around() {
        assert_eq!(
            escape("<b onclick='x'>\"&\u{202e}"),
            "&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;"
        );
    }

    #[test]
    fn the_place_is_an_address_and_not_a_name() {
        assert_eq!(
            place("http://127.0.0.1:4283/callback"),
            "<code>http://127.0.0.1:4283</code>"
        );
        assert_eq!(
            place("app.gatelodge.desktop:/oauth/callback"),
            "the app <code>app.gatelodge.desktop</code> on this machine"
        );
    }
}
