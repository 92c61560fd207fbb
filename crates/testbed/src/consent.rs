//! What the person decides: the login form, the consent form, and the answer that follows (RFC 6749 section 3.1, OpenID Connect Core 1.0 section 3.1.2).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;

use crate::authorization_response::{Target, approve, refuse};
use crate::clients::Client;
use crate::logins::{AuthorizationRequest, cookie_in, cookie_name, set_cookie};
use crate::pages;
use crate::params::Params;
use crate::random::now_seconds;
use crate::reply::{OAuthError, redirect_reply, with_header};
use crate::scopes::Scopes;
use crate::switches::Switches;
use crate::users::{self, User};
use crate::world::{Memory, World};

/// The browser that a request came from, known by its cookie.
pub(crate) struct Browser {
    pub(crate) cookie: String,
    name: String,
    is_new: bool,
}

impl Browser {
    /// The browser of this request, with a new cookie if it has none of ours.
    pub(crate) fn known(world: &World, memory: &mut Memory, headers: &HeaderMap) -> Self {
        let name = cookie_name(world.ports.authorization_server);
        match cookie_in(headers, &name).filter(|cookie| memory.logins.visit(cookie).is_some()) {
            Some(cookie) => Self {
                cookie,
                name,
                is_new: false,
            },
            None => Self {
                cookie: memory.logins.begin_visit(),
                name,
                is_new: true,
            },
        }
    }

    pub(crate) fn log_in(&mut self, memory: &mut Memory, user: &User, now: u64) {
        self.cookie = memory.logins.log_in(&self.cookie, user.sub, now);
        self.is_new = true;
    }

    /// Sends the cookie along, if the browser does not have it yet.
    pub(crate) fn remember(&self, reply: Response) -> Response {
        if self.is_new {
            with_header(
                reply,
                header::SET_COOKIE,
                &set_cookie(&self.name, &self.cookie),
            )
        } else {
            reply
        }
    }
}

/// The next thing that a waiting request needs: the login page, the consent page, or the redirect.
pub(crate) fn next(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    browser: &mut Browser,
    id: &str,
    redirect_status: StatusCode,
) -> Response {
    let Some(waiting) = memory.logins.waiting(id, &browser.cookie).cloned() else {
        return gone();
    };
    let Some(client) = memory.clients.get(&waiting.client).cloned() else {
        return gone();
    };
    let Some(visit) = memory.logins.visit(&browser.cookie).cloned() else {
        return gone();
    };
    let form = pages::Form {
        id,
        csrf: &visit.csrf,
        redirect_uri: &waiting.redirect_uri,
    };
    let Some(user) = visit
        .user
        .as_deref()
        .and_then(users::find)
        .filter(|_| !waiting.login_due)
    else {
        return pages::login(StatusCode::OK, &form, &client, None);
    };
    if !nothing_to_ask(memory, &client, &waiting) {
        let held = memory.logins.consented(user.sub, client.consent_key());
        return pages::consent(
            StatusCode::OK,
            &form,
            &pages::ConsentRequest {
                client: &client,
                user,
                waiting: &waiting,
                held: &held,
            },
            None,
        );
    }
    let answer = approve(
        world,
        switches,
        memory,
        &waiting,
        &waiting.scopes,
        user.sub,
        visit.logged_in_at,
    );
    memory.logins.answered(id);
    redirect_reply(redirect_status, &answer)
}

/// Whether the person is logged in and agreed to all of this before.
pub(crate) fn nothing_to_ask(
    memory: &Memory,
    client: &Client,
    waiting: &AuthorizationRequest,
) -> bool {
    let user = memory
        .logins
        .visit(&waiting.cookie)
        .and_then(|visit| visit.user.as_deref());
    let agreed = |user| {
        memory
            .logins
            .consented(user, client.consent_key())
            .covers(&waiting.scopes)
    };
    !waiting.login_due && !waiting.consent_due && user.is_some_and(agreed)
}

#[derive(Debug, Deserialize)]
pub(crate) struct ContinueQuery {
    #[serde(default)]
    request: String,
}

/// `GET /continue`: where the login form leads to, so that a reload does not send the password again.
pub(crate) async fn proceed(
    State(world): State<Arc<World>>,
    Query(query): Query<ContinueQuery>,
    headers: HeaderMap,
) -> Response {
    let switches = world.switches();
    let mut memory = world.memory();
    let mut browser = Browser::known(&world, &mut memory, &headers);
    let reply = next(
        &world,
        &switches,
        &mut memory,
        &mut browser,
        &query.request,
        StatusCode::FOUND,
    );
    browser.remember(reply)
}

