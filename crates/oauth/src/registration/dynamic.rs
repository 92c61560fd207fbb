//! Dynamic registration: what is sent, what is believed of the answer, its renewal and its end (RFC 7591, RFC 7592).

use super::{
    AuthMethod, CLIENT_NAME, Management, Registration, RegistrationError, RegistrationKind,
};
use crate::assertion::{CLIENT_CREDENTIALS, DEVICE_CODE, JWT_BEARER};
use crate::concession::Reach;
use crate::http::{Http, HttpError, Method, Request, Response};
use crate::metadata::AuthorizationServer;
use crate::redirect::Redirect;
use crate::said::{self, Said};
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::{same_origin, secure_url};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a registration is to be good for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// One redirect for one registration: mixed lists are refused by several (Q26).
    pub redirect: Redirect,
    pub scopes: &'a Scopes,
    /// This issuer registers public clients and then refuses them at the token endpoint (LAB.md 4.8).
    pub confidential: bool,
    /// For logins that await no answer of a browser: their grants are registered as well, where the issuer offers them.
    pub without_browser: bool,
    /// For access of the program's own: that grant, and no other (RFC 6749 §4.4).
    pub unattended: bool,
    /// One request, which says little: all that could be said was refused with another redirect.
    pub least: bool,
}

/// Nobody is told to come back later than this.
const LONGEST_RETRY: u64 = 3600;

/// How much of what we would like to say is said: less with each step of the ladder (PROTOCOL.md 2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saying {
    All,
    /// Without scopes and the names of the software, which some refuse (Q27).
    Least,
    /// Without `application_type` as well, which is not part of RFC 7591.
    OnlyRfc7591,
    /// For a login that awaits no answer of a browser: its grant alone, where a client may have one grant only, and no
    /// redirect, which is not used.
    OneGrant,
}

/// What an issuer's words ask for, and every later request of the same registration keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Some register no client that names no scope; which of them it gets, the person says on the consent page.
    Scopes,
    /// Some give no refresh tokens, and register nobody who could use one. The other grants stay.
    NoRefreshToken,
    /// Some register no public client.
    ClientSecret,
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

/// Registers a client. The full request first; a server that refuses unknown members or scopes is asked again with
/// less, a few times at most (R-18, Q27). The redirect is never changed here: whoever asks decides about another one.
pub async fn register(
    http: &impl Http,
    server: &AuthorizationServer,
    wanted: Wanted<'_>,
    id: String,
    reach: Reach,
    now: Timestamp,
) -> Result<Registration, RegistrationError> {
    let endpoint =
        server
            .registration_endpoint
            .as_ref()
            .ok_or_else(|| RegistrationError::NotOffered {
                issuer: server.issuer.clone(),
            })?;
    let (mut changes, mut first_refusal): (Vec<Change>, _) = (Vec::new(), None);
    // Each change is made once, so that this ends.
    for saying in ladder(wanted) {
        loop {
            let body = changes
                .iter()
                .fold(body(server, wanted, *saying), |body, change| {
                    change.made_in(body, server, wanted.scopes)
                });
            let response = http
                .send(Request::post_json(endpoint, &body, reach))
                .await?;
            let error = match accept(endpoint, &response, server, wanted.redirect, &id, now) {
                Err(
                    error @ RegistrationError::Refused {
                        status: 400..=403 | 422,
                        ..
                    },
                ) if may_say_less(&error, &body) => error,
                // What is refused is not used: it is left out in the end.
                Err(error @ RegistrationError::RedirectRefused { .. })
                    if wanted.without_browser =>
                {
                    first_refusal.get_or_insert(error);
                    break;
                }
                outcome => return outcome,
            };
            let change = Change::ALL.into_iter().find(|change| {
                !changes.contains(change) && change.is_wanted(&error, &body, server, wanted.scopes)
            });
            first_refusal.get_or_insert(error);
            match change {
                Some(change) => changes.push(change),
                None => break,
            }
        }
    }
    Err(
        first_refusal.unwrap_or_else(|| RegistrationError::NotOffered {
            issuer: server.issuer.clone(),
        }),
    )
}

