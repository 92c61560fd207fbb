//! Where a person types the code of a device and decides (RFC 8628 section 3.3).

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use crate::consent::Browser;
use crate::devices::{Decision, Device};
use crate::pages::{alert_box, escape, page, problem};
use crate::params::Params;
use crate::random::{now_ms, now_seconds};
use crate::scopes::words;
use crate::users;
use crate::world::{Memory, World};

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    user_code: String,
}

/// `GET /device`: asks for the code, and with a code asks for the decision. A code in the address decides nothing: whoever
/// was sent a link must compare the code with what the device shows (RFC 8628 section 5.4).
pub(crate) async fn show(
    State(world): State<Arc<World>>,
    Query(typed): Query<Typed>,
    headers: HeaderMap,
) -> Response {
    let mut memory = world.memory();
    let browser = Browser::known(&world, &mut memory, &headers);
    let reply = match memory.devices.typed(&typed.user_code, now_ms()).cloned() {
        Some(device) => decision(&memory, &browser, &device, StatusCode::OK, None),
        None if typed.user_code.is_empty() => question(None),
        None => question(Some(
            "No device waits with this code. Check it, or begin again on the device.",
        )),
    };
    browser.remember(reply)
}

/// `POST /device`: signs in if nobody is, and decides.
pub(crate) async fn decide(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::parse(&body);
    let mut memory = world.memory();
    let mut browser = Browser::known(&world, &mut memory, &headers);
    if !params
        .get("csrf")
        .is_some_and(|csrf| memory.logins.csrf_matches(&browser.cookie, csrf))
    {
        return problem(
            StatusCode::FORBIDDEN,
            "This form was not shown in this browser. Start again from the device.",
        );
    }
    let typed = params.get("user_code").unwrap_or_default();
    let Some(device) = memory.devices.typed(typed, now_ms()).cloned() else {
        return question(Some(
            "No device waits with this code. Check it, or begin again on the device.",
        ));
    };
    if params.get("decision") != Some("approve") {
        return done(&mut memory, &device, Decision::Denied);
    }
    let visit = memory.logins.visit(&browser.cookie).cloned();
    if let Some((user, logged_in_at)) =
        visit.and_then(|visit| Some((visit.user?, visit.logged_in_at)))
    {
        return done(
            &mut memory,
            &device,
            Decision::Approved { user, logged_in_at },
        );
    }
    let (name, password) = (
        params.get("username").unwrap_or_default(),
        params.get("password").unwrap_or_default(),
    );
    let Some(user) = users::log_in(name.trim(), password) else {
        let alert = Some("That user name and password do not match.");
        return decision(&memory, &browser, &device, StatusCode::UNAUTHORIZED, alert);
    };
    let now = now_seconds();
    browser.log_in(&mut memory, user, now);
    let reply = done(
        &mut memory,
        &device,
        Decision::Approved {
            user: user.sub.to_owned(),
            logged_in_at: now,
        },
    );
    browser.remember(reply)
}

/// The form ends on this server; no redirect follows it.
const STAYS_HERE: Option<&str> = Some("");

fn question(alert: Option<&str>) -> Response {
    let body = format!(
        "<h1>Connect a device</h1>{alert}\
         <form method=\"get\" action=\"/device\">\
         <label class=\"field\">The code that the device shows\
         <input name=\"user_code\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" required autofocus></label>\
         <button class=\"main wide\" type=\"submit\">Continue</button></form>",
        alert = alert_box(alert),
    );
    let status = if alert.is_some() {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::OK
    };
    page(status, "Connect a device", &body, STAYS_HERE)
}

fn decision(
    memory: &Memory,
    browser: &Browser,
    device: &Device,
    status: StatusCode,
    alert: Option<&str>,
) -> Response {
    let visit = memory.logins.visit(&browser.cookie);
    let person = match visit.and_then(|visit| visit.user.as_deref()).and_then(users::find) {
        Some(user) => format!("<p>You are {} ({}).</p>", user.name, user.email),
        None => "<label class=\"field\">User name<input name=\"username\" autocomplete=\"username\"></label>\
                 <label class=\"field\">Password<input name=\"password\" type=\"password\" autocomplete=\"current-password\"></label>"
            .to_owned(),
    };
    let mut scopes = String::new();
    for scope in device.scopes.iter() {
        let _ = write!(
            scopes,
            "<li>{} <code>{}</code></li>",
            escape(words(scope)),
            escape(scope)
        );
    }
    let client = memory
        .clients
        .get(&device.client)
        .map_or("An application", |client| client.name.as_str());
    let body = format!(
        "<h1>{client} asks for access</h1>\
         <p>Go on only if the device in front of you shows <strong><code>{code}</code></strong>. \
         If somebody sent you this code, choose Deny.</p>{alert}<ul>{scopes}</ul>\
         <form method=\"post\" action=\"/device\"><input type=\"hidden\" name=\"csrf\" value=\"{csrf}\">\
         <input type=\"hidden\" name=\"user_code\" value=\"{code}\">{person}\
         <div class=\"row\"><button class=\"main\" type=\"submit\" name=\"decision\" value=\"approve\">Approve</button>\
         <button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button></div></form>",
        client = escape(client),
        code = escape(&device.user_code),
        alert = alert_box(alert),
        csrf = visit.map_or("", |visit| &visit.csrf),
    );
    page(status, "Connect a device", &body, STAYS_HERE)
}

fn done(memory: &mut Memory, device: &Device, decision: Decision) -> Response {
    let words = if decision == Decision::Denied {
        "The device gets no access."
    } else {
        "The device has access now."
    };
    if let Some(waiting) = memory.devices.typed(&device.user_code, now_ms()) {
        waiting.decision = Some(decision);
    }
    let body = format!("<h1>Done</h1><p>{words}</p><p class=\"soft\">You can close this page.</p>");
    page(StatusCode::OK, "Done", &body, None)
}
