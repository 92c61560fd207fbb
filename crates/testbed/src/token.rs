//! The token endpoint (RFC 6749 sections 4.1.3, 5 and 6; RFC 7636 section 4.6; RFC 8707 section 2.2).

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use crate::authorize::resource;
use crate::clients::{Client, authenticate};
use crate::grants::{AccessToken, Grant};
use crate::params::Params;
use crate::random::{now_ms, now_seconds, opaque};
use crate::reply::{OAuthError, cut, endless, json_reply, redirect_reply, status, text_reply, with_header};
use crate::scopes::Scopes;
use crate::switches::{AccessTokens, ExpiresIn, ScopeInAnswer, Switches, TokenAnswers};
use crate::users;
use crate::world::{Memory, World};

pub(crate) async fn token(State(world): State<Arc<World>>, headers: HeaderMap, body: Bytes) -> Response {
    let params = Params::parse(&body);
    let (switches, told) = told(&world, params.get("grant_type") == Some("refresh_token"));
    if let Some(reply) = before(&told).await {
        return reply;
    }
    let result = tokens(&world, &switches, &headers, &params);
    if switches.token_delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(switches.token_delay_ms)).await;
    }
    match (told, result) {
        (TokenAnswers::CutAfterCommit, _) => cut(),
        (TokenAnswers::ServerErrorAfterCommit, _) => server_error(),
        (TokenAnswers::WithoutAccessToken, Ok(_)) => {
            json_reply(StatusCode::OK, &json!({ "token_type": "Bearer", "expires_in": 300 }))
        }
        (_, Ok(answer)) => encoded(&switches, &answer),
        (_, Err(error)) => error.into_response(),
    }
}

/// The switches of this request, and how it is told to misbehave; each time counts.
fn told(world: &World, refresh: bool) -> (Switches, TokenAnswers) {
    let mut switches = world.switches_mut();
    let told = switches.refresh_answers.as_ref().filter(|_| refresh).unwrap_or(&switches.token_answers).clone();
    let told = match &mut switches.token_misbehaves_times {
        Some(0) => TokenAnswers::Proper,
        Some(times) if told != TokenAnswers::Proper => {
            *times -= 1;
            told
        }
        _ => told,
    };
    (switches.clone(), told)
}

/// The misbehaviours that come before anything is done.
async fn before(told: &TokenAnswers) -> Option<Response> {
    let wrong = |code: &str| OAuthError::new(code, "the testbed was told to answer so");
    Some(match told {
        TokenAnswers::Proper
        | TokenAnswers::CutAfterCommit
        | TokenAnswers::ServerErrorAfterCommit
        | TokenAnswers::WithoutAccessToken => {
            return None;
        }
        TokenAnswers::Html(number) => {
            text_reply(status(*number), "text/html; charset=utf-8", "<!doctype html><h1>Bad gateway</h1>")
        }
        TokenAnswers::ServerError => server_error(),
        TokenAnswers::Unavailable(seconds) => {
            let reply = wrong("temporarily_unavailable").with_status(StatusCode::SERVICE_UNAVAILABLE).into_response();
            with_header(reply, header::RETRY_AFTER, &seconds.to_string())
        }
        TokenAnswers::InvalidGrant(number) => wrong("invalid_grant").with_status(status(*number)).into_response(),
        TokenAnswers::Error(code) => wrong(code).into_response(),
        TokenAnswers::ErrorIn200 => wrong("invalid_grant").with_status(StatusCode::OK).into_response(),
        TokenAnswers::Empty400 => StatusCode::BAD_REQUEST.into_response(),
        TokenAnswers::Problem => {
            let body =
                json!({ "type": "about:blank", "title": "Bad Request", "status": 400, "detail": "the grant is not valid" });
            text_reply(StatusCode::BAD_REQUEST, "application/problem+json", body.to_string())
        }
        TokenAnswers::Never => std::future::pending().await,
        TokenAnswers::Cut => cut(),
        TokenAnswers::Redirect(to) => redirect_reply(StatusCode::TEMPORARY_REDIRECT, to),
        TokenAnswers::Endless => endless(),
    })
}

