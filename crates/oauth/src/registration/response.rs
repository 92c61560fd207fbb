//! What is believed of an answer to a registration (RFC 7591 §3.2).

use super::client::{AuthMethod, Management, Registration, RegistrationKind};
use super::error::{ClientInformationFault, RegistrationError};
use crate::error_description::ErrorDescription;
use crate::http::Response;
use crate::metadata::AuthorizationServer;
use crate::redirect::Redirect;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::{same_origin, secure_url};
use serde::Deserialize;
use serde_json::Value;

/// Nobody is told to come back later than this.
const LONGEST_RETRY: u64 = 3600;

/// RFC 7591 §3.2.1. A member that is empty or null counts as absent (Q24).
#[derive(Deserialize)]
struct ClientInformation {
    client_id: String,
    client_secret: Option<String>,
    token_endpoint_auth_method: Option<String>,
    client_secret_expires_at: Option<Value>,
    redirect_uris: Option<Vec<String>>,
    registration_client_uri: Option<String>,
    registration_access_token: Option<String>,
}

pub(super) fn accept(
    endpoint: &str,
    response: &Response,
    server: &AuthorizationServer,
    redirect: Redirect,
    now: Timestamp,
) -> Result<Registration, RegistrationError> {
    let host = AuthorizationServer::host_of(endpoint);
    if !matches!(response.status, 200 | 201) {
        return Err(refused(endpoint, response, redirect));
    }
    let malformed = |why| RegistrationError::Malformed {
        host: host.clone(),
        why,
    };
    let registered: ClientInformation = serde_json::from_slice(&response.body).map_err(|_| {
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        if body["error"].is_string() {
            return refused(endpoint, response, redirect);
        }
        let said = ErrorDescription::of(response, &[]);
        malformed(ClientInformationFault::NoClientId { said })
    })?;
    if let Some(why) = unusable(&registered, redirect) {
        return Err(malformed(why));
    }
    let client_secret = registered
        .client_secret
        .filter(|secret| !secret.is_empty())
        .map(Secret::new);
    let method = registered.token_endpoint_auth_method.as_deref();
    let auth_method = auth_method(method, client_secret.is_some(), server)
        .ok_or_else(|| malformed(ClientInformationFault::NoSecret))?;
    let management = management(
        registered.registration_client_uri,
        registered.registration_access_token,
        endpoint,
    );
    Ok(Registration {
        issuer: server.issuer.clone(),
        redirects: vec![redirect],
        kind: RegistrationKind::Dynamic,
        client_id: registered.client_id,
        key_id: None,
        auth_method,
        secret_expires_at: client_secret
            .as_ref()
            .and(registered.client_secret_expires_at)
            .and_then(|value| moment(&value)),
        client_secret,
        management,
        registered_at: now,
    })
}

/// Why a client cannot be used, if so.
fn unusable(registered: &ClientInformation, redirect: Redirect) -> Option<ClientInformationFault> {
    let (id, redirects) = (&registered.client_id, &registered.redirect_uris);
    if id.is_empty() || id.len() > 2048 || id.chars().any(char::is_control) {
        return Some(ClientInformationFault::ClientId);
    }
    let others_only = redirects
        .as_ref()
        .is_some_and(|uris| !uris.is_empty() && !uris.contains(&redirect.uri()));
    others_only.then_some(ClientInformationFault::Redirects)
}

/// The method that an answer means; None where it names one that wants a secret, and gives none.
fn auth_method(
    named: Option<&str>,
    has_secret: bool,
    server: &AuthorizationServer,
) -> Option<AuthMethod> {
    Some(match (named, has_secret) {
        (Some("client_secret_post"), true) => AuthMethod::ClientSecretPost,
        // The answer's word counts, and the secret is kept: some demand it all the same (Q23; docs/protocol.md#client-id).
        (Some("none"), _) => AuthMethod::None,
        // A secret without a method is used: RFC 7591's default is Basic (Q23).
        (_, true) if offers_only_post(server) => AuthMethod::ClientSecretPost,
        (_, true) => AuthMethod::ClientSecretBasic,
        (Some("client_secret_basic" | "client_secret_post"), false) => return None,
        (_, false) => AuthMethod::None,
    })
}

fn management(uri: Option<String>, token: Option<String>, endpoint: &str) -> Option<Management> {
    let token = token.filter(|token| !token.is_empty());
    uri.zip(token)
        .filter(|(uri, _)| is_beside(uri, endpoint))
        .map(|(uri, token)| Management {
            uri,
            access_token: Secret::new(token),
        })
}

fn refused(endpoint: &str, response: &Response, redirect: Redirect) -> RegistrationError {
    let host = AuthorizationServer::host_of(endpoint);
    let error: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    // Nothing secret was sent: a registration begins with nothing but our name.
    let said = ErrorDescription::of(response, &[]);
    let wants_token = response
        .header("www-authenticate")
        .is_some_and(|text| text.to_ascii_lowercase().contains("bearer"));
    // A path that nobody knows is answered in the words of the framework; who explains in OAuth's is there.
    let explains = error["error_description"]
        .as_str()
        .is_some_and(|text| !text.is_empty());
    match response.status {
        status if matches!(status, 429 | 502..=504) || response.is_robot_check() => {
            return RegistrationError::Unavailable {
                host,
                status: response.status,
                retry_after: response
                    .retry_after()
                    .map(|seconds| seconds.min(LONGEST_RETRY)),
                said,
            };
        }
        404 | 410 if !explains => {
            return RegistrationError::Absent {
                endpoint: endpoint.to_owned(),
                status: response.status,
            };
        }
        401 if wants_token => return RegistrationError::NeedsToken { host, said },
        _ => {}
    }
    // Some say `invalid_client_metadata` and name the redirect in the text. Others know no OAuth error: what checks
    // their input names the member, in plain text or in JSON of its own.
    let about_redirect = error["error"].as_str() == Some("invalid_redirect_uri")
        || ((400..500).contains(&response.status)
            && (said.as_ref().is_some_and(|said| said.mentions("redirect"))
                || (said.is_none()
                    && String::from_utf8_lossy(&response.body)
                        .to_ascii_lowercase()
                        .contains("redirect"))));
    if about_redirect {
        RegistrationError::RedirectRefused {
            host,
            redirect: redirect.uri(),
            said,
        }
    } else {
        RegistrationError::Refused {
            host,
            status: response.status,
            said,
        }
    }
}

fn offers_only_post(server: &AuthorizationServer) -> bool {
    server
        .token_endpoint_auth_methods
        .as_ref()
        .is_some_and(|methods| {
            methods.iter().any(|method| method == "client_secret_post")
                && !methods.iter().any(|method| method == "client_secret_basic")
        })
}

/// A management URL is used only on the registration endpoint's own origin (attack 33).
fn is_beside(uri: &str, endpoint: &str) -> bool {
    secure_url(uri)
        .ok()
        .zip(secure_url(endpoint).ok())
        .is_some_and(|(uri, endpoint)| same_origin(&uri, &endpoint))
}

/// Zero means never (RFC 7591 §3.2.1); some servers write the number as text.
fn moment(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    (seconds > 0).then_some(Timestamp(seconds))
}