fn ladder(wanted: Wanted<'_>) -> &'static [Saying] {
    const ALL: &[Saying] = &[
        Saying::All,
        Saying::Least,
        Saying::OnlyRfc7591,
        Saying::OneGrant,
    ];
    match (wanted.without_browser, wanted.least) {
        (true, _) => ALL,
        (false, false) => &ALL[..3],
        (false, true) => &ALL[1..2],
    }
}

/// RFC 7592 §2.2: the same registration once more, so that a secret that runs out is replaced before it does. The
/// answer may bring a new secret and a new token for the management itself, which then replace the old ones.
pub async fn renew(
    http: &impl Http,
    server: &AuthorizationServer,
    old: &Registration,
    scopes: &Scopes,
    reach: Reach,
    now: Timestamp,
) -> Result<Option<Registration>, HttpError> {
    let (Some(management), [redirect]) = (&old.management, old.redirects.as_slice()) else {
        return Ok(None);
    };
    let confidential = old.client_secret.is_some();
    let wanted = Wanted {
        redirect: *redirect,
        scopes,
        confidential,
        without_browser: false,
        unattended: false,
        least: false,
    };
    let mut body = body(server, wanted, Saying::Least);
    body["client_id"] = old.client_id.as_str().into();
    let request = Request {
        method: Method::Put,
        ..Request::post_json(&management.uri, &body, reach)
    }
    .header(
        "authorization",
        &format!("Bearer {}", management.access_token.expose()),
    );
    let response = http.send(request).await?;
    let Ok(renewed) = accept(&management.uri, &response, server, *redirect, &old.id, now) else {
        return Ok(None);
    };
    let keeps_id = renewed.client_id == old.client_id;
    Ok(keeps_id.then(|| Registration {
        management: renewed
            .management
            .clone()
            .or_else(|| old.management.clone()),
        ..renewed
    }))
}

/// RFC 7592 §2.1: whether the issuer still knows the client. None where it does not say.
pub async fn is_known(
    http: &impl Http,
    management: &Management,
    reach: Reach,
) -> Result<Option<bool>, HttpError> {
    let request = Request::get(&management.uri, reach).header(
        "authorization",
        &format!("Bearer {}", management.access_token.expose()),
    );
    Ok(match http.send(request).await?.status {
        200 => Some(true),
        // RFC 7592 §2.1: 401 for a client that is not there.
        401 | 404 | 410 => Some(false),
        _ => None,
    })
}

/// RFC 7592 §2.3. `Ok(status)` is what the issuer answered; 204 is the promised one.
pub async fn delete(
    http: &impl Http,
    management: &Management,
    reach: Reach,
) -> Result<u16, HttpError> {
    let request = Request {
        method: Method::Delete,
        ..Request::get(&management.uri, reach)
    }
    .header(
        "authorization",
        &format!("Bearer {}", management.access_token.expose()),
    );
    http.send(request).await.map(|response| response.status)
}

/// The request body (R-13 … ).
fn body(server: &AuthorizationServer, wanted: Wanted<'_>, saying: Saying) -> Value {
    let mut grants = vec!["authorization_code", "refresh_token"];
    if wanted.without_browser {
        grants.extend(
            [DEVICE_CODE, JWT_BEARER]
                .into_iter()
                .filter(|grant| server.offers(grant)),
        );
    }
    if wanted.unattended {
        let mut body = json!({
            "client_name": CLIENT_NAME,
            "grant_types": [CLIENT_CREDENTIALS],
            "response_types": [],
            "token_endpoint_auth_method": preferred_method(server, true),
        });
        if saying == Saying::OnlyRfc7591 {
            // Not used, and some register nothing without.
            body["redirect_uris"] = json!([wanted.redirect.uri()]);
        }
        if saying == Saying::All && !wanted.scopes.is_empty() {
            body["scope"] = wanted.scopes.to_string().into();
        }
        return body;
    }
    let mut body = json!({
        "client_name": CLIENT_NAME,
        "redirect_uris": [wanted.redirect.uri()],
        "grant_types": grants,
        "response_types": ["code"],
        "token_endpoint_auth_method": preferred_method(server, wanted.confidential),
    });
    if saying == Saying::OneGrant {
        let alone: Vec<_> = grants
            .into_iter()
            .filter(|grant| *grant != "authorization_code")
            .collect();
        return json!({
            "client_name": CLIENT_NAME,
            "grant_types": alone,
            "response_types": [],
            "token_endpoint_auth_method": preferred_method(server, wanted.confidential),
        });
    }
    if saying != Saying::OnlyRfc7591 {
        body["application_type"] = "native".into();
    }
    if saying == Saying::All {
        // OpenID Connect registration means RS256 where nothing is said, and refuses it where it has no such key.
        let algorithms = &server.id_token_algorithms;
        if let Some(other) = algorithms
            .first()
            .filter(|_| algorithms.iter().all(|algorithm| algorithm != "RS256"))
        {
            body["id_token_signed_response_alg"] = other.as_str().into();
        }
        body["software_id"] = "app.gatelodge.desktop".into();
        body["software_version"] = env!("CARGO_PKG_VERSION").into();
        if !wanted.scopes.is_empty() {
            body["scope"] = wanted.scopes.to_string().into();
        }
    }
    body
}

/// A desktop program cannot keep a secret from its user, so `none` comes first (RFC 8252 §8.4).
fn preferred_method(server: &AuthorizationServer, confidential: bool) -> &'static str {
    let known = server
        .token_endpoint_auth_methods
        .as_deref()
        .unwrap_or_default();
    let secrets = ["client_secret_basic", "client_secret_post"];
    let offered = |method: &&str| known.iter().any(|known| known == method);
    match (confidential, server.token_endpoint_auth_methods.is_some()) {
        (true, _) => secrets.into_iter().find(offered).unwrap_or(secrets[0]),
        (false, false) => "none",
        (false, true) => ["none"]
            .into_iter()
            .chain(secrets)
            .find(offered)
            .unwrap_or("none"),
    }
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
        return Err(refused(endpoint, response, redirect));
    }
    let malformed = |why: &str| RegistrationError::Malformed {
        host: host.clone(),
        why: why.to_owned(),
    };
    let registered: Registered = serde_json::from_slice(&response.body).map_err(|_| {
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        if body["error"].is_string() {
            return refused(endpoint, response, redirect);
        }
        malformed(&format!(
            "no JSON object with a client_id{}",
            said::clause(Said::of(response, &[]).as_ref())
        ))
    })?;
    if registered.client_id.is_empty()
        || registered.client_id.len() > 2048
        || registered.client_id.chars().any(char::is_control)
    {
        return Err(malformed(
            "the client_id is empty, too long, or holds control characters",
        ));
    }
    if registered
        .redirect_uris
        .as_ref()
        .is_some_and(|uris| !uris.is_empty() && !uris.contains(&redirect.uri()))
    {
        return Err(malformed(
            "it registered other redirects than the one asked for",
        ));
    }
    let client_secret = registered
        .client_secret
        .filter(|secret| !secret.is_empty())
        .map(Secret::new);
    let auth_method = match (
        registered.token_endpoint_auth_method.as_deref(),
        &client_secret,
    ) {
        (Some("client_secret_post"), Some(_)) => AuthMethod::ClientSecretPost,
        // The answer's word counts, and the secret is kept: some demand it all the same (Q23; PROTOCOL.md 2.7).
        (Some("none"), _) => AuthMethod::None,
        // A secret without a method is used: RFC 7591's default is Basic (Q23).
        (_, Some(_)) if offers_only_post(server) => AuthMethod::ClientSecretPost,
        (_, Some(_)) => AuthMethod::ClientSecretBasic,
        (Some("client_secret_basic" | "client_secret_post"), None) => {
            return Err(malformed("it wants a client secret and gave none"));
        }
        (_, None) => AuthMethod::None,
    };
    let management = registered
        .registration_client_uri
        .zip(
            registered
                .registration_access_token
                .filter(|token| !token.is_empty()),
        )
        .filter(|(uri, _)| is_beside(uri, endpoint))
        .map(|(uri, token)| Management {
            uri,
            access_token: Secret::new(token),
        });
    Ok(Registration {
        id: id.to_owned(),
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

impl Change {
    const ALL: [Self; 3] = [Self::Scopes, Self::NoRefreshToken, Self::ClientSecret];

    /// Whether the issuer's words ask for it.
    fn is_wanted(
        self,
        error: &RegistrationError,
        body: &Value,
        server: &AuthorizationServer,
        asked: &Scopes,
    ) -> bool {
        match self {
            Self::Scopes => {
                body.get("scope").is_none()
                    && error.said().is_some_and(|said| said.mentions("scope"))
                    && !scopes_to_name(server, asked).is_empty()
            }
            Self::NoRefreshToken => refuses_refresh(error, body),
            Self::ClientSecret => misses_a_secret(error, body),
        }
    }

    fn made_in(self, mut body: Value, server: &AuthorizationServer, asked: &Scopes) -> Value {
        match self {
            Self::Scopes => body["scope"] = scopes_to_name(server, asked).to_string().into(),
            Self::NoRefreshToken => {
                if let Some(grants) = body["grant_types"].as_array_mut() {
                    grants.retain(|grant| grant != "refresh_token");
                }
            }
            Self::ClientSecret => {
                body["token_endpoint_auth_method"] = preferred_method(server, true).into();
            }
        }
        body
    }
}

fn scopes_to_name<'a>(server: &'a AuthorizationServer, asked: &'a Scopes) -> &'a Scopes {
    if asked.is_empty() {
        &server.scopes_supported
    } else {
        asked
    }
}

/// Less is said where the request itself was refused (400, 422); who refuses us is asked once more only as a client with a
/// secret, if that is what is missed.
fn may_say_less(error: &RegistrationError, body: &Value) -> bool {
    matches!(
        error,
        RegistrationError::Refused {
            status: 400 | 422,
            ..
        }
    ) || misses_a_secret(error, body)
}

fn refuses_refresh(error: &RegistrationError, body: &Value) -> bool {
    let asks = body["grant_types"]
        .as_array()
        .is_some_and(|grants| grants.iter().any(|grant| grant == "refresh_token"));
    asks && error
        .said()
        .is_some_and(|said| said.mentions("refresh_token") || said.mentions("grant_types"))
}

/// They say so in words only.
fn misses_a_secret(error: &RegistrationError, body: &Value) -> bool {
    const WORDS: [&str; 6] = [
        "auth_method",
        "auth method",
        "authentication method",
        "public client",
        "client_secret_",
        "confidential",
    ];
    body["token_endpoint_auth_method"] == "none"
        && error
            .said()
            .is_some_and(|said| WORDS.into_iter().any(|word| said.mentions(word)))
}

fn refused(endpoint: &str, response: &Response, redirect: Redirect) -> RegistrationError {
    let host = AuthorizationServer::host_of(endpoint);
    let error: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    // Nothing secret was sent: a registration begins with nothing but our name.
    let said = Said::of(response, &[]);
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
