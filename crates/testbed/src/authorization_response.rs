//! The answer of the authorization endpoint, by redirect (RFC 6749 section 4.1.2, RFC 9207).

use axum::http::StatusCode;
use axum::response::Response;

use crate::grants::Grant;
use crate::logins::AuthorizationRequest;
use crate::random::now_ms;
use crate::redirect;
use crate::reply::{OAuthError, redirect_reply};
use crate::scopes::Scopes;
use crate::switches::{AuthorizeAnswers, IssInResponse, Switches};
use crate::world::{Memory, World};

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
    waiting: &AuthorizationRequest,
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
