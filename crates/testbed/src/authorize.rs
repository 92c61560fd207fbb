//! The authorization endpoint: checks the request before anybody sees a page (RFC 6749 section 4.1.1, RFC 7636, RFC 8707, RFC 9207).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::client_document;
use crate::clients::Client;
use crate::consent::{self, Browser};
use crate::grants::Grant;
use crate::logins::Waiting;
use crate::pages;
use crate::params::Params;
use crate::protected_resource;
use crate::random::{now_ms, now_seconds};
use crate::redirect;
use crate::reply::{OAuthError, redirect_reply, status};
use crate::scopes::{self, Scopes};
use crate::switches::{AuthorizeAnswers, IssInResponse, ResourceParameter, Switches};
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
    let mut waiting = match checked(&world, &switches, &client, &params) {
        Ok(waiting) => Waiting {
            redirect_uri: redirect_uri.clone(),
            ..waiting
        },
        Err(error) => return refuse(&world, &switches, &to, &error, StatusCode::FOUND),
    };

    if let Some(user) = switches.auto_approve.as_deref() {
        let answer = approve(
            &world,
            &switches,
            &mut memory,
            &waiting,
            &waiting.scopes,
            user,
            now_seconds(),
        );
        return redirect_reply(StatusCode::FOUND, &answer);
    }
    let mut browser = Browser::known(&world, &mut memory, &headers);
    waiting.cookie.clone_from(&browser.cookie);
    if params.get("prompt") == Some("none") && !consent::nothing_to_ask(&memory, &client, &waiting)
    {
        let error = OAuthError::new(
            "login_required",
            "prompt is none, and somebody would have to answer a page",
        );
        return browser.remember(refuse(&world, &switches, &to, &error, StatusCode::FOUND));
    }
    let id = memory.logins.wait(waiting);
    let reply = consent::next(
        &world,
        &switches,
        &mut memory,
        &mut browser,
        &id,
        StatusCode::FOUND,
    );
    browser.remember(reply)
}

/// Where an answer goes, and what goes back with it.
pub(crate) struct Target<'a> {
    pub(crate) redirect_uri: &'a str,
    pub(crate) state: Option<&'a str>,
}

/// Makes the grant and gives the redirect that tells the client.
pub(crate) fn approve(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    waiting: &Waiting,
    scopes: &Scopes,
    user: &str,
    logged_in_at: u64,
) -> String {
    let grant = Grant {
        nonce: waiting.nonce.clone(),
        logged_in_at,
        key: waiting.key.clone(),
        ..Grant::new(
            &waiting.client,
            user,
            scopes.clone(),
            waiting.resource.clone(),
        )
    };
    if switches.one_grant_a_person {
        memory.grants.revoke_of(&waiting.client, user);
    }
    let lives = if waiting.spoilt {
        0
    } else {
        switches.code_seconds.saturating_mul(1000)
    };
    let expires_ms = now_ms().saturating_add(lives);
    let code = memory.grants.agree(
        grant,
        waiting.redirect_uri.clone(),
        waiting.code_challenge.clone(),
        expires_ms,
    );
    let to = Target {
        redirect_uri: &waiting.redirect_uri,
        state: waiting.state.as_deref(),
    };
    answer(world, switches, &to, &[("code", &code)], false)
}

/// Tells the client that it gets nothing, and why.
pub(crate) fn refuse(
    world: &World,
    switches: &Switches,
    to: &Target<'_>,
    error: &OAuthError,
    status: StatusCode,
) -> Response {
    let pairs = [
        ("error", error.code.as_str()),
        ("error_description", error.description.as_str()),
    ];
    redirect_reply(status, &answer(world, switches, to, &pairs, true))
}

