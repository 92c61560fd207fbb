//! The company's identity provider speaks for the person (SEP-990): log in there once, and from then on
//! each server's authorization server takes the provider's signed word for it.
//!
//! A refusal by the provider is the company's policy: it is final, and nothing else is tried behind its back.

use crate::error::Attempt;
use crate::grant::draft::GrantDraft;
use crate::grant::id_jag::{account_at, entered_by_hand, provider_reach, refused_by};
use crate::grant::obtain::AccessTokenRequest;
use crate::issuer::client_request::IssuerEndpoint;
use crate::issuer::discovery::within;
use crate::issuer::scopes::{OFFLINE, scopes_at_provider};
use crate::login::beginning::LoginContext;
use crate::upstream::randomness::{new_key, random};
use crate::{Broker, Error, LoginOptions};
use messages::text;
use model::{
    AccountWish, Code, Grant, GrantKind, IdentityProvider, LoginAttempt, LoginKind, ResourceRecord,
};
use oauth::authorization::{AuthorizationRequest, OpenIdParameters, PendingAuthorization};
use oauth::discovery;
use oauth::jwt::SigningKey;
use oauth::secret::Secret;
use oauth::token::{TokenError, TokenResponse};
use oauth::uri::{Issuer, excerpt};
use vault::Vault;

pub(super) enum ProviderLogin {
    Done(Box<Grant>),
    LogIn(Box<LoginAttempt>),
}

impl Broker {
    pub(super) async fn by_provider(
        &self,
        beginning: &LoginContext<'_>,
        issuer: &Issuer,
    ) -> Result<ProviderLogin, Error> {
        let provider = self.provider(issuer).await?;
        if self.living_subject(&provider).is_none() {
            return self
                .log_in_at(beginning, &provider)
                .await
                .map(|attempt| ProviderLogin::LogIn(Box::new(attempt)));
        }
        self.by_word_of(beginning, &provider, None)
            .await
            .map(|grant| ProviderLogin::Done(Box::new(grant)))
    }

    /// The ID-JAG grant, with a provider that somebody is logged in at: since before, or by this attempt.
    async fn by_word_of(
        &self,
        beginning: &LoginContext<'_>,
        provider: &IdentityProvider,
        attempt: Option<&LoginAttempt>,
    ) -> Result<Grant, Error> {
        let LoginContext {
            record,
            server,
            scopes,
            ..
        } = beginning;
        let vault = self.vault()?;
        let _exchange = self.begin_exchange(&vault, &server.token_endpoint).await?;
        let registration = self
            .choose_registration(beginning.criteria(&[]))
            .await?
            .registration;
        let dpop_key = record.needs_dpop.then(new_key).transpose()?;
        let dpop_key = dpop_key.as_ref().and_then(SigningKey::to_secret);
        let account = account_at(provider);
        let asked = AccessTokenRequest {
            kind: GrantKind::EnterpriseManaged,
            issuer: &server.issuer,
            endpoint: &server.token_endpoint,
            registration: Some(&registration),
            resource_parameter: beginning.resource_parameter.as_deref(),
            scopes,
            dpop_key: dpop_key.as_ref(),
            account: Some(&account),
        };
        let answer = self.obtained(record, &asked).await?;
        let made = GrantDraft {
            attempt: attempt.map(|attempt| attempt.id.clone()),
            kind: GrantKind::EnterpriseManaged,
            issuer: server.issuer.clone(),
            token_endpoint: server.token_endpoint.clone(),
            resource_parameter: beginning.resource_parameter.clone(),
            registration_id: Some(registration.id.clone()),
            scopes: scopes.clone(),
            wish: AccountWish::Any,
            account,
            tokens: answer.tokens,
        };
        self.keep_login(&vault, record, made).await
    }

    /// The code flow at the provider, for an id token; no MCP server is named to it.
    async fn log_in_at(
        &self,
        beginning: &LoginContext<'_>,
        provider: &IdentityProvider,
    ) -> Result<LoginAttempt, Error> {
        let LoginContext {
            record, options, ..
        } = beginning;
        let reach = provider_reach(record, &provider.issuer)?;
        let allowed = entered_by_hand();
        let look = discovery::authorization_server(
            &self.inner.upstream.http,
            &provider.issuer,
            &allowed,
            reach,
            &|_| {},
        );
        let server = within(self.inner.upstream.http.look_limit(), look).await?;
        // The provider knows the redirects that its owner was given, and the first of them is the deep link.
        let redirects = self
            .possible_redirects(record, &server, options.redirect, false)
            .await?;
        let redirect = redirects
            .first()
            .copied()
            .unwrap_or(oauth::redirect::Redirect::DEEP_LINK);
        let scopes = scopes_at_provider(&server);
        let consent = self.wants_consent(Some(&provider.issuer)).await? && scopes.contains(OFFLINE);
        let request = PendingAuthorization::begin(AuthorizationRequest {
            random: (random()?, random()?),
            server: &server,
            client_id: &provider.client_id,
            resource_parameter: None,
            redirect,
            scopes,
            wishes: OpenIdParameters {
                consent: options.wishes.consent || consent,
                ..options.wishes.clone()
            },
            dpop_key: None,
            reach,
            now: self.now(),
        })?;
        // Found again by the name that it was entered under; `iss` is compared with its own (Q12).
        let request = PendingAuthorization {
            issuer: provider.issuer.clone(),
            ..request
        };
        Ok(self.attempt(record, LoginKind::Provider(request)))
    }

    /// The provider's answer to the login there: its id token is kept, and the server's own login goes on at once.
    pub(super) async fn logged_in_at_provider(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
        request: &PendingAuthorization,
        code: &Secret,
    ) -> Result<Grant, Error> {
        let mut provider = self.provider(&request.issuer).await?;
        let registration = self.as_registration(&provider);
        let reach = provider_reach(record, &provider.issuer)?;
        let endpoint = IssuerEndpoint::token(&provider.issuer, &provider.token_endpoint, reach);
        let exchange = self
            .client_request(endpoint, Some(&registration), None)
            .await?;
        let outcome = exchange
            .client()
            .exchange(&self.inner.upstream.http, request, code)
            .await;
        self.learn_authentication(&exchange).await;
        let answer = outcome.map_err(|error| match &error {
            TokenError::InvalidClient { .. } => refused_by(&provider, error),
            _ => Attempt {
                name: &record.name,
                registration: None,
                began: Some(attempt.started_at),
                now: self.now(),
            }
            .explain(error),
        })?;
        keep_words(&mut provider, answer)?;
        let outcome = vault.keep_identity_provider(&provider).await?;
        self.is_kept(vault, outcome);
        let options = LoginOptions::default();
        let beginning = self.beginning(record, &options).await?;
        self.by_word_of(&beginning, &provider, Some(attempt)).await
    }
}

/// The id token is only shown and passed back to whoever made it; its own `exp` says how long it is of use.
fn keep_words(provider: &mut IdentityProvider, answer: TokenResponse) -> Result<(), Error> {
    let id_token = answer.raw_id_token.ok_or_else(|| {
        let gave_none = text::LoginNoIdToken {
            provider: provider.issuer.as_str(),
        };
        Error::new(Code::ExchangeFailed, gave_none).with_hint(text::LoginHintAllowOpenid)
    })?;
    let claims = answer.id_token.unwrap_or_default();
    provider.account = claims.display_name().map(excerpt);
    provider.id_token_expires_at = claims.expires_at().or(answer.tokens.expires_at);
    provider.id_token = Some(id_token);
    // The one before may be another person's.
    provider.refresh_token = answer.tokens.refresh_token;
    Ok(())
}
