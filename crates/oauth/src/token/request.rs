//! Token and revocation requests as the `oauth2` crate writes them, taken out before they are sent.

use crate::concession::Reach;
use crate::http::{Method, Request};
use crate::metadata::AuthorizationServer;
use crate::redirect::Redirect;
use crate::registration::{AuthMethod, Registration};
use crate::token::TokenError;
use oauth2::basic::BasicClient;
use oauth2::{AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, RedirectUrl, TokenUrl};
use std::cell::RefCell;

pub(crate) type TokenClient = BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// A client of one endpoint that proves itself by `method`.
pub(crate) fn client(endpoint: &str, registration: &Registration, method: AuthMethod) -> Result<TokenClient, TokenError> {
    let url = TokenUrl::new(endpoint.to_owned()).map_err(|_| unusable(endpoint, "the endpoint is not a URL"))?;
    let client = BasicClient::new(ClientId::new(registration.client_id.clone())).set_token_uri(url);
    Ok(match (&registration.client_secret, method) {
        (Some(secret), AuthMethod::ClientSecretBasic) => {
            client.set_auth_type(AuthType::BasicAuth).set_client_secret(ClientSecret::new(secret.expose().to_owned()))
        }
        (Some(secret), AuthMethod::ClientSecretPost) => {
            client.set_auth_type(AuthType::RequestBody).set_client_secret(ClientSecret::new(secret.expose().to_owned()))
        }
        _ => client.set_auth_type(AuthType::RequestBody),
    })
}

pub(crate) fn redirect(redirect: Redirect) -> Result<RedirectUrl, TokenError> {
    RedirectUrl::new(redirect.uri()).map_err(|_| unusable(&redirect.uri(), "the redirect is not a URL"))
}

/// Nothing is sent by `oauth2` itself: what it would send is kept, and the "failure" dropped.
#[derive(Debug, thiserror::Error)]
#[error("taken out before sending")]
pub(crate) struct TakenOut;

/// Runs `oauth2` up to the point where it would send, and returns what it would have sent.
pub(crate) fn capture(run: impl FnOnce(&dyn Fn(HttpRequest) -> Result<HttpResponse, TakenOut>)) -> Result<Request, TokenError> {
    let taken = RefCell::new(None);
    run(&|request| {
        taken.replace(Some(request));
        Err(TakenOut)
    });
    let request = taken.into_inner().ok_or_else(|| unusable("the endpoint", "the request could not be written"))?;
    let (parts, body) = request.into_parts();
    let headers = parts
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    Ok(Request { method: Method::Post, url: parts.uri.to_string(), headers, body, reach: Reach::default() })
}

fn unusable(endpoint: &str, why: &str) -> TokenError {
    TokenError::Malformed { host: AuthorizationServer::host_of(endpoint), why: why.to_owned() }
}
