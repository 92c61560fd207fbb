//! The authorization endpoint: checks the request before anybody sees a page (RFC 6749 section 4.1.1, RFC 7636, RFC 8707, RFC 9207).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::authorization_response::{Target, approve, refuse};
use crate::client_document;
use crate::clients::Client;
use crate::consent::{self, Browser};
use crate::logins::AuthorizationRequest;
use crate::pages;
use crate::params::Params;
use crate::random::now_seconds;
use crate::redirect;
use crate::reply::{OAuthError, redirect_reply, status};
use crate::resource_parameter::resource;
use crate::scopes::{self, Scopes};
use crate::switches::{AuthorizeAnswers, Switches};
use crate::world::{Memory, World};

pub(crate) async fn authorize(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let switches = world.switches();
    match &switches.authorize_answers {
        AuthorizeAnswers::Never => return std::future::pending().await,
        AuthorizeAnswers::Page(number) => {
            return pages::problem(status(*number), "The testbed was told to answer so.");
        }
        _ => {}
    }
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let mut memory = world.memory();

    // Until client and redirect are known to belong together, an answer goes to the person, never to the redirect
    // (RFC 6749 section 4.1.2.1).
    let (client, redirect_uri) = match client_and_redirect(&mut memory, &params, &switches) {
        Ok(both) => both,
        Err(why) => return pages::problem(StatusCode::BAD_REQUEST, &why),
    };
    if switches.authorize_refuses_private_use && redirect::is_private_use(&redirect_uri) {
        return pages::problem(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong.");
    }
    let to = Target {
        redirect_uri: &redirect_uri,
        state: params.get("state"),
    };
    if let AuthorizeAnswers::Error(code) = &switches.authorize_answers {
        let error = OAuthError::new(code, "the testbed was told to answer so");
        return refuse(&world, &switches, &to, &error, StatusCode::FOUND);
    }
    let waiting = match checked(&world, &switches, &client, &params) {
        Ok(waiting) => AuthorizationRequest {
            redirect_uri: redirect_uri.clone(),
            ..waiting
        },
        Err(error) => return refuse(&world, &switches, &to, &error, StatusCode::FOUND),
    };

    if let Some(user) = switches.auto_approve.as_deref() {
        return approve_as(user, &world, &switches, &mut memory, &waiting);
    }
    ask_person(
        &world,
        &switches,
        &mut memory,
        &headers,
        &params,
        &client,
        waiting,
    )
}

/// Nobody is asked: this person agrees to everything.
fn approve_as(
    user: &str,
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    waiting: &AuthorizationRequest,
) -> Response {
    let scopes = &waiting.scopes;
    let answer = approve(
        world,
        switches,
        memory,
        waiting,
        scopes,
        user,
        now_seconds(),
    );
    redirect_reply(StatusCode::FOUND, &answer)
}

/// What the person's browser is shown, unless there is nothing to ask.
fn ask_person(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    headers: &HeaderMap,
    params: &Params,
    client: &Client,
    mut waiting: AuthorizationRequest,
) -> Response {
    let mut browser = Browser::known(world, memory, headers);
    waiting.cookie.clone_from(&browser.cookie);
    if params.get("prompt") == Some("none") && !consent::nothing_to_ask(memory, client, &waiting) {
        let error = OAuthError::new(
            "login_required",
            "prompt is none, and somebody would have to answer a page",
        );
        let redirect_uri = waiting.redirect_uri.clone();
        let to = Target {
            redirect_uri: &redirect_uri,
            state: params.get("state"),
        };
        return browser.remember(refuse(world, switches, &to, &error, StatusCode::FOUND));
    }
    let id = memory.logins.wait(waiting);
    let reply = consent::next(
        world,
        switches,
        memory,
        &mut browser,
        &id,
        StatusCode::FOUND,
    );
    browser.remember(reply)
}

fn client_and_redirect(
    memory: &mut Memory,
    params: &Params,
    switches: &Switches,
) -> Result<(Client, String), String> {
    if let Some(name @ ("client_id" | "redirect_uri")) = params.repeated() {
        return Err(format!("The request has {name} twice."));
    }
    let id = params
        .get("client_id")
        .ok_or("The request does not say which application it is from.")?;
    let client = match memory.clients.get(id) {
        Some(client) => client.clone(),
        None => client_document::client(memory, id, switches).ok_or(
            "This authorization server does not know the application, or has forgotten it.",
        )?,
    };
    let asked = params
        .get("redirect_uri")
        .ok_or("The request does not say where the answer should go.")?;
    if !client.may_redirect_to(asked, switches) {
        return Err(
            "The application asks to send the answer to a place that it did not register.".into(),
        );
    }
    Ok((client, asked.to_owned()))
}

fn checked(
    world: &World,
    switches: &Switches,
    client: &Client,
    params: &Params,
) -> Result<AuthorizationRequest, OAuthError> {
    let invalid = |why: String| OAuthError::new("invalid_request", why);
    // RFC 8707 section 2 allows `resource` more than once; we have one resource only.
    if let Some(name) = params.repeated() {
        return Err(invalid(format!("{name} came twice")));
    }
    match params.get("response_type") {
        Some("code") => {}
        Some(_) => {
            return Err(OAuthError::new(
                "unsupported_response_type",
                "only code is supported",
            ));
        }
        None => return Err(invalid("no response_type".into())),
    }
    let challenge = code_challenge(params)?;
    let prompts: Vec<&str> = params
        .get("prompt")
        .unwrap_or_default()
        .split(' ')
        .collect();
    if switches.refuses_prompt_consent && prompts.contains(&"consent") {
        return Err(OAuthError::new(
            "access_denied",
            "AADSTS90094: an administrator must consent",
        ));
    }
    let scopes = asked_scopes(switches, client, params, &prompts)?;
    Ok(AuthorizationRequest {
        cookie: String::new(),
        client: client.id.clone(),
        redirect_uri: String::new(),
        state: params.get("state").map(str::to_owned),
        code_challenge: challenge.to_owned(),
        scopes,
        resource: resource(world, switches, params, false)?,
        nonce: params.get("nonce").map(str::to_owned),
        key: params
            .get("dpop_jkt")
            .filter(|_| switches.dpop.on())
            .map(str::to_owned),
        spoilt: switches.omitted_scope_spoils_code && params.get("scope").is_none(),
        login_due: prompts
            .iter()
            .any(|prompt| matches!(*prompt, "login" | "select_account")),
        consent_due: prompts.contains(&"consent"),
    })
}

/// The scopes that a request asks for, as far as they are offered.
fn asked_scopes(
    switches: &Switches,
    client: &Client,
    params: &Params,
    prompts: &[&str],
) -> Result<Scopes, OAuthError> {
    let default = client
        .scope
        .as_deref()
        .unwrap_or_else(|| scopes::needed(switches.vocabulary, false));
    let scopes = Scopes::parse(params.get("scope").unwrap_or(default));
    let registered = client
        .scope
        .as_deref()
        .filter(|_| switches.clients_keep_their_scope)
        .map(Scopes::parse);
    if let Some(more) = registered.and_then(|own| {
        scopes
            .iter()
            .find(|scope| !own.contains(scope))
            .map(str::to_owned)
    }) {
        return Err(OAuthError::new(
            "invalid_scope",
            format!("{more} is not registered for this client"),
        ));
    }
    if let Some(unknown) = scopes.unknown(switches.vocabulary).or_else(|| {
        scopes
            .iter()
            .find(|scope| switches.refused_scopes.iter().any(|no| no == scope))
    }) {
        return Err(OAuthError::new(
            "invalid_scope",
            format!("{unknown} is not offered here"),
        ));
    }
    if switches.offline_needs_consent && !prompts.contains(&"consent") {
        let online: Vec<&str> = scopes
            .iter()
            .filter(|scope| *scope != "offline_access")
            .collect();
        return Ok(Scopes::parse(&online.join(" ")));
    }
    Ok(scopes)
}

/// RFC 7636 section 4.3.
fn code_challenge(params: &Params) -> Result<&str, OAuthError> {
    let invalid = |why: &str| OAuthError::new("invalid_request", why);
    let challenge = params
        .get("code_challenge")
        .ok_or_else(|| invalid("PKCE is required: no code_challenge"))?;
    if params.get("code_challenge_method") != Some("S256") {
        return Err(invalid("code_challenge_method must be S256"));
    }
    if URL_SAFE_NO_PAD.decode(challenge).map(|hash| hash.len()) != Ok(32) {
        return Err(invalid(
            "code_challenge is not the base64url of a SHA-256 hash",
        ));
    }
    Ok(challenge)
}
