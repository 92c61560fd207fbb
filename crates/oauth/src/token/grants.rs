//! Each way to get tokens at a token endpoint, a method each.

use super::authentication::Method;
use super::client::Client;
use super::error::TokenError;
use super::form::Form;
use super::response::TokenResponse;
use super::{request, response};
use crate::assertion;
use crate::authorization::PendingAuthorization;
use crate::device::{self, DeviceCode};
use crate::dpop::Proofs;
use crate::http::Http;
use crate::metadata::AuthorizationServer;
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::uri::Issuer;
use crate::vendor::Vendor;
use oauth2::{AuthorizationCode, PkceCodeVerifier, RefreshToken, Scope};

/// What is renewed (RFC 6749 §6), and what of the first request is said again.
#[derive(Clone, Copy)]
pub struct RefreshRequest<'a> {
    /// The refresh token.
    pub token: &'a Secret,
    /// The issuer that gave it.
    pub issuer: &'a Issuer,
    /// RFC 8707 `resource`, the same bytes as in the first request; None where this issuer is known to refuse it here.
    pub resource: Option<&'a str>,
    /// What was granted: the answer need not repeat it.
    pub scopes: Option<&'a Scopes>,
    /// Whether a refusal is followed by one more try without `resource`.
    pub may_omit_resource: bool,
}

