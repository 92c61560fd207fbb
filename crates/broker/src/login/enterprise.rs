//! The company's identity provider speaks for the person (SEP-990; PROTOCOL.md 6): log in there once, and from then on
//! each server's authorization server takes the provider's signed word for it.
//!
//! A refusal by the provider is the company's policy: it is final, and nothing else is tried behind its back.

use super::browser::new_key;
use super::unattended::Asked;
use super::{Beginning, LoginOptions};
use crate::error::{Attempt, command_line};
use crate::grant::keep::Made;
use crate::issuer::discovery::within;
use crate::{Broker, Code, Error, ResourceRecord};
use oauth::assertion::IdJagExchange;
use oauth::authorization::{AccountWish, AuthorizationRequest, PendingAuthorization, Wishes};
use oauth::concession::{Concession, Concessions, Reach};
use oauth::discovery;
use oauth::grant::{Account, Grant, GrantKind};
use oauth::jwt::SigningKey;
use oauth::registration::{Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::token::{Answer, Client, IdToken, TokenError};
use oauth::uri::{Issuer, excerpt};
use vault::{ClientEndpoint, IdentityProvider, Vault};

pub(super) enum Outcome {
    Done(Box<Grant>),
    LogIn(Box<PendingAuthorization>),
}

/// An id token that ends sooner is as good as ended.
const MARGIN_SECONDS: i64 = 30;

impl Broker {
    pub(super) async fn by_provider(
        &self,
        beginning: &Beginning<'_>,
        issuer: &Issuer,
    ) -> Result<Outcome, Error> {
        let provider = self.provider(issuer).await?;
        if self.living_subject(&provider).is_none() {
            return self
                .log_in_at(beginning, &provider)
                .await
                .map(|pending| Outcome::LogIn(Box::new(pending)));
        }
        self.by_word_of(beginning, &provider)
            .await
            .map(|grant| Outcome::Done(Box::new(grant)))
    }

    /// The ID-JAG grant, with a provider that somebody is logged in at.
    async fn by_word_of(
        &self,
        beginning: &Beginning<'_>,
        provider: &IdentityProvider,
    ) -> Result<Grant, Error> {
        let Beginning {
            record,
            server,
            scopes,
            ..
        } = beginning;
        let vault = self.vault()?;
        let _aloft = self.take_off(&vault, &server.token_endpoint).await?;
        let registration = self
            .choose_registration(beginning.need(&[]))
            .await?
            .registration;
        let dpop_key = if record.needs_dpop {
            Some(new_key()?)
        } else {
            None
        };
        let dpop_key = dpop_key.as_ref().map(SigningKey::to_secret);
        let account = account_at(provider);
        let asked = Asked {
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
        let made = Made {
            kind: GrantKind::EnterpriseManaged,
            issuer: server.issuer.clone(),
            token_endpoint: server.token_endpoint.clone(),
            resource_parameter: beginning.resource_parameter.clone(),
            registration_id: registration.id.clone(),
            scopes: scopes.clone(),
            wish: AccountWish::Any,
            account,
            tokens: answer.tokens,
        };
        self.keep_login(&vault, record, made).await
    }

    /// The provider's word for this person at another authorization server (RFC 8693): at the one that it is sent to, and for
    /// nobody but the person whose login it is.
    pub(super) async fn id_jag(
        &self,
        record: &ResourceRecord,
        provider: &Issuer,
        asked: &Asked<'_>,
    ) -> Result<Secret, Error> {
        let provider = self.provider(provider).await?;
        let now = account_at(&provider);
        if let Some(whose) = asked.account.filter(|whose| !whose.is_same(&now)) {
            let message = format!(
                "this login is of {}, and {} is logged in at {}",
                whose.name, now.name, provider.issuer
            );
            return Err(Error::new(Code::AccountLocked, message)
                .with_hint("Log in to the server again, or log in at the company's provider as the one before."));
        }
        let Some((subject_token, subject_token_type)) = self.living_subject(&provider) else {
            return Err(Error::new(
                Code::LoginRequired,
                format!("the login at {} has ended", provider.issuer),
            ));
        };
        let registration = self.as_registration(&provider);
        let random = crate::random_stream()?;
        let ways = self
            .ways(Some(&registration), &provider.issuer, ClientEndpoint::Token)
            .await?;
        let client = Client {
            endpoint: &provider.token_endpoint,
            registration: Some(&registration),
            reach: provider_reach(record, &provider.issuer)?,
            now: self.now(),
            random: &random,
            dpop: None,
            ways: &ways,
        };
        let exchange = IdJagExchange {
            subject_token: &subject_token,
            subject_token_type,
            audience: asked.issuer.as_str(),
            resource: asked.resource_parameter,
            scopes: asked.scopes,
        };
        let outcome = client.id_jag(&self.inner.http, &exchange).await;
        self.learn_way(Some(&registration), ClientEndpoint::Token, &ways)
            .await;
        if matches!(outcome, Err(TokenError::InvalidGrant { .. }))
            && subject_token_type == oauth::assertion::REFRESH_TOKEN
        {
            self.forget_subject(&provider.issuer, &subject_token)
                .await?;
        }
        outcome.map_err(|error| refused_by(&provider, error))
    }

    /// A refresh token that the provider no longer takes: the next login asks the person there.
    async fn forget_subject(&self, provider: &Issuer, refused: &Secret) -> Result<(), Error> {
        let known = self.provider(provider).await?;
        if known.refresh_token.as_ref() == Some(refused) {
            self.vault()?
                .save_identity_provider(&IdentityProvider {
                    refresh_token: None,
                    ..known
                })
                .await?;
        }
        Ok(())
    }

    /// The code flow at the provider, for an id token; no MCP server is named to it.
    async fn log_in_at(
        &self,
        beginning: &Beginning<'_>,
        provider: &IdentityProvider,
    ) -> Result<PendingAuthorization, Error> {
        let Beginning {
            record, options, ..
        } = beginning;
        let reach = provider_reach(record, &provider.issuer)?;
        let allowed = entered_by_hand();
        let look = discovery::authorization_server(
            &self.inner.http,
            &provider.issuer,
            &allowed,
            reach,
            &|_| {},
        );
        let server = within(self.inner.http.look_limit(), look).await?;
        // The provider knows the redirects that its owner was given, and the first of them is the deep link.
        let by_any = LoginOptions {
            pasted: false,
            ..(*options).clone()
        };
        let redirects = self.possible_redirects(record, &server, &by_any).await?;
        let redirect = redirects
            .first()
            .copied()
            .unwrap_or(oauth::redirect::Redirect::DEEP_LINK);
        let offline = Scopes::parse("offline_access");
        let least = Scopes::parse("openid");
        let scopes = if server.scopes_supported.includes(&offline) {
            least.union(&offline)
        } else {
            least
        };
        let consent =
            self.wants_consent(Some(&provider.issuer)).await? && scopes.includes(&offline);
        let pending = PendingAuthorization::begin(AuthorizationRequest {
            id: vault::new_id(),
            kind: GrantKind::EnterpriseManaged,
            random: (crate::random()?, crate::random()?),
            server: &server,
            client_id: &provider.client_id,
            registration_id: String::new(),
            resource: record.uri.clone(),
            resource_parameter: None,
            redirect,
            scopes,
            wishes: Wishes {
                consent: options.wishes.consent || consent,
                ..options.wishes.clone()
            },
            dpop_key: None,
            reach,
            now: self.now(),
        })?;
        // Found again by the name that it was entered under; `iss` is compared with its own (Q12).
        Ok(PendingAuthorization {
            issuer: provider.issuer.clone(),
            ..pending
        })
    }

    /// The provider's answer to the login there: its id token is kept, and the server's own login goes on at once.
    pub(super) async fn logged_in_at_provider(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
        code: &Secret,
    ) -> Result<Grant, Error> {
        let mut provider = self.provider(&pending.issuer).await?;
        let registration = self.as_registration(&provider);
        let random = crate::random_stream()?;
        let ways = self
            .ways(Some(&registration), &provider.issuer, ClientEndpoint::Token)
            .await?;
        let client = Client {
            endpoint: &provider.token_endpoint,
            registration: Some(&registration),
            reach: provider_reach(record, &provider.issuer)?,
            now: self.now(),
            random: &random,
            dpop: None,
            ways: &ways,
        };
        let outcome = client.exchange(&self.inner.http, pending, code).await;
        self.learn_way(Some(&registration), ClientEndpoint::Token, &ways)
            .await;
        let answer = outcome.map_err(|error| match &error {
            TokenError::InvalidClient { .. } => refused_by(&provider, error),
            _ => Attempt {
                name: &record.name,
                registration: None,
                began: Some(pending.started_at),
                now: self.now(),
            }
            .explain(error),
        })?;
        keep_words(&mut provider, answer)?;
        let outcome = vault.keep_identity_provider(&provider).await?;
        self.is_kept(vault, outcome);
        let options = super::LoginOptions::default();
        let beginning = self.beginning(record, &options).await?;
        self.by_word_of(&beginning, &provider).await
    }

    pub(crate) async fn provider(&self, issuer: &Issuer) -> Result<IdentityProvider, Error> {
        let known = self.vault()?.identity_provider(issuer).await?;
        known.ok_or_else(|| {
            Error::new(
                Code::ProviderUnknown,
                format!("{issuer} is not entered as your company's provider"),
            )
        })
    }

    /// What proves to the provider who asks: its id token while it lives, else its refresh token.
    fn living_subject(&self, provider: &IdentityProvider) -> Option<(Secret, &'static str)> {
        let soon = self.now().plus(MARGIN_SECONDS);
        let lives = provider
            .id_token_expires_at
            .is_none_or(|expires_at| expires_at > soon);
        let id_token = provider
            .id_token
            .clone()
            .filter(|_| lives)
            .map(|token| (token, oauth::assertion::ID_TOKEN));
        id_token.or_else(|| {
            provider
                .refresh_token
                .clone()
                .map(|token| (token, oauth::assertion::REFRESH_TOKEN))
        })
    }

    fn as_registration(&self, provider: &IdentityProvider) -> Registration {
        Registration {
            // A name of its own, so that what is learned of it is found again.
            id: format!("provider {} {}", provider.issuer, provider.client_id),
            client_secret: provider.client_secret.clone(),
            auth_method: provider.auth_method,
            ..self.given(
                provider.issuer.clone(),
                RegistrationKind::PreRegistered,
                provider.client_id.clone(),
            )
        }
    }
}

/// Whom the provider speaks for now: its own name for the person, which stays the same where a name for showing changes.
fn account_at(provider: &IdentityProvider) -> Account {
    let name = provider
        .account
        .clone()
        .unwrap_or_else(|| format!("you at {}", provider.issuer));
    let sub = provider
        .id_token
        .as_ref()
        .and_then(IdToken::read)
        .and_then(|claims| claims.sub);
    let subject = format!(
        "{} at {}",
        excerpt(sub.as_deref().unwrap_or(&name)),
        provider.issuer
    );
    Account {
        subject: Some(subject),
        name,
        named: false,
    }
}

/// The id token is only shown and passed back to whoever made it; its own `exp` says how long it is of use.
fn keep_words(provider: &mut IdentityProvider, answer: Answer) -> Result<(), Error> {
    let missing = || {
        Error::new(
            Code::ExchangeFailed,
            format!("{} gave no id token", provider.issuer),
        )
        .with_hint("Its owner has to allow the scope openid for this client id.")
    };
    let id_token = answer.raw_id_token.ok_or_else(missing)?;
    let claims = answer.id_token.unwrap_or_default();
    provider.account = claims.display_name().map(excerpt);
    provider.id_token_expires_at = claims.expires_at().or(answer.tokens.expires_at);
    provider.id_token = Some(id_token);
    // The one before may be another person's.
    provider.refresh_token = answer.tokens.refresh_token;
    Ok(())
}

fn refused_by(provider: &IdentityProvider, error: TokenError) -> Error {
    let told = error.to_string();
    let issuer = &provider.issuer;
    match &error {
        TokenError::Refused { .. } | TokenError::InvalidGrant { .. } | TokenError::Spent { .. } => {
            Error::from(error).retold(
                Code::RefusedByProvider,
                format!("your company's provider does not allow this: {told}"),
            )
        }
        TokenError::InvalidClient { said, .. } => {
            let said = oauth::said::clause(said.as_ref());
            let message = format!(
                "{issuer} refuses the client id or secret that you entered for the company's provider{said}"
            );
            let set = command_line(&[
                "provider",
                "set",
                issuer.as_str(),
                "--client-id",
                &provider.client_id,
            ]);
            Error::from(error)
                .retold(Code::ClientRefused, message)
                .with_hint(format!("Enter them once more: `{set} --ask-secret`."))
        }
        _ => error.into(),
    }
}

/// A person entered the provider's issuer, and no server did: where it has its login page is for it to say.
pub(crate) fn entered_by_hand() -> Concessions {
    Concessions([Concession::ForeignLoginPage].into())
}

/// A person entered the provider: it may be where the server itself may be, and on this machine if it says so.
pub(crate) fn provider_reach(record: &ResourceRecord, issuer: &Issuer) -> Result<Reach, Error> {
    Ok(Reach::of(&issuer.url()?, &record.concessions))
}
