//! Our client id at one issuer and how we got it: dynamic registration (RFC 7591), and its end (RFC 7592).

use crate::concession::Reach;
use crate::http::{Http, HttpError, Method, Request, Response};
use crate::metadata::AuthorizationServer;
use crate::redirect::Redirect;
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::{Issuer, excerpt, same_origin, secure_url};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The name that people read on consent pages.
pub const CLIENT_NAME: &str = "Gatelodge";

/// A client id that is ours at one issuer, for one redirect (R-19, Q26: one redirect per registration).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    pub id: String,
    pub issuer: Issuer,
    pub redirect: Redirect,
    pub kind: RegistrationKind,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub auth_method: AuthMethod,
    /// None: never, or not said.
    pub secret_expires_at: Option<Timestamp>,
    /// RFC 7592: where the registration can be deleted, and the token for it.
    pub management: Option<Management>,
    pub registered_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Management {
    pub uri: String,
    pub access_token: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationKind {
    PreRegistered,
    MetadataDocument,
    Dynamic,
}

/// How a client proves itself at an endpoint (RFC 6749 §2.3, RFC 7591 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    None,
    ClientSecretBasic,
    ClientSecretPost,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    #[error("{issuer} does not let programs register themselves, and no client id is known for it")]
    NotOffered { issuer: Issuer },
    /// The issuer does not take this redirect: the other one is tried.
    #[error("{host} does not accept the redirect {redirect}{}", said(description.as_deref()))]
    RedirectRefused { host: String, redirect: String, description: Option<String> },
    #[error("{host} refused the registration with status {status}{}", said(description.as_deref()))]
    Refused { host: String, status: u16, description: Option<String> },
    #[error("{host} answered the registration with something else than RFC 7591 asks for: {why}")]
    Malformed { host: String, why: String },
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// RFC 7591 §3.2.1. A member that is empty or null counts as absent (Q24).
#[derive(Deserialize)]
struct Registered {
    client_id: String,
    client_secret: Option<String>,
    token_endpoint_auth_method: Option<String>,
    client_secret_expires_at: Option<Value>,
    redirect_uris: Option<Vec<String>>,
    registration_client_uri: Option<String>,
    registration_access_token: Option<String>,
}

/// Registers a client for one redirect. The full request first; a server that refuses unknown members or
/// scopes is asked once more with the least there is (Q27).
pub async fn register(
    http: &impl Http,
    server: &AuthorizationServer,
    redirect: Redirect,
    scopes: &Scopes,
    id: String,
    reach: Reach,
    now: Timestamp,
) -> Result<Registration, RegistrationError> {
    let endpoint =
        server.registration_endpoint.as_ref().ok_or_else(|| RegistrationError::NotOffered { issuer: server.issuer.clone() })?;
    let full = body(server, redirect, Some(scopes));
    match accept(endpoint, &http.send(Request::post_json(endpoint, &full, reach)).await?, server, redirect, &id, now) {
        Err(RegistrationError::Refused { status: 400 | 422, .. }) => {
            let least = body(server, redirect, None);
            accept(endpoint, &http.send(Request::post_json(endpoint, &least, reach)).await?, server, redirect, &id, now)
        }
        outcome => outcome,
    }
}

/// RFC 7592 §2.3. `Ok(status)` is what the issuer answered; 204 is the promised one.
pub async fn delete(http: &impl Http, management: &Management, reach: Reach) -> Result<u16, HttpError> {
    let request = Request { method: Method::Delete, ..Request::get(&management.uri, reach) }
        .header("authorization", &format!("Bearer {}", management.access_token.expose()));
    http.send(request).await.map(|response| response.status)
}

/// The request body (R-13 … ). `scopes` of None asks for the least there is.
fn body(server: &AuthorizationServer, redirect: Redirect, scopes: Option<&Scopes>) -> Value {
    let mut body = json!({
        "client_name": CLIENT_NAME,
        "application_type": "native",
        "redirect_uris": [redirect.uri()],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": preferred_method(server),
    });
    if let Some(scopes) = scopes {
        body["software_id"] = "app.gatelodge.desktop".into();
        body["software_version"] = env!("CARGO_PKG_VERSION").into();
        if !scopes.is_empty() {
            body["scope"] = scopes.to_string().into();
        }
    }
    body
}

/// A desktop program cannot keep a secret from its user, so `none` comes first (RFC 8252 §8.4).
fn preferred_method(server: &AuthorizationServer) -> &'static str {
    let Some(methods) = &server.token_endpoint_auth_methods else {
        return "none";
    };
    ["none", "client_secret_basic", "client_secret_post"]
        .into_iter()
        .find(|method| methods.iter().any(|known| known == method))
        .unwrap_or("none")
}

