//! The answer of the token endpoint: access token, id token, and what is said of them (RFC 6749 section 5.1, RFC 9068, OpenID Connect Core 1.0 section 2).

use serde_json::{Map, Value, json};

use crate::grants::{AccessToken, Grant};
use crate::random::{now_ms, now_seconds, opaque};
use crate::scopes::Scopes;
use crate::switches::{AccessTokens, ExpiresIn, ScopeInAnswer, Switches};
use crate::users;
use crate::world::{Memory, World};

/// Everything that one token answer is made of.
pub(crate) struct Issue<'a> {
    pub(crate) id: &'a str,
    pub(crate) grant: &'a Grant,
    pub(crate) scopes: Scopes,
    pub(crate) refresh_token: Option<String>,
    /// The thumbprint of the key that the access token is bound to.
    pub(crate) key: Option<&'a str>,
}

pub(crate) fn answer(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    issue: &Issue<'_>,
) -> Value {
    let audience = switches
        .audience
        .clone()
        .or_else(|| issue.grant.resource.clone());
    let access_token = match switches.access_tokens {
        AccessTokens::Opaque => opaque("access_"),
        AccessTokens::Jwt => world.key.sign(
            "at+jwt",
            &access_claims(world, switches, issue, audience.as_deref()),
        ),
    };
    let record = AccessToken {
        grant: issue.id.to_owned(),
        scopes: issue.scopes.clone(),
        audience,
        key: issue.key.map(str::to_owned),
        expires_ms: now_ms().saturating_add(switches.access_token_seconds.saturating_mul(1000)),
        revoked: false,
    };
    memory.grants.add_access_token(access_token.clone(), record);

    let mut answer = Map::new();
    let mut put = |name: &str, value: Value| answer.insert(name.to_owned(), value);
    put("access_token", json!(access_token));
    match switches.token_type.as_str() {
        "" => None,
        "Bearer" if issue.key.is_some() => put("token_type", json!("DPoP")),
        kind => put("token_type", json!(kind)),
    };
    match switches.expires_in {
        ExpiresIn::Number => put("expires_in", json!(switches.access_token_seconds)),
        ExpiresIn::String => put(
            "expires_in",
            json!(switches.access_token_seconds.to_string()),
        ),
        ExpiresIn::Missing => None,
        ExpiresIn::Zero => put("expires_in", json!(0)),
        ExpiresIn::Negative => put("expires_in", json!(-1)),
    };
    match switches.scope_in_answer {
        ScopeInAnswer::Granted | ScopeInAnswer::Narrower => {
            put("scope", json!(issue.scopes.to_string()))
        }
        ScopeInAnswer::Missing => None,
        ScopeInAnswer::Wider => put("scope", json!(format!("{} notes:admin", issue.scopes))),
    };
    if let Some(token) = &issue.refresh_token {
        put("refresh_token", json!(token));
    }
    if issue.scopes.contains("openid") {
        put("id_token", json!(id_token(world, issue)));
    }
    Value::Object(answer)
}

/// RFC 9068 section 2.2.
fn access_claims(
    world: &World,
    switches: &Switches,
    issue: &Issue<'_>,
    audience: Option<&str>,
) -> Value {
    let issuer = world.spoken_issuer();
    let now = now_seconds();
    let mut claims = json!({
        "iss": issuer,
        "sub": issue.grant.user,
        // Without a resource the token is for the authorization server itself.
        "aud": audience.unwrap_or(&issuer),
        "client_id": issue.grant.client,
        "scope": issue.scopes.to_string(),
        "iat": now,
        "exp": now.saturating_add(switches.access_token_seconds),
        "jti": opaque(""),
    });
    if let Some(key) = issue.key {
        claims["cnf"] = json!({ "jkt": key });
    }
    claims
}

/// OpenID Connect Core 1.0 section 2.
pub(crate) fn id_token(world: &World, issue: &Issue<'_>) -> String {
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
    if let Some(user) = users::find(&issue.grant.user).filter(|_| issue.scopes.contains("profile"))
    {
        claims["name"] = json!(user.name);
        claims["preferred_username"] = json!(user.sub);
        claims["email"] = json!(user.email);
    }
    world.key.sign("JWT", &claims)
}
