//! `prompt=consent`: at issuers that keep to OpenID Connect, the scope `offline_access` gives a refresh token only where consent
//! is asked for by name (Core §11); at others it ends the login. Which of them one is shows at its answers, and is kept.

use crate::issuer::scopes::OFFLINE;
use crate::{Broker, Error};
use oauth::authorization::PendingAuthorization;
use oauth::token::TokenSet;
use oauth::uri::Issuer;
use vault::{ConsentHabit, IssuerHabits, Vault};

impl Broker {
    /// A login that asked for a refresh token in vain: the next one at this issuer asks for consent by name.
    pub(crate) async fn learn_consent(
        &self,
        vault: &Vault,
        request: &PendingAuthorization,
        tokens: &TokenSet,
    ) -> Result<(), Error> {
        if tokens.refresh_token.is_some()
            || !request.scopes.contains(OFFLINE)
            || request.asks_for_consent()
        {
            return Ok(());
        }
        let habits = vault.issuer_habits(&request.issuer).await?;
        let server = vault.authorization_server(&request.issuer).await?;
        let is_openid = server.is_some_and(|(server, _)| {
            server.scopes_supported.contains("openid") && server.scopes_supported.contains(OFFLINE)
        });
        if is_openid && habits.consent == ConsentHabit::Unknown {
            let habits = IssuerHabits {
                consent: ConsentHabit::Wanted,
                ..habits
            };
            vault.save_issuer_habits(&request.issuer, habits).await?;
        }
        Ok(())
    }

    /// A login that asked for consent by name and was refused: the next one does not. True where that was learned now.
    pub(crate) async fn unlearn_consent(
        &self,
        vault: &Vault,
        request: &PendingAuthorization,
    ) -> Result<bool, Error> {
        let habits = vault.issuer_habits(&request.issuer).await?;
        if !request.asks_for_consent() || habits.consent != ConsentHabit::Wanted {
            return Ok(false);
        }
        let habits = IssuerHabits {
            consent: ConsentHabit::Refused,
            ..habits
        };
        vault.save_issuer_habits(&request.issuer, habits).await?;
        Ok(true)
    }

    /// Whether the next login at this issuer asks for consent by name.
    pub(crate) async fn wants_consent(&self, issuer: Option<&Issuer>) -> Result<bool, Error> {
        match issuer {
            Some(issuer) => {
                Ok(self.vault()?.issuer_habits(issuer).await?.consent == ConsentHabit::Wanted)
            }
            None => Ok(false),
        }
    }
}
