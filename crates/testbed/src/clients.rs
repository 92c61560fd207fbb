//! Registered clients, and how one proves that it is itself at an endpoint (RFC 6749 section 2.3).

use std::collections::HashMap;

use axum::http::{HeaderMap, StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use crate::grant_types::DEVICE_CODE;
use crate::params::Params;
use crate::random::{now_seconds, opaque};
use crate::redirect::{self, ApplicationType};
use crate::reply::{OAuthError, status};
use crate::switches::Switches;

/// How a client authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthMethod {
    None,
    Basic,
    Post,
}

impl AuthMethod {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::None, Self::Basic, Self::Post].into_iter().find(|method| method.name() == name)
    }
}

/// One client: registered by itself, by hand, or by its metadata document.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) uri: Option<String>,
    pub(crate) software_id: Option<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) grant_types: Vec<String>,
    pub(crate) scope: Option<String>,
    pub(crate) kind: ApplicationType,
    pub(crate) secret: Option<String>,
    /// The methods it may use; more than one only where the registration left it open.
    pub(crate) methods: Vec<AuthMethod>,
    /// RFC 7592: what it must show to read or delete its registration.
    pub(crate) registration_access_token: Option<String>,
    pub(crate) issued_at: u64,
}

impl Client {
    /// A native client that somebody registered for it; one with a secret may show it by Basic or in the body.
    pub(crate) fn by_hand(name: &str, redirect_uris: Vec<String>, with_secret: bool) -> Self {
        Self {
            id: opaque("client_"),
            name: name.to_owned(),
            uri: None,
            software_id: None,
            redirect_uris,
            grant_types: ["authorization_code", "refresh_token", DEVICE_CODE].map(str::to_owned).to_vec(),
            scope: None,
            kind: ApplicationType::Native,
            secret: with_secret.then(|| opaque("secret_")),
            methods: if with_secret { vec![AuthMethod::Basic, AuthMethod::Post] } else { vec![AuthMethod::None] },
            registration_access_token: None,
            issued_at: now_seconds(),
        }
    }

    pub(crate) fn may_redirect_to(&self, uri: &str, switches: &Switches) -> bool {
        // An administrator may have registered what this server does not take.
        redirect::acceptable(uri, self.kind, switches).is_ok()
            && self.redirect_uris.iter().any(|known| redirect::matches(known, uri, self.kind, switches.exact_loopback_port))
    }

    pub(crate) fn may_refresh(&self) -> bool {
        self.may_use("refresh_token")
    }

    /// Whether it registered for this grant type.
    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|grant| grant == grant_type)
    }

    /// What consent is remembered for: the software if it says which, so that a client that registers anew is still known.
    /// The value is the client's own claim; a server that guards more than demo notes must not trust it.
    pub(crate) fn consent_key(&self) -> &str {
        self.software_id.as_deref().unwrap_or(&self.id)
    }

    fn knows(&self, secret: &str) -> bool {
        self.secret.as_ref().is_some_and(|known| known.as_bytes().ct_eq(secret.as_bytes()).into())
    }
}

/// What a request says about its client.
struct Presented {
    id: String,
    secret: Option<String>,
    method: AuthMethod,
}

/// The answer to a client that is not, or no more, or not yet known.
pub(crate) fn unknown(switches: &Switches) -> OAuthError {
    OAuthError::new("invalid_client", "this client is not registered").with_status(status(switches.invalid_client_status))
}

/// The client of a request to the token or revocation endpoint, if it proves itself by the method it registered.
pub(crate) fn authenticate(
    clients: &HashMap<String, Client>,
    headers: &HeaderMap,
    params: &Params,
    switches: &Switches,
) -> Result<Client, OAuthError> {
    let refused = |why: &str| OAuthError::new("invalid_client", why).with_status(status(switches.invalid_client_status));
    let presented = presented(headers, params, switches)?;
    let client = clients.get(&presented.id).ok_or_else(|| unknown(switches))?;
    if presented.method == AuthMethod::None && switches.public_clients_refused {
        return Err(
            OAuthError::new("unauthorized_client", "clients without a secret are not allowed").with_status(StatusCode::FORBIDDEN)
        );
    }
    if !switches.token_auth_methods.iter().any(|method| method == presented.method.name()) {
        return Err(refused("this way to authenticate is not supported"));
    }
    let allowed = client.methods.contains(&presented.method)
        // Behind a proxy that drops the header, a client that registered for Basic has no other way.
        || (switches.drops_authorization_header && presented.method == AuthMethod::Post && client.secret.is_some());
    if !allowed {
        return Err(refused("the client registered for another way to authenticate"));
    }
    match &presented.secret {
        Some(secret) if !client.knows(secret) => Err(refused("wrong client secret")),
        _ => Ok(client.clone()),
    }
}

fn presented(headers: &HeaderMap, params: &Params, switches: &Switches) -> Result<Presented, OAuthError> {
    let in_body = params.get("client_secret");
    if let Some(value) = headers.get(header::AUTHORIZATION)
        && !switches.drops_authorization_header
    {
        if in_body.is_some() {
            return Err(OAuthError::new("invalid_request", "a client secret in the header and in the body"));
        }
        let (id, secret) = value
            .to_str()
            .ok()
            .and_then(basic)
            .ok_or_else(|| OAuthError::new("invalid_client", "the Authorization header is not Basic authentication"))?;
        if params.get("client_id").is_some_and(|named| named != id) {
            return Err(OAuthError::new("invalid_request", "one client in the header and another in the body"));
        }
        if switches.wants_client_id_beside_basic && params.get("client_id").is_none() {
            return Err(OAuthError::new("invalid_request", "no client_id in the body"));
        }
        return Ok(Presented { id, secret: Some(secret), method: AuthMethod::Basic });
    }
    let id = params.get("client_id").ok_or_else(|| OAuthError::new("invalid_client", "no client_id"))?.to_owned();
    let method = if in_body.is_some() { AuthMethod::Post } else { AuthMethod::None };
    Ok(Presented { id, secret: in_body.map(str::to_owned), method })
}

/// RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
pub(crate) fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // A `&` or `=` in here is no separator, so both are hidden from the parser.
    let text = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(text.as_bytes()).next().map(|(key, _)| key.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_authentication_is_form_encoded_inside() {
        let header = format!("Basic {}", STANDARD.encode("client%21%2BID:a%3Ab%26c=d"));
        assert_eq!(basic(&header), Some(("client!+ID".into(), "a:b&c=d".into())));
        assert_eq!(basic("Basic !!"), None);
        assert_eq!(basic("Bearer x"), None);
        assert_eq!(basic(&format!("basic {}", STANDARD.encode("id:"))), Some(("id".into(), String::new())));
    }
}
