//! Dynamic client registration, and reading and deleting a registration (RFC 7591, RFC 7592).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq;
use url::form_urlencoded::byte_serialize;

use crate::challenge::bearer;
use crate::clients::{AuthMethod, Client, keys};
use crate::grant_types;
use crate::random::{now_seconds, opaque};
use crate::redirect::{ApplicationType, acceptable};
use crate::reply::{OAuthError, instead, json_reply, status, text_reply, with_header};
use crate::scopes::{Scopes, offered};
use crate::switches::{RegistrationScope, SecretUnasked, Switches};
use crate::world::World;

/// What a server takes that is strict about the members of a registration.
const PLAIN_MEMBERS: [&str; 7] = [
    "client_name",
    "redirect_uris",
    "grant_types",
    "response_types",
    "token_endpoint_auth_method",
    "application_type",
    "client_uri",
];

/// Enough for any test, and a bound on what a stranger on this machine can make the demo remember.
const MOST_CLIENTS: usize = 10_000;

pub(crate) async fn register(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let switches = world.switches();
    if !switches.registration {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(reply) = instead(&switches.registration_answers).await {
        return reply;
    }
    if switches.registration_forbidden {
        return text_reply(
            StatusCode::FORBIDDEN,
            "text/plain",
            "This application is not on the list of allowed clients.\n",
        );
    }
    if let Some(reply) = refused(&body, &switches) {
        return reply;
    }
    let client = match requested(&body, &switches) {
        Ok(client) => client,
        Err(error) => return error.into_response(),
    };
    let answer = answer(&world, &switches, &client);
    let mut memory = world.memory();
    if memory.clients.len() >= MOST_CLIENTS {
        return OAuthError::new("temporarily_unavailable", "too many clients")
            .with_status(StatusCode::TOO_MANY_REQUESTS)
            .into_response();
    }
    if !switches.registration_forgets {
        memory.clients.insert(client.id.clone(), client);
    }
    json_reply(status(switches.registration_status), &answer)
}

/// What the switches say of the redirect that is to be registered.
fn refused(body: &[u8], switches: &Switches) -> Option<Response> {
    let asked: Value = serde_json::from_slice(body).ok()?;
    let uri = asked["redirect_uris"][0].as_str().unwrap_or_default();
    let refusal = switches
        .registration_refusals
        .iter()
        .find(|refusal| uri.starts_with(&refusal.redirect))?;
    let media_type = if refusal.body.starts_with('{') {
        "application/json"
    } else {
        "text/plain"
    };
    let reply = text_reply(status(refusal.status), media_type, refusal.body.clone());
    Some(match &refusal.header {
        Some((name, value)) => {
            let name = name.parse().unwrap_or(header::WARNING);
            with_header(reply, name, value)
        }
        None => reply,
    })
}

/// RFC 7592 section 2.1.
pub(crate) async fn read(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match own(&world, &id, &headers) {
        Ok(client) => json_reply(StatusCode::OK, &answer(&world, &world.switches(), &client)),
        Err(reply) => *reply,
    }
}

/// RFC 7592 section 2.3: the client goes, and its grants with it.
pub(crate) async fn delete(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Some(number) = world.switches().deletion_status {
        return status(number).into_response();
    }
    match own(&world, &id, &headers) {
        Ok(client) => {
            let mut memory = world.memory();
            memory.clients.remove(&client.id);
            memory.grants.revoke_client(&client.id);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(reply) => *reply,
    }
}

fn own(world: &World, id: &str, headers: &HeaderMap) -> Result<Client, Box<Response>> {
    if !world.switches().client_management {
        return Err(Box::new(StatusCode::NOT_FOUND.into_response()));
    }
    let shown = bearer(headers).unwrap_or_default();
    let memory = world.memory();
    let own = memory.clients.get(id).filter(|client| {
        client
            .registration_access_token
            .as_ref()
            .is_some_and(|token| token.as_bytes().ct_eq(shown.as_bytes()).into())
    });
    // One answer for a wrong token and for an unknown client (RFC 7592 section 2.1).
    own.cloned().ok_or_else(|| {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
        Box::new((StatusCode::UNAUTHORIZED, challenge).into_response())
    })
}

fn requested(body: &[u8], switches: &Switches) -> Result<Client, OAuthError> {
    let metadata = |why: String| OAuthError::new("invalid_client_metadata", why);
    let redirect = |why: String| OAuthError::new("invalid_redirect_uri", why);
    let asked: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| metadata("the body is not a JSON object".into()))?;
    let text = |name: &str| {
        asked
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let texts = |name: &str| -> Option<Vec<String>> {
        asked
            .get(name)?
            .as_array()?
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect()
    };

    if switches.registration_refuses_unknown_members
        && let Some(unknown) = asked
            .keys()
            .find(|name| !PLAIN_MEMBERS.contains(&name.as_str()))
    {
        return Err(metadata(format!("{unknown} is not known here")));
    }
    let kind = match text("application_type").as_deref() {
        Some("native") => ApplicationType::Native,
        // OpenID Connect Dynamic Client Registration 1.0 section 2: web if it does not say.
        Some("web") | None => ApplicationType::Web,
        Some(other) => return Err(metadata(format!("application_type {other} is not known"))),
    };
    let programs_only = switches.machine.programs_only;
    let redirect_uris = texts("redirect_uris")
        .filter(|uris| !uris.is_empty())
        .or(programs_only.then(Vec::new))
        .ok_or_else(|| redirect("no redirect_uris".into()))?;
    if switches.registration_plain_callback
        && let Some(other) = redirect_uris.iter().find(|uri| !uri.ends_with("/callback"))
    {
        return Err(redirect(format!(
            "{other} is not a callback that is known here"
        )));
    }
    for uri in &redirect_uris {
        acceptable(uri, kind, switches).map_err(redirect)?;
    }
    let scheme = |uri: &String| uri.split(':').next().map(str::to_owned);
    if switches.registration_refuses_mixed_redirects
        && redirect_uris
            .windows(2)
            .any(|pair| scheme(&pair[0]) != scheme(&pair[1]))
    {
        return Err(redirect("redirect_uris mix schemes".into()));
    }
    let grant_types = texts("grant_types").unwrap_or_else(|| vec!["authorization_code".into()]);
    let mut offered = grant_types::offered(switches);
    // Whoever asks for it may have it, though it never comes.
    if !programs_only {
        offered.push("refresh_token");
    }
    if let Some(other) = grant_types
        .iter()
        .find(|grant| !offered.contains(&grant.as_str()))
    {
        return Err(metadata(format!(
            "the grant type {other} is not offered here"
        )));
    }
    if texts("response_types")
        .is_some_and(|types| types != ["code"] && !(programs_only && types.is_empty()))
    {
        return Err(metadata("response_types must be [\"code\"]".into()));
    }
    let scope = text("scope");
    if switches.registration_needs_scope && scope.is_none() {
        return Err(metadata("no scope".into()));
    }
    if let Some(scopes) = scope.as_deref().map(Scopes::parse) {
        if let Some(unknown) = scopes.unknown(switches.vocabulary) {
            return Err(metadata(format!("the scope {unknown} is not offered here")));
        }
        if switches.registration_refuses_offline_access && scopes.contains("offline_access") {
            return Err(metadata("offline_access cannot be registered".into()));
        }
    }
    // RFC 7591 section 2: Basic if it does not say.
    let method_name =
        text("token_endpoint_auth_method").unwrap_or_else(|| AuthMethod::Basic.name().into());
    let asked_method = AuthMethod::named(&method_name)
        .filter(|_| switches.token_auth_methods.contains(&method_name))
        .ok_or_else(|| {
            metadata(format!(
                "token_endpoint_auth_method {method_name} is not supported"
            ))
        })?;
    let keys = keys(&Value::Object(asked.clone()));
    if asked_method == AuthMethod::PrivateKeyJwt && keys.is_empty() {
        return Err(metadata("private_key_jwt needs jwks".into()));
    }
    let methods = match (asked_method, switches.secret_unasked) {
        (AuthMethod::None, SecretUnasked::Basic) => vec![AuthMethod::Basic],
        (AuthMethod::None, SecretUnasked::Post) => vec![AuthMethod::Post],
        (AuthMethod::None, SecretUnasked::MethodUnsaid | SecretUnasked::SaysNone) => {
            vec![AuthMethod::Basic, AuthMethod::Post]
        }
        (method, _) => vec![method],
    };
    let odd = switches.registration_gives_odd_values;
    let secret = methods
        .iter()
        .any(|method| method.needs_secret())
        .then(|| opaque(if odd { "s3cret!+/:&= " } else { "secret_" }));
    Ok(Client {
        id: opaque(if odd { "client!+ID/v1.2:" } else { "client_" }),
        name: text("client_name").unwrap_or_else(|| "An application without a name".into()),
        uri: text("client_uri"),
        software_id: text("software_id"),
        redirect_uris,
        grant_types,
        scope,
        kind,
        secret,
        keys,
        methods,
        registration_access_token: switches.client_management.then(|| opaque("registration_")),
        issued_at: now_seconds(),
    })
}

/// RFC 7591 section 3.2.1: all that was registered, whether or not it is what was asked.
fn answer(world: &World, switches: &Switches, client: &Client) -> Value {
    let mut answer = Map::new();
    let mut put = |name: &str, value: Value| answer.insert(name.to_owned(), value);
    if switches.registration_pads {
        // Written over by what there really is.
        for name in [
            "client_secret",
            "client_secret_expires_at",
            "client_uri",
            "jwks",
            "contacts",
        ] {
            put(name, Value::Null);
        }
        for name in ["logo_uri", "policy_uri", "scope", "jwks_uri"] {
            put(name, json!(""));
        }
    }
    put("client_id", json!(client.id));
    if switches.registration_gives_odd_values {
        put("client_id_issued_at", json!(client.issued_at.to_string()));
    } else {
        put("client_id_issued_at", json!(client.issued_at));
    }
    if let Some(secret) = &client.secret {
        put("client_secret", json!(secret));
        put(
            "client_secret_expires_at",
            json!(switches.secret_expires_at),
        );
    }
    put("client_name", json!(client.name));
    if let Some(uri) = &client.uri {
        put("client_uri", json!(uri));
    }
    if let Some(software_id) = &client.software_id {
        put("software_id", json!(software_id));
    }
    match &switches.registration_swaps_redirect {
        Some(other) => put("redirect_uris", json!([other])),
        None => put("redirect_uris", json!(client.redirect_uris)),
    };
    put("grant_types", json!(client.grant_types));
    put("response_types", json!(["code"]));
    put(
        "application_type",
        json!(if client.kind == ApplicationType::Native {
            "native"
        } else {
            "web"
        }),
    );
    match (&client.scope, switches.registration_scope) {
        (Some(scope), RegistrationScope::AsAsked) => put("scope", json!(scope)),
        (_, RegistrationScope::All) => {
            let all: Vec<&str> = offered(switches.vocabulary)
                .iter()
                .map(|(name, _)| *name)
                .collect();
            put("scope", json!(all.join(" ")))
        }
        _ => None,
    };
    let method = client
        .methods
        .first()
        .map_or("none", |method| method.name());
    match switches.secret_unasked {
        SecretUnasked::MethodUnsaid => None,
        SecretUnasked::SaysNone => put("token_endpoint_auth_method", json!("none")),
        SecretUnasked::No | SecretUnasked::Basic | SecretUnasked::Post => {
            put("token_endpoint_auth_method", json!(method))
        }
    };
    if let Some(token) = &client.registration_access_token {
        put("registration_access_token", json!(token));
        let id: String = byte_serialize(client.id.as_bytes()).collect();
        let own = || format!("{}/register/{id}", world.endpoints());
        put(
            "registration_client_uri",
            json!(switches.management_uri.clone().unwrap_or_else(own)),
        );
    }
    Value::Object(answer)
}