impl Client<'_> {
    /// Exchanges the code of one login (T-01, T-02): same redirect, same resource, our verifier.
    pub async fn exchange(
        &self,
        http: &impl Http,
        pending: &PendingAuthorization,
        code: &Secret,
    ) -> Result<TokenResponse, TokenError> {
        let prepare = |method| {
            let client = request::client(self.endpoint, self.registration, method)?
                .set_redirect_uri(request::redirect(pending.redirect)?);
            let mut request = client
                .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
                .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.expose().to_owned()));
            if let Some(resource) = &pending.resource_parameter {
                request = request.add_extra_param("resource", resource.clone());
            }
            request::capture(self.endpoint, |sender| _ = request.request(&sender))
        };
        self.ask(http, prepare, &pending.scopes).await
    }

    /// Renews the tokens of a grant at the endpoint that the grant was made at, and nowhere else (invariant 4). Where the
    /// issuer refuses the parameter `resource`, once more without it; never after `invalid_grant`, and not again where that
    /// did not help before (Q38, Q39).
    pub async fn refresh(
        &self,
        http: &impl Http,
        request: RefreshRequest<'_>,
    ) -> Result<TokenResponse, TokenError> {
        let error = match self.refresh_with(http, request, request.resource).await {
            Err(error)
                if request.may_omit_resource
                    && request.resource.is_some()
                    && error.may_be_about_the_resource() =>
            {
                error
            }
            outcome => return outcome,
        };
        match self.refresh_with(http, request, None).await {
            Ok(answer) => Ok(TokenResponse {
                without_resource: true,
                ..answer
            }),
            Err(second @ TokenError::InvalidGrant { .. }) => Err(second),
            // It was refused for that parameter, and nobody has answered to the request without.
            Err(second) if error.is_about_the_resource() && second.is_unknown() => Err(second),
            // What was said to the whole request is not hidden by what was said to less.
            Err(_) => Err(error),
        }
    }

    async fn refresh_with(
        &self,
        http: &impl Http,
        refresh: RefreshRequest<'_>,
        resource: Option<&str>,
    ) -> Result<TokenResponse, TokenError> {
        let token = RefreshToken::new(refresh.token.expose().to_owned());
        let granted = refresh.scopes.cloned().unwrap_or_default();
        let repeats_scope = Vendor::speaking(&[refresh.issuer], &[self.endpoint])
            .is_some_and(|vendor| vendor.repeats_scope)
            && !granted.is_empty();
        let prepare = |method| {
            let client = request::client(self.endpoint, self.registration, method)?;
            let mut request = client.exchange_refresh_token(&token);
            if let Some(resource) = resource {
                request = request.add_extra_param("resource", resource.to_owned());
            }
            if repeats_scope {
                request = request.add_extra_param("scope", granted.to_string());
            }
            request::capture(self.endpoint, |sender| _ = request.request(&sender))
        };
        self.ask(http, prepare, &granted)
            .await
            .map_err(|error| match error {
                // Another grant than a code is not used up by a refused client: the issuer has looked at it.
                TokenError::Spent { host, said, .. } => TokenError::InvalidGrant { host, said },
                error => error,
            })
    }

    /// The program's own access (RFC 6749 §4.4; extension `oauth-client-credentials`).
    pub async fn client_credentials(
        &self,
        http: &impl Http,
        resource: Option<&str>,
        scopes: &Scopes,
    ) -> Result<TokenResponse, TokenError> {
        let prepare = |method| {
            let client = request::client(self.endpoint, self.registration, method)?;
            let scopes = scopes.iter().map(|scope| Scope::new(scope.to_owned()));
            let mut request = client.exchange_client_credentials().add_scopes(scopes);
            if let Some(resource) = resource {
                request = request.add_extra_param("resource", resource.to_owned());
            }
            request::capture(self.endpoint, |sender| _ = request.request(&sender))
        };
        self.ask(http, prepare, scopes).await
    }

    /// One question after a device login (RFC 8628 §3.4).
    pub async fn device(
        &self,
        http: &impl Http,
        device_code: &Secret,
        resource: Option<&str>,
        scopes: &Scopes,
    ) -> Result<TokenResponse, TokenError> {
        let parameters = assertion::device_code(device_code, resource);
        let prepare = |method| Ok(request::form(self.registration, method, &parameters));
        self.ask_in_turn(http, prepare, scopes).await
    }

    /// A code for a login in a browser elsewhere (RFC 8628 §3.1). `endpoint` is the device authorization endpoint.
    pub async fn device_authorization(
        &self,
        http: &impl Http,
        resource: Option<&str>,
        scopes: &Scopes,
    ) -> Result<DeviceCode, TokenError> {
        let parameters = device::request_parameters(resource, scopes);
        let host = AuthorizationServer::host_of(self.endpoint);
        let prepare = |method| Ok(request::form(self.registration, method, &parameters));
        self.send(http, prepare, |response, sent| {
            response::device_code(&host, response, sent, self.now, self.reach)
        })
        .await
        .map_err(TokenError::for_a_program)
    }

    /// Tokens for an assertion that somebody else signed (RFC 7523 §2.1): the ID-JAG of a company's provider, or
    /// the platform's word for a workload.
    pub async fn jwt_bearer(
        &self,
        http: &impl Http,
        signed: &Secret,
        resource: Option<&str>,
        scopes: &Scopes,
    ) -> Result<TokenResponse, TokenError> {
        let parameters = assertion::jwt_bearer(signed, resource, scopes);
        let prepare = |method| Ok(request::form(self.registration, method, &parameters));
        self.ask(http, prepare, scopes).await
    }

    /// An ID-JAG for another authorization server, from the provider that this client is of (RFC 8693, SEP-990).
    pub async fn id_jag(
        &self,
        http: &impl Http,
        exchange: &assertion::IdJagExchange<'_>,
    ) -> Result<Secret, TokenError> {
        let parameters = assertion::id_jag(exchange);
        let prepare = |method| Ok(request::form(self.registration, method, &parameters));
        let host = AuthorizationServer::host_of(self.endpoint);
        self.send(http, prepare, |response, sent| {
            response::id_jag(&host, response, sent)
        })
        .await
        .map_err(TokenError::for_a_program)
    }

    async fn ask(
        &self,
        http: &impl Http,
        prepare: impl Fn(Method) -> Result<Form, TokenError>,
        asked_scopes: &Scopes,
    ) -> Result<TokenResponse, TokenError> {
        self.ask_in_turn(http, prepare, asked_scopes)
            .await
            .map_err(TokenError::for_a_program)
    }

    async fn ask_in_turn(
        &self,
        http: &impl Http,
        prepare: impl Fn(Method) -> Result<Form, TokenError>,
        asked_scopes: &Scopes,
    ) -> Result<TokenResponse, TokenError> {
        let host = AuthorizationServer::host_of(self.endpoint);
        let bound = self.dpop.is_some();
        let mut answer = self
            .send(http, prepare, |response, sent| {
                response::read(&host, response, sent, asked_scopes, bound, self.now)
            })
            .await?;
        answer.tokens.dpop_key = self.dpop.map(Proofs::key);
        Ok(answer)
    }
}
