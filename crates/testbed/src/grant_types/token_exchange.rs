//! Token exchange at an identity provider: its word for one person at another authorization server (RFC 8693, the Identity
//! Assertion JWT Authorization Grant, SEP-990).

use serde_json::{Value, json};
use url::Url;

use super::request::TokenRequest;
use crate::jwt::signed_by;
use crate::random::{now_seconds, opaque};
use crate::reply::OAuthError;
use crate::world::Memory;

pub(crate) const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
pub(crate) const ID_JAG_TYPE: &str = "oauth-id-jag+jwt";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

const LIFE_SECONDS: u64 = 300;

pub(crate) fn tokens(request: &TokenRequest<'_>, memory: &Memory) -> Result<Value, OAuthError> {
    let TokenRequest {
        switches,
        params,
        client,
        ..
    } = *request;
    let invalid = |why: String| OAuthError::new("invalid_request", why);
    let needed = |name: &str| {
        params
            .get(name)
            .ok_or_else(|| invalid(format!("no {name}")))
    };
    if client.is_public() {
        return Err(OAuthError::new(
            "unauthorized_client",
            "a client that proves nothing gets nothing",
        ));
    }
    if needed("requested_token_type")? != ID_JAG {
        return Err(invalid(format!("requested_token_type is not {ID_JAG}")));
    }
    let user = match (needed("subject_token_type")?, needed("subject_token")?) {
        (ID_TOKEN, token) => told_by_id_token(request, token),
        (REFRESH_TOKEN, token) => told_by_refresh_token(request, memory, token),
        (other, _) => Err(format!("subject_token_type {other} is not supported")),
    };
    // RFC 8693 section 2.2.2: `invalid_request` for any subject token that is not good.
    let user = user.map_err(invalid)?;
    let audience = needed("audience")?;
    let known = switches
        .enterprise
        .audiences
        .as_ref()
        .is_none_or(|all| all.iter().any(|known| known == audience));
    if !known || Url::parse(audience).is_err() {
        return Err(OAuthError::new(
            "invalid_target",
            format!("{audience} is no authorization server that we vouch to"),
        ));
    }
    if let Some(error) = &switches.enterprise.exchange_refused {
        return Err(OAuthError::new(error, "the policy of this company says no"));
    }

    Ok(answer(request, &user, audience))
}

/// An assertion for this person, and the answer that it comes in.
fn answer(request: &TokenRequest<'_>, user: &str, audience: &str) -> Value {
    let TokenRequest {
        world,
        switches,
        params,
        client,
        ..
    } = *request;
    let now = now_seconds();
    let mut claims = json!({
        "iss": world.spoken_issuer(),
        "sub": user,
        "aud": audience,
        "client_id": switches.enterprise.client_there.as_ref().unwrap_or(&client.id),
        "jti": opaque(""),
        "iat": now,
        "exp": now.saturating_add(LIFE_SECONDS),
    });
    for name in ["resource", "scope"] {
        if let Some(value) = params.get(name) {
            claims[name] = json!(value);
        }
    }
    let (kind, issued) = if switches.enterprise.exchange_gives_access_token {
        ("at+jwt", ACCESS_TOKEN)
    } else {
        (ID_JAG_TYPE, ID_JAG)
    };
    let mut answer = json!({
        "issued_token_type": issued,
        "access_token": world.key.sign(kind, &claims),
        // RFC 8693 section 2.2.1: it opens no resource.
        "token_type": "N_A",
        "expires_in": LIFE_SECONDS,
    });
    if let Some(scope) = params.get("scope") {
        answer["scope"] = json!(scope);
    }
    answer
}

/// The person of an id token of ours, issued to this client and still good.
fn told_by_id_token(request: &TokenRequest<'_>, token: &str) -> Result<String, String> {
    let jwt = signed_by(token, &[request.world.key.jwk()])
        .map_err(|why| format!("subject_token: {why}"))?;
    let claims = jwt.claims;
    // Everything else that we sign has a type of its own.
    if jwt.header["typ"] != "JWT" || claims["iss"] != request.world.spoken_issuer() {
        return Err("subject_token is no id token of this provider".into());
    }
    if claims["aud"] != request.client.id.as_str() {
        return Err("subject_token was issued to another client".into());
    }
    if claims["exp"]
        .as_u64()
        .is_none_or(|ends| ends <= now_seconds())
    {
        return Err("subject_token is over".into());
    }
    claims["sub"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| "subject_token names nobody".into())
}

fn told_by_refresh_token(
    request: &TokenRequest<'_>,
    memory: &Memory,
    token: &str,
) -> Result<String, String> {
    let grant = memory
        .grants
        .refresh_token(token)
        .map(|(_, grant)| grant)
        .filter(|grant| !grant.revoked);
    let own = grant.filter(|grant| grant.client == request.client.id);
    own.map(|grant| grant.user.clone())
        .ok_or_else(|| "subject_token is no refresh token of this client".into())
}