fn server_error() -> Response {
    OAuthError::new("server_error", "the testbed was told to fail").with_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

fn tokens(world: &World, switches: &Switches, headers: &HeaderMap, params: &Params) -> Result<Value, OAuthError> {
    if let Some(name) = params.repeated() {
        return Err(OAuthError::new("invalid_request", format!("{name} came twice")));
    }
    let mut memory = world.memory();
    let client = authenticate(&memory.clients, headers, params, switches)?;
    match params.get("grant_type") {
        Some("authorization_code") => with_code(world, switches, &mut memory, &client, params),
        Some("refresh_token") if switches.refresh_tokens => with_refresh_token(world, switches, &mut memory, &client, params),
        Some(_) => Err(OAuthError::new("unsupported_grant_type", "only authorization_code and refresh_token are supported")),
        None => Err(OAuthError::new("invalid_request", "no grant_type")),
    }
}

fn with_code(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    client: &Client,
    params: &Params,
) -> Result<Value, OAuthError> {
    let refused = |why: &str| OAuthError::new("invalid_grant", why);
    let code = params.get("code").ok_or_else(|| OAuthError::new("invalid_request", "no code"))?;
    let (known, grant) = memory.grants.code(code).ok_or_else(|| refused("this code was never issued"))?;
    // Before anything is spent: another client must not be able to use up a code.
    if grant.client != client.id {
        return Err(refused("this code was issued to another client"));
    }
    let (expected, redirect_uri, expires_ms) = (known.challenge.clone(), known.redirect_uri.clone(), known.expires_ms);
    let granted_for = grant.resource.clone();

    // A wrong verifier spends the code too: whoever sent it is not the client that asked.
    let id = memory.grants.spend_code(code)?;
    if now_ms() >= expires_ms {
        return Err(refused("this code has expired"));
    }
    if params.get("redirect_uri").is_some_and(|sent| sent != redirect_uri) {
        return Err(refused("redirect_uri is not the one of the authorization request"));
    }
    let verifier = params.get("code_verifier").ok_or_else(|| refused("PKCE is required: no code_verifier"))?;
    if !verifies(verifier, &expected) {
        return Err(refused("code_verifier does not fit the code_challenge"));
    }
    if resource(world, switches, params, false)? != granted_for {
        return Err(OAuthError::new("invalid_target", "resource is not the one of the authorization request"));
    }
    let grant = memory.grants.grant(&id).cloned().ok_or_else(|| refused("the grant is gone"))?;
    let refreshable = switches.refresh_tokens
        && client.may_refresh()
        && (!switches.refresh_needs_offline_access || grant.scopes.contains("offline_access"));
    let refresh_token = refreshable.then(|| memory.grants.add_refresh_token(&id));
    let scopes = match switches.scope_in_answer {
        ScopeInAnswer::Narrower => grant.scopes.without_the_last(),
        _ => grant.scopes.clone(),
    };
    Ok(answer(world, switches, memory, &Issue { id: &id, grant: &grant, scopes, refresh_token }))
}

fn with_refresh_token(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    client: &Client,
    params: &Params,
) -> Result<Value, OAuthError> {
    let refused = |why: &str| OAuthError::new("invalid_grant", why);
    let token = params.get("refresh_token").ok_or_else(|| OAuthError::new("invalid_request", "no refresh_token"))?;
    let (_, grant) = memory.grants.refresh_token(token).ok_or_else(|| refused("this refresh token is not known"))?;
    let grant = grant.clone();
    if grant.client != client.id {
        return Err(refused("this refresh token was issued to another client"));
    }
    if !client.may_refresh() {
        return Err(OAuthError::new("unauthorized_client", "the client did not register for refresh_token"));
    }
    let named = resource(world, switches, params, true)?;
    if named.is_some() && named != grant.resource {
        return Err(OAuthError::new("invalid_target", "resource is not the one that was granted"));
    }
    // RFC 6749 section 6: less is possible, more is not.
    let scopes = params.get("scope").map_or_else(|| grant.scopes.clone(), Scopes::parse);
    if !grant.scopes.covers(&scopes) {
        return Err(OAuthError::new("invalid_scope", "more than was granted"));
    }
    let (id, refresh_token) = memory.grants.refresh(token, switches, now_ms())?;
    let scopes = match switches.scope_in_answer {
        ScopeInAnswer::Narrower => scopes.without_the_last(),
        _ => scopes,
    };
    Ok(answer(world, switches, memory, &Issue { id: &id, grant: &grant, scopes, refresh_token }))
}

fn verifies(verifier: &str, challenge: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    // RFC 7636 section 4.1.
    if !(43..=128).contains(&verifier.len()) || !verifier.chars().all(allowed) {
        return false;
    }
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    hash.as_bytes().ct_eq(challenge.as_bytes()).into()
}

/// Everything that one token answer is made of.
struct Issue<'a> {
    id: &'a str,
    grant: &'a Grant,
    scopes: Scopes,
    refresh_token: Option<String>,
}