/// `POST /login`.
pub(crate) async fn log_in(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::parse(&body);
    let mut memory = world.memory();
    let mut browser = Browser::known(&world, &mut memory, &headers);
    let Some(id) = own_form(&memory, &browser, &params) else {
        return foreign();
    };
    let Some(waiting) = memory.logins.waiting(id, &browser.cookie).cloned() else {
        return gone();
    };
    let Some(client) = memory.clients.get(&waiting.client).cloned() else {
        return gone();
    };
    let (name, password) = (
        params.get("username").unwrap_or_default(),
        params.get("password").unwrap_or_default(),
    );
    let Some(user) = users::log_in(name.trim(), password) else {
        let csrf = params.get("csrf").unwrap_or_default();
        let form = pages::Form {
            id,
            csrf,
            redirect_uri: &waiting.redirect_uri,
        };
        return pages::login(
            StatusCode::UNAUTHORIZED,
            &form,
            &client,
            Some("That user name and password do not match."),
        );
    };
    browser.log_in(&mut memory, user, now_seconds());
    if let Some(waiting) = memory.logins.waiting(id, &browser.cookie) {
        waiting.login_due = false;
    }
    browser.remember(redirect_reply(
        StatusCode::SEE_OTHER,
        &format!("/continue?request={id}"),
    ))
}

/// `POST /logout`: "use another account" on the consent page.
pub(crate) async fn log_out(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = Params::parse(&body);
    let mut memory = world.memory();
    let browser = Browser::known(&world, &mut memory, &headers);
    let Some(id) = own_form(&memory, &browser, &params) else {
        return foreign();
    };
    memory.logins.log_out(&browser.cookie);
    redirect_reply(StatusCode::SEE_OTHER, &format!("/continue?request={id}"))
}

/// `POST /consent`.
pub(crate) async fn decide(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let switches = world.switches();
    let params = Params::parse(&body);
    let mut memory = world.memory();
    let browser = Browser::known(&world, &mut memory, &headers);
    let Some(id) = own_form(&memory, &browser, &params) else {
        return foreign();
    };
    let Some(waiting) = memory.logins.waiting(id, &browser.cookie).cloned() else {
        return gone();
    };
    let Some(client) = memory.clients.get(&waiting.client).cloned() else {
        return gone();
    };
    let Some((user, logged_in_at)) = logged_in(&memory, &browser) else {
        return gone();
    };

    if params.get("decision") != Some("approve") {
        memory.logins.answered(id);
        let to = Target {
            redirect_uri: &waiting.redirect_uri,
            state: waiting.state.as_deref(),
        };
        let error = OAuthError::new("access_denied", "the person said no");
        return refuse(&world, &switches, &to, &error, StatusCode::SEE_OTHER);
    }
    // Only what was asked can be ticked, whatever the form says.
    let ticked: Scopes = waiting
        .scopes
        .iter()
        .filter(|scope| params.all("scope").any(|given| given == *scope))
        .collect();
    if ticked.is_empty() {
        return nothing_ticked(&params, id, &client, user, &waiting);
    }
    memory
        .logins
        .consent(user.sub, client.consent_key(), &ticked);
    let answer = approve(
        &world,
        &switches,
        &mut memory,
        &waiting,
        &ticked,
        user.sub,
        logged_in_at,
    );
    memory.logins.answered(id);
    redirect_reply(StatusCode::SEE_OTHER, &answer)
}

/// The consent page once more.
fn nothing_ticked(
    params: &Params,
    id: &str,
    client: &Client,
    user: &User,
    waiting: &AuthorizationRequest,
) -> Response {
    let form = pages::Form {
        id,
        csrf: params.get("csrf").unwrap_or_default(),
        redirect_uri: &waiting.redirect_uri,
    };
    let request = pages::ConsentRequest {
        client,
        user,
        waiting,
        held: &Scopes::default(),
    };
    pages::consent(
        StatusCode::BAD_REQUEST,
        &form,
        &request,
        Some("Tick at least one thing, or choose Deny."),
    )
}

/// The request that a form speaks of, if the form is ours and was shown in this browser.
fn own_form<'a>(memory: &Memory, browser: &Browser, params: &'a Params) -> Option<&'a str> {
    let matches = memory
        .logins
        .csrf_matches(&browser.cookie, params.get("csrf")?);
    params.get("request").filter(|_| matches)
}

fn logged_in(memory: &Memory, browser: &Browser) -> Option<(&'static User, u64)> {
    let visit = memory.logins.visit(&browser.cookie)?;
    Some((users::find(visit.user.as_deref()?)?, visit.logged_in_at))
}

fn gone() -> Response {
    pages::problem(
        StatusCode::BAD_REQUEST,
        "This login is over. Start it again from the application.",
    )
}

fn foreign() -> Response {
    pages::problem(
        StatusCode::FORBIDDEN,
        "This form was not shown in this browser. Start again from the application.",
    )
}