fn accept(
    endpoint: &str,
    response: &Response,
    server: &AuthorizationServer,
    redirect: Redirect,
    id: &str,
    now: Timestamp,
) -> Result<Registration, RegistrationError> {
    let host = AuthorizationServer::host_of(endpoint);
    if !matches!(response.status, 200 | 201) {
        return Err(refused(host, response, redirect));
    }
    let malformed = |why: &str| RegistrationError::Malformed { host: host.clone(), why: why.to_owned() };
    let registered: Registered =
        serde_json::from_slice(&response.body).map_err(|_| malformed("no JSON object with a client_id"))?;
    if registered.client_id.is_empty() || registered.client_id.len() > 2048 || registered.client_id.chars().any(char::is_control)
    {
        return Err(malformed("the client_id is empty, too long, or holds control characters"));
    }
    if registered.redirect_uris.as_ref().is_some_and(|uris| !uris.is_empty() && !uris.contains(&redirect.uri())) {
        return Err(malformed("it registered other redirects than the one asked for"));
    }
    let client_secret = registered.client_secret.filter(|secret| !secret.is_empty()).map(Secret::new);
    let auth_method = match (registered.token_endpoint_auth_method.as_deref(), &client_secret) {
        (Some("client_secret_post"), Some(_)) => AuthMethod::ClientSecretPost,
        // A secret without a method, or beside `none`, is used: RFC 7591's default is Basic (Q23).
        (_, Some(_)) if offers_only_post(server) => AuthMethod::ClientSecretPost,
        (_, Some(_)) => AuthMethod::ClientSecretBasic,
        (Some("client_secret_basic" | "client_secret_post"), None) => {
            return Err(malformed("it wants a client secret and gave none"));
        }
        (_, None) => AuthMethod::None,
    };
    let management = registered
        .registration_client_uri
        .zip(registered.registration_access_token.filter(|token| !token.is_empty()))
        .filter(|(uri, _)| is_beside(uri, endpoint))
        .map(|(uri, token)| Management { uri, access_token: Secret::new(token) });
    Ok(Registration {
        id: id.to_owned(),
        issuer: server.issuer.clone(),
        redirect,
        kind: RegistrationKind::Dynamic,
        client_id: registered.client_id,
        auth_method,
        secret_expires_at: client_secret.as_ref().and(registered.client_secret_expires_at).and_then(|value| moment(&value)),
        client_secret,
        management,
        registered_at: now,
    })
}

fn refused(host: String, response: &Response, redirect: Redirect) -> RegistrationError {
    let error: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let text = |member: &str| error[member].as_str().filter(|text| !text.is_empty());
    let description = text("error_description").or(text("error")).map(excerpt);
    // Some say `invalid_client_metadata` and name the redirect in the text.
    let about_redirect = text("error") == Some("invalid_redirect_uri")
        || (response.status == 400 && description.as_ref().is_some_and(|text| text.to_ascii_lowercase().contains("redirect")));
    if about_redirect {
        RegistrationError::RedirectRefused { host, redirect: redirect.uri(), description }
    } else {
        RegistrationError::Refused { host, status: response.status, description }
    }
}

fn offers_only_post(server: &AuthorizationServer) -> bool {
    server.token_endpoint_auth_methods.as_ref().is_some_and(|methods| {
        methods.iter().any(|method| method == "client_secret_post")
            && !methods.iter().any(|method| method == "client_secret_basic")
    })
}

/// A management URL is used only on the registration endpoint's own origin (attack 33).
fn is_beside(uri: &str, endpoint: &str) -> bool {
    secure_url(uri).ok().zip(secure_url(endpoint).ok()).is_some_and(|(uri, endpoint)| same_origin(&uri, &endpoint))
}

/// Zero means never (RFC 7591 §3.2.1); some servers write the number as text.
fn moment(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    (seconds > 0).then_some(Timestamp(seconds))
}

fn said(description: Option<&str>) -> String {
    description.map_or_else(String::new, |text| format!("; it says: {text:?}"))
}