fn answer(
    world: &World,
    switches: &Switches,
    to: &Target<'_>,
    pairs: &[(&str, &str)],
    is_error: bool,
) -> String {
    let mut pairs = pairs.to_vec();
    match (&switches.authorize_answers, to.state) {
        (AuthorizeAnswers::NoState, _) | (_, None) => {}
        (AuthorizeAnswers::WrongState, Some(_)) => {
            pairs.push(("state", "the-state-of-somebody-else"));
        }
        (_, Some(state)) => pairs.push(("state", state)),
    }
    let issuer = world.spoken_issuer();
    let slashed = format!("{issuer}/");
    // RFC 9207 section 2: in error responses as well.
    match &switches.iss {
        IssInResponse::Right | IssInResponse::SentThoughNotAdvertised => {
            pairs.push(("iss", &issuer));
        }
        IssInResponse::OmittedInErrors if !is_error => pairs.push(("iss", &issuer)),
        IssInResponse::Wrong(other) => pairs.push(("iss", other)),
        IssInResponse::TrailingSlash => pairs.push(("iss", &slashed)),
        IssInResponse::OmittedInErrors
        | IssInResponse::OmittedThoughAdvertised
        | IssInResponse::NotAdvertised => {}
    }
    redirect::with_answer(to.redirect_uri, &pairs)
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
) -> Result<Waiting, OAuthError> {
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
    let challenge = params
        .get("code_challenge")
        .ok_or_else(|| invalid("PKCE is required: no code_challenge".into()))?;
    if params.get("code_challenge_method") != Some("S256") {
        return Err(invalid("code_challenge_method must be S256".into()));
    }
    if URL_SAFE_NO_PAD.decode(challenge).map(|hash| hash.len()) != Ok(32) {
        return Err(invalid(
            "code_challenge is not the base64url of a SHA-256 hash".into(),
        ));
    }
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
    let scopes = if switches.offline_needs_consent && !prompts.contains(&"consent") {
        Scopes::parse(
            &scopes
                .iter()
                .filter(|scope| *scope != "offline_access")
                .collect::<Vec<_>>()
                .join(" "),
        )
    } else {
        scopes
    };
    Ok(Waiting {
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

/// The resource that a request names (RFC 8707 section 2.1); nothing if the switch says that nobody reads it.
pub(crate) fn resource(
    world: &World,
    switches: &Switches,
    params: &Params,
    refresh: bool,
) -> Result<Option<String>, OAuthError> {
    let invalid = |why: String| Err(OAuthError::new("invalid_target", why));
    let at_token = params.get("grant_type").is_some();
    match (switches.resource_parameter, params.get("resource")) {
        (ResourceParameter::RefusedAtToken, Some(named)) if at_token => {
            invalid(format!("{named} is not registered here"))
        }
        (ResourceParameter::MustMatchScopes, Some(named))
            if !scopes::within(params.get("scope").unwrap_or_default(), named) =>
        {
            invalid(
                "AADSTS9010010: The resource parameter doesn't match with the requested scopes."
                    .into(),
            )
        }
        (
            ResourceParameter::Ignored
            | ResourceParameter::RefusedAtToken
            | ResourceParameter::MustMatchScopes,
            _,
        )
        | (ResourceParameter::Refused, None) => Ok(None),
        (ResourceParameter::RefusedAtRefresh, None) if refresh => Ok(None),
        (ResourceParameter::Refused, Some(_)) => {
            invalid("the resource parameter is not supported".into())
        }
        (ResourceParameter::RefusedAtRefresh, Some(_)) if refresh => {
            invalid("no resource parameter at a refresh".into())
        }
        (ResourceParameter::Checked | ResourceParameter::RefusedAtRefresh, None) => {
            invalid("no resource parameter".into())
        }
        (ResourceParameter::Checked | ResourceParameter::RefusedAtRefresh, Some(named)) => {
            if protected_resource::is_ours(world, switches, named) {
                Ok(Some(named.to_owned()))
            } else {
                invalid(format!(
                    "{named} is no resource of this authorization server"
                ))
            }
        }
    }
}
