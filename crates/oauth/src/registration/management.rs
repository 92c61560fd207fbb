//! A registration after it was made: renewed, asked for, deleted (RFC 7592).

use super::client::{Management, Registration};
use super::request::{Detail, RegistrationRequest, body};
use super::response::accept;
use crate::address_guard::Reach;
use crate::http::{Body, Http, HttpError, Method, Request, get, header, post_json, with_header};
use crate::metadata::AuthorizationServer;
use crate::scope::Scopes;
use crate::time::Timestamp;

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
    let wanted = RegistrationRequest {
        redirect: *redirect,
        scopes,
        confidential,
        without_browser: false,
        unattended: false,
        least: false,
    };
    let mut body = body(server, wanted, Detail::Least);
    body["client_id"] = old.client_id.as_str().into();
    let mut request = management.request(post_json(&management.uri, &body, reach)?)?;
    *request.method_mut() = Method::PUT;
    let response = http.fetch(request).await?;
    let Ok(renewed) = accept(&management.uri, &response, server, *redirect, now) else {
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
    let request = management.request(get(&management.uri, reach)?)?;
    Ok(match http.fetch(request).await?.status {
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
    let mut request = management.request(get(&management.uri, reach)?)?;
    *request.method_mut() = Method::DELETE;
    Ok(http.fetch(request).await?.status)
}

impl Management {
    /// RFC 7592 §2: the registration access token goes with each request.
    fn request(&self, request: Request<Body>) -> Result<Request<Body>, HttpError> {
        let bearer = format!("Bearer {}", self.access_token.expose());
        with_header(request, header::AUTHORIZATION, &bearer)
    }
}