fn answer(world: &World, switches: &Switches, memory: &mut Memory, issue: &Issue<'_>) -> Value {
    let audience = switches.audience.clone().or_else(|| issue.grant.resource.clone());
    let access_token = match switches.access_tokens {
        AccessTokens::Opaque => opaque("access_"),
        AccessTokens::Jwt => world.key.sign("at+jwt", &access_claims(world, switches, issue, audience.as_deref())),
    };
    let record = AccessToken {
        grant: issue.id.to_owned(),
        scopes: issue.scopes.clone(),
        audience,
        expires_ms: now_ms().saturating_add(switches.access_token_seconds.saturating_mul(1000)),
        revoked: false,
    };
    memory.grants.add_access_token(access_token.clone(), record);

    let mut answer = Map::new();
    let mut put = |name: &str, value: Value| answer.insert(name.to_owned(), value);
    put("access_token", json!(access_token));
    if !switches.token_type.is_empty() {
        put("token_type", json!(switches.token_type));
    }
    match switches.expires_in {
        ExpiresIn::Number => put("expires_in", json!(switches.access_token_seconds)),
        ExpiresIn::String => put("expires_in", json!(switches.access_token_seconds.to_string())),
        ExpiresIn::Missing => None,
        ExpiresIn::Zero => put("expires_in", json!(0)),
        ExpiresIn::Negative => put("expires_in", json!(-1)),
    };
    match switches.scope_in_answer {
        ScopeInAnswer::Granted | ScopeInAnswer::Narrower => put("scope", json!(issue.scopes.to_string())),
        ScopeInAnswer::Missing => None,
        ScopeInAnswer::Wider => put("scope", json!(format!("{} notes:admin", issue.scopes))),
    };
    if let Some(token) = &issue.refresh_token {
        put("refresh_token", json!(token));
    }
    if issue.scopes.contains("openid") {
        put("id_token", json!(world.key.sign("JWT", &id_claims(world, issue))));
    }
    Value::Object(answer)
}

/// RFC 9068 section 2.2.
fn access_claims(world: &World, switches: &Switches, issue: &Issue<'_>, audience: Option<&str>) -> Value {
    let issuer = world.spoken_issuer();
    let now = now_seconds();
    json!({
        "iss": issuer,
        "sub": issue.grant.user,
        // Without a resource the token is for the authorization server itself.
        "aud": audience.unwrap_or(&issuer),
        "client_id": issue.grant.client,
        "scope": issue.scopes.to_string(),
        "iat": now,
        "exp": now.saturating_add(switches.access_token_seconds),
        "jti": opaque(""),
    })
}

/// OpenID Connect Core 1.0 section 2.
fn id_claims(world: &World, issue: &Issue<'_>) -> Value {
    let now = now_seconds();
    let mut claims = json!({
        "iss": world.spoken_issuer(),
        "sub": issue.grant.user,
        "aud": issue.grant.client,
        "iat": now,
        "exp": now.saturating_add(300),
        "auth_time": issue.grant.logged_in_at,
    });
    if let Some(nonce) = &issue.grant.nonce {
        claims["nonce"] = json!(nonce);
    }
    if let Some(user) = users::find(&issue.grant.user).filter(|_| issue.scopes.contains("profile")) {
        claims["name"] = json!(user.name);
        claims["preferred_username"] = json!(user.sub);
        claims["email"] = json!(user.email);
    }
    claims
}

fn encoded(switches: &Switches, answer: &Value) -> Response {
    if !switches.token_form_encoded {
        return json_reply(StatusCode::OK, answer);
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in answer.as_object().into_iter().flatten() {
        form.append_pair(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned).as_str());
    }
    text_reply(StatusCode::OK, "application/x-www-form-urlencoded", form.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_verifies() {
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(verifies(verifier, challenge));
        assert!(!verifies(&verifier.replace('d', "e"), challenge));
        assert!(!verifies("short", challenge));
        assert!(!verifies(challenge, challenge));
    }
}
