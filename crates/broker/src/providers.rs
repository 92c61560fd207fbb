//! The company's identity providers: entered once, used by every server that is logged in to through them (SEP-990).

use crate::grant::id_jag::entered_by_hand;
use crate::issuer::discovery::within;
use crate::{Broker, Change, Error};
use messages::text;
use model::{Code, EventKind, IdentityProvider};
use oauth::address_guard::Reach;
use oauth::concession::Concessions;
use oauth::discovery;
use oauth::registration::AuthMethod;
use oauth::secret::Secret;
use oauth::token::IdToken;
use oauth::uri::{Issuer, secure_url};

/// What a person enters.
#[derive(Debug, Clone)]
pub struct ProviderEntry {
    /// The provider's issuer identifier.
    pub issuer: String,
    /// The id of this program at the provider.
    pub client_id: String,
    /// None where this program is a public client there.
    pub client_secret: Option<Secret>,
    /// None: the provider's own metadata says it.
    pub token_endpoint: Option<String>,
    /// An id token that another program of this machine already has; None: the person logs in when it is needed.
    pub id_token: Option<Secret>,
}

impl Broker {
    /// Keeps a provider, in place of the one that was entered for this issuer before.
    pub async fn set_identity_provider(
        &self,
        entry: ProviderEntry,
    ) -> Result<IdentityProvider, Error> {
        let issuer = Issuer::parse(entry.issuer.trim())?;
        let token_endpoint = if let Some(endpoint) = entry.token_endpoint {
            secure_url(&endpoint)?;
            endpoint
        } else {
            let (reach, allowed) = (
                Reach::of(&issuer.url()?, &Concessions::default()),
                entered_by_hand(),
            );
            let look = discovery::authorization_server(
                &self.inner.upstream.http,
                &issuer,
                &allowed,
                reach,
                &|_| {},
            );
            within(self.inner.upstream.http.look_limit(), look)
                .await?
                .token_endpoint
        };
        let client_secret = entry
            .client_secret
            .filter(|secret| !secret.expose().is_empty());
        let claims = entry
            .id_token
            .as_ref()
            .and_then(IdToken::read)
            .unwrap_or_default();
        let provider = IdentityProvider {
            client_id: entry.client_id.trim().to_owned(),
            auth_method: if client_secret.is_some() {
                AuthMethod::ClientSecretBasic
            } else {
                AuthMethod::None
            },
            client_secret,
            token_endpoint,
            account: claims.display_name().map(oauth::uri::excerpt),
            id_token_expires_at: claims.expires_at(),
            id_token: entry.id_token,
            refresh_token: None,
            added_at: self.now(),
            issuer,
        };
        if provider.client_id.is_empty() {
            return Err(Error::new(Code::InvalidArgument, text::ProviderNoClientId)
                .with_hint(text::ProviderWhoKnowsClientId));
        }
        self.vault()?.save_identity_provider(&provider).await?;
        let line = text::ProviderEntered {
            provider: provider.issuer.as_str(),
        };
        self.record(self.event(EventKind::ProviderEntered, true, line))
            .await;
        Ok(provider)
    }

    /// Every provider that was entered.
    pub async fn identity_providers(&self) -> Result<Vec<IdentityProvider>, Error> {
        Ok(self.vault()?.identity_providers().await?)
    }

    /// Forgets a provider, and with it the login there.
    pub async fn remove_identity_provider(&self, issuer: &str) -> Result<(), Error> {
        if !self
            .vault()?
            .remove_identity_provider(&Issuer::parse(issuer.trim())?)
            .await?
        {
            return Err(Error::new(Code::ProviderUnknown, text::ProviderUnknown));
        }
        let line = text::ProviderRemoved { provider: issuer };
        self.record(self.event(EventKind::ProviderRemoved, true, line))
            .await;
        self.changed(Change::Vault);
        Ok(())
    }
}
