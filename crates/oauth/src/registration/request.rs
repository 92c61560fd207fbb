//! What is sent to register a client (RFC 7591 §3.1): as much as may be said, less where less is taken, and what an issuer's
//! words ask for.

use super::client::CLIENT_NAME;
use super::error::RegistrationError;
use crate::assertion::{CLIENT_CREDENTIALS, DEVICE_CODE, JWT_BEARER};
use crate::metadata::AuthorizationServer;
use crate::redirect::Redirect;
use crate::scope::Scopes;
use serde_json::{Value, json};

/// What a registration is to be good for.
#[derive(Debug, Clone, Copy)]
pub struct RegistrationRequest<'a> {
    /// One redirect for one registration: mixed lists are refused by several (Q26).
    pub redirect: Redirect,
    /// What it may ask for later.
    pub scopes: &'a Scopes,
    /// This issuer registers public clients and then refuses them at the token endpoint (lab-08).
    pub confidential: bool,
    /// For logins that await no answer of a browser: their grants are registered as well, where the issuer offers them.
    pub without_browser: bool,
    /// For access of the program's own: that grant, and no other (RFC 6749 §4.4).
    pub unattended: bool,
    /// One request, which says little: all that could be said was refused with another redirect.
    pub least: bool,
}

/// How much of what we would like to say is said: less with each step of the ladder (docs/protocol.md#client-id).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Full,
    /// Without scopes and the names of the software, which some refuse (Q27).
    Least,
    /// Without `application_type` as well, which is not part of RFC 7591.
    Rfc7591,
    /// For a login that awaits no answer of a browser: its grant alone, where a client may have one grant only, and no
    /// redirect, which is not used.
    OneGrant,
}

/// What an issuer's words ask for, and every later request of the same registration keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Some register no client that names no scope; which of them it gets, the person says on the consent page.
    Scopes,
    /// Some give no refresh tokens, and register nobody who could use one. The other grants stay.
    NoRefreshToken,
    /// Some register no public client.
    ClientSecret,
}

pub(super) fn ladder(wanted: RegistrationRequest<'_>) -> &'static [Detail] {
    const ALL: &[Detail] = &[
        Detail::Full,
        Detail::Least,
        Detail::Rfc7591,
        Detail::OneGrant,
    ];
    match (wanted.without_browser, wanted.least) {
        (true, _) => ALL,
        (false, false) => &ALL[..3],
        (false, true) => &ALL[1..2],
    }
}

/// The request body (R-13 … ).
pub(super) fn body(
    server: &AuthorizationServer,
    wanted: RegistrationRequest<'_>,
    detail: Detail,
) -> Value {
    let mut grants = vec!["authorization_code", "refresh_token"];
    if wanted.without_browser {
        grants.extend(
            [DEVICE_CODE, JWT_BEARER]
                .into_iter()
                .filter(|grant| server.offers(grant)),
        );
    }
    if wanted.unattended {
        return unattended(server, wanted, detail);
    }
    let mut body = json!({
        "client_name": CLIENT_NAME,
        "redirect_uris": [wanted.redirect.uri()],
        "grant_types": grants,
        "response_types": ["code"],
        "token_endpoint_auth_method": preferred_method(server, wanted.confidential),
    });
    if detail == Detail::OneGrant {
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
    if detail != Detail::Rfc7591 {
        body["application_type"] = "native".into();
    }
    if detail == Detail::Full {
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

/// For access of the program's own (RFC 6749 §4.4).
fn unattended(
    server: &AuthorizationServer,
    wanted: RegistrationRequest<'_>,
    detail: Detail,
) -> Value {
    let mut body = json!({
        "client_name": CLIENT_NAME,
        "grant_types": [CLIENT_CREDENTIALS],
        "response_types": [],
        "token_endpoint_auth_method": preferred_method(server, true),
    });
    if detail == Detail::Rfc7591 {
        // Not used, and some register nothing without.
        body["redirect_uris"] = json!([wanted.redirect.uri()]);
    }
    if detail == Detail::Full && !wanted.scopes.is_empty() {
        body["scope"] = wanted.scopes.to_string().into();
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

impl Change {
    pub(super) const ALL: [Self; 3] = [Self::Scopes, Self::NoRefreshToken, Self::ClientSecret];

    /// Whether the issuer's words ask for it.
    pub(super) fn is_asked_for(
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

    pub(super) fn made_in(
        self,
        mut body: Value,
        server: &AuthorizationServer,
        asked: &Scopes,
    ) -> Value {
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
pub(super) fn may_say_less(error: &RegistrationError, body: &Value) -> bool {
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
