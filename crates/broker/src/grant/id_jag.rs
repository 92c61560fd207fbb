//! An ID-JAG of the company's provider (RFC 8693): valid for one authorization server and one subject.

use crate::issuer::client_request::IssuerEndpoint;
use crate::{Broker, Error, command_line};
use messages::{Text, text};
use model::{
    Account, ClientRecord, Code, IdentityProvider, NamedBy, Remedy, ResourceRecord, quoting,
};
use oauth::address_guard::Reach;
use oauth::assertion::IdJagExchange;
use oauth::concession::{Concession, Concessions};
use oauth::metadata::AuthorizationServer;
use oauth::registration::{Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::token::{IdToken, TokenError};
use oauth::uri::{Issuer, excerpt};

impl Broker {
    /// The provider's word for this person at another authorization server (RFC 8693): at the one that it is sent to, and for
    /// nobody but the person whose login it is.
    pub(crate) async fn id_jag(
        &self,
        record: &ResourceRecord,
        provider: &Issuer,
        audience: &Issuer,
        resource: Option<&str>,
        scopes: &Scopes,
        account: Option<&Account>,
    ) -> Result<Secret, Error> {
        let provider = self.provider(provider).await?;
        let now = account_at(&provider);
        if let Some(whose) = account.filter(|whose| !whose.is_same(&now)) {
            let (before, now, provider) = (&whose.name, &now.name, provider.issuer.as_str());
            let what = text::GrantCompanyAccountDiffers {
                before,
                now,
                provider,
            };
            return Err(Error::new(Code::AccountLocked, what)
                .with_hint(text::GrantHintCompanyAccount { before }));
        }
        let Some((subject_token, subject_token_type)) = self.living_subject(&provider) else {
            return Err(Error::new(
                Code::LoginRequired,
                text::GrantCompanyEnded {
                    provider: provider.issuer.as_str(),
                },
            ));
        };
        let registration = self.as_registration(&provider);
        let reach = provider_reach(record, &provider.issuer)?;
        let endpoint = IssuerEndpoint::token(&provider.issuer, &provider.token_endpoint, reach);
        let request = self
            .client_request(endpoint, Some(&registration), None)
            .await?;
        let client = request.client();
        let exchange = IdJagExchange {
            subject_token: &subject_token,
            subject_token_type,
            audience: audience.as_str(),
            resource,
            scopes,
        };
        let outcome = client.id_jag(&self.inner.upstream.http, &exchange).await;
        self.learn_authentication(&request).await;
        if matches!(outcome, Err(TokenError::InvalidGrant { .. }))
            && subject_token_type == oauth::assertion::REFRESH_TOKEN
        {
            self.forget_subject(&provider.issuer, &subject_token)
                .await?;
        }
        outcome.map_err(|error| refused_by(&provider, error))
    }

    /// A refresh token that the provider no longer takes: the next login asks the person there.
    pub(crate) async fn forget_subject(
        &self,
        provider: &Issuer,
        refused: &Secret,
    ) -> Result<(), Error> {
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

    /// What proves to the provider who asks: its id token while it lives, else its refresh token.
    pub(crate) fn living_subject(
        &self,
        provider: &IdentityProvider,
    ) -> Option<(Secret, &'static str)> {
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

    pub(crate) fn as_registration(&self, provider: &IdentityProvider) -> ClientRecord {
        let registration = Registration {
            client_secret: provider.client_secret.clone(),
            auth_method: provider.auth_method,
            ..self.given(
                provider.issuer.clone(),
                RegistrationKind::PreRegistered,
                provider.client_id.clone(),
            )
        };
        // A name of its own, so that what is learned of it is found again.
        let id = format!("provider {} {}", provider.issuer, provider.client_id);
        ClientRecord::new(id, registration)
    }
}

/// Whom the provider speaks for now: its own name for the person, which stays the same where a name for showing changes. Where it
/// names nobody, its host does.
pub(crate) fn account_at(provider: &IdentityProvider) -> Account {
    let name = provider
        .account
        .clone()
        .unwrap_or_else(|| AuthorizationServer::host_of(provider.issuer.as_str()));
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
        named_by: NamedBy::Issuer,
    }
}

pub(crate) fn refused_by(provider: &IdentityProvider, error: TokenError) -> Error {
    let issuer = provider.issuer.as_str();
    match &error {
        TokenError::Refused { .. } | TokenError::InvalidGrant { .. } | TokenError::Spent { .. } => {
            let told = Error::from(error);
            let what: Text = text::GrantCompanyRefuses { why: told.text() }.into();
            told.retold(Code::RefusedByProvider, what)
        }
        TokenError::InvalidClient { said, .. } => {
            let refused = text::GrantCompanyRefusesClient { provider: issuer };
            let what = quoting(refused, said.as_ref());
            let command = command_line(&[
                "provider",
                "set",
                issuer,
                "--client-id",
                &provider.client_id,
                "--ask-secret",
            ]);
            Error::from(error)
                .retold(Code::ClientRefused, what)
                .with_hint(text::GrantHintCompanyClient { command })
                .with_remedies([Remedy::EnterProvider])
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

/// An id token that ends sooner is as good as ended.
pub(crate) const MARGIN_SECONDS: i64 = 30;
