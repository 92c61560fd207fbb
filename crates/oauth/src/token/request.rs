//! Requests of an endpoint before they are sent. What `oauth2` has words for it writes: the grants of RFC 6749 and the
//! revocation of RFC 7009, taken out before they are sent. The grants of other RFCs are a form with the same client
//! authentication.

use super::authentication::Method;
use super::error::TokenError;
use super::fault::RequestFault;
use super::form::Form;
use crate::metadata::AuthorizationServer;
use crate::redirect::Redirect;
use crate::registration::Registration;
use crate::secret::Secret;
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
    let registration = registration.ok_or_else(|| unusable(endpoint, RequestFault::NoClientId))?;
    let url = TokenUrl::new(endpoint.to_owned())
        .map_err(|_| unusable(endpoint, RequestFault::Endpoint))?;
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

/// The request of a grant that `oauth2` has no words for: our parameters, its client authentication.
pub(crate) fn form(
    registration: Option<&Registration>,
    method: Method,
    parameters: &[(&'static str, String)],
) -> Form {
    let form = Form::new(parameters);
    let Some(registration) = registration.filter(|_| method != Method::Nobody) else {
        return form;
    };
    let id = registration.client_id.as_str();
    match (&registration.client_secret, method) {
        (Some(secret), Method::Basic) => form.with_basic(id, secret),
        (Some(secret), Method::Post) => {
            form.with(&[("client_id", id), ("client_secret", secret.expose())])
        }
        _ => form.with(&[("client_id", id)]),
    }
}

pub(crate) fn redirect(redirect: Redirect) -> Result<RedirectUrl, TokenError> {
    RedirectUrl::new(redirect.uri()).map_err(|_| unusable(&redirect.uri(), RequestFault::Redirect))
}

/// The end of every request that `oauth2` writes: it sends nothing itself.
#[derive(Debug, thiserror::Error)]
#[error("taken out before sending")]
pub(crate) struct NoTransport;

/// Runs `oauth2` up to the point where it would send to the endpoint, and returns what it would have sent.
pub(crate) fn capture(
    endpoint: &str,
    run: impl FnOnce(&dyn Fn(HttpRequest) -> Result<HttpResponse, NoTransport>),
) -> Result<Form, TokenError> {
    let written = RefCell::new(None);
    run(&|request| {
        written.replace(Some(request));
        Err(NoTransport)
    });
    let unwritten = || unusable(endpoint, RequestFault::Unwritten);
    let (parts, body) = written.into_inner().ok_or_else(unwritten)?.into_parts();
    let authorization = parts
        .headers
        .get(::http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .map(Secret::new);
    let parameters = String::from_utf8(body).map_err(|_| unwritten())?;
    Ok(Form::written(parameters, authorization))
}

fn unusable(endpoint: &str, why: RequestFault) -> TokenError {
    TokenError::Request {
        host: AuthorizationServer::host_of(endpoint),
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::{AuthMethod, RegistrationKind};
    use crate::time::Timestamp;
    use crate::uri::Issuer;

    fn registration(secret: Option<&str>) -> Registration {
        Registration {
            issuer: Issuer::stored("https://as.example".into()),
            redirects: Vec::new(),
            kind: RegistrationKind::PreRegistered,
            client_id: "client!+ID/ü.".into(),
            client_secret: secret.map(Secret::new),
            key_id: None,
            auth_method: AuthMethod::None,
            secret_expires_at: None,
            management: None,
            registered_at: Timestamp(0),
        }
    }

    /// What `oauth2` writes and what is written here prove the client in the same bytes. Rules: T-03
    #[test]
    fn t03_both_writers_prove_the_client_alike() {
        for secret in [None, Some("s:ecret %+ü")] {
            for method in [Method::Id, Method::Basic, Method::Post] {
                let registration = registration(secret);
                let theirs = client("https://as.example/t", Some(&registration), method)
                    .and_then(|client| {
                        let request = client.exchange_client_credentials();
                        capture("https://as.example/t", |sender| {
                            _ = request.request(&sender);
                        })
                    })
                    .expect("a request");
                let parameters = [("grant_type", "client_credentials".to_owned())];
                let ours = form(Some(&registration), method, &parameters);
                assert_eq!(theirs.pairs(), ours.pairs(), "{method:?} {secret:?}");
                assert_eq!(
                    theirs.authorization(),
                    ours.authorization(),
                    "{method:?} {secret:?}"
                );
            }
        }
    }
}
