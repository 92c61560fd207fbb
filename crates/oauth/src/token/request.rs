//! Token and revocation requests as the `oauth2` crate writes them, taken out before they are sent.

use super::error::TokenError;
use super::proof::{Method, with};
use crate::concession::Reach;
use crate::http::{self, Request};
use crate::metadata::AuthorizationServer;
use crate::redirect::Redirect;
use crate::registration::Registration;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    RedirectUrl, TokenUrl,
};
use std::cell::RefCell;

pub(crate) type TokenClient =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// A client of one endpoint that proves itself by `method`.
pub(crate) fn client(
    endpoint: &str,
    registration: Option<&Registration>,
    method: Method,
) -> Result<TokenClient, TokenError> {
    let registration =
        registration.ok_or_else(|| unusable(endpoint, "there is no client id for it"))?;
    let url = TokenUrl::new(endpoint.to_owned())
        .map_err(|_| unusable(endpoint, "the endpoint is not a URL"))?;
    let client = BasicClient::new(ClientId::new(registration.client_id.clone())).set_token_uri(url);
    let auth_type = if method == Method::Basic {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    };
    Ok(match (&registration.client_secret, method) {
        (Some(secret), Method::Basic | Method::Post) => client
            .set_auth_type(auth_type)
            .set_client_secret(ClientSecret::new(secret.expose().to_owned())),
        _ => client.set_auth_type(AuthType::RequestBody),
    })
}

/// A request of a grant type that `oauth2` has no words for: our parameters, its client authentication.
pub(crate) fn form(
    endpoint: &str,
    registration: Option<&Registration>,
    method: Method,
    parameters: &[(&'static str, String)],
) -> Request {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(parameters);
    let request = Request {
        method: http::Method::Post,
        url: endpoint.to_owned(),
        headers: vec![
            ("accept".to_owned(), "application/json".to_owned()),
            (
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            ),
        ],
        body: body.finish().into_bytes(),
        reach: Reach::default(),
    };
    let Some(registration) = registration.filter(|_| method != Method::Nobody) else {
        return request;
    };
    let id = registration.client_id.as_str();
    match (&registration.client_secret, method) {
        (Some(secret), Method::Basic) => {
            // RFC 6749 §2.3.1: both are form-encoded before they are joined.
            let encode = |text: &str| {
                url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
            };
            let pair = STANDARD.encode(format!("{}:{}", encode(id), encode(secret.expose())));
            request.header("authorization", &format!("Basic {pair}"))
        }
        (Some(secret), Method::Post) => with(
            request,
            &[("client_id", id), ("client_secret", secret.expose())],
        ),
        _ => with(request, &[("client_id", id)]),
    }
}

pub(crate) fn redirect(redirect: Redirect) -> Result<RedirectUrl, TokenError> {
    RedirectUrl::new(redirect.uri())
        .map_err(|_| unusable(&redirect.uri(), "the redirect is not a URL"))
}

/// Nothing is sent by `oauth2` itself: what it would send is kept, and the "failure" dropped.
#[derive(Debug, thiserror::Error)]
#[error("taken out before sending")]
pub(crate) struct TakenOut;

/// Runs `oauth2` up to the point where it would send, and returns what it would have sent.
pub(crate) fn capture(
    run: impl FnOnce(&dyn Fn(HttpRequest) -> Result<HttpResponse, TakenOut>),
) -> Result<Request, TokenError> {
    let taken = RefCell::new(None);
    run(&|request| {
        taken.replace(Some(request));
        Err(TakenOut)
    });
    let request = taken
        .into_inner()
        .ok_or_else(|| unusable("the endpoint", "the request could not be written"))?;
    let (parts, body) = request.into_parts();
    let headers = parts
        .headers
        .iter()
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect();
    Ok(Request {
        method: http::Method::Post,
        url: parts.uri.to_string(),
        headers,
        body,
        reach: Reach::default(),
    })
}

fn unusable(endpoint: &str, why: &str) -> TokenError {
    TokenError::Request {
        host: AuthorizationServer::host_of(endpoint),
        why: why.to_owned(),
    }
}
