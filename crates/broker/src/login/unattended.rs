//! Logins that need nobody: the program's own access, and the platform's word for it (RFC 6749 §4.4, RFC 7523).
//! They have no refresh token: when the access token ends, the same is asked again.

use crate::grant::draft::GrantDraft;
use crate::grant::obtain::AccessTokenRequest;
use crate::issuer::registration::criteria::RegistrationCriteria;
use crate::login::beginning::LoginContext;
use crate::upstream::randomness::new_key;
use crate::{Broker, Error};
use model::{Account, AccountWish, Grant, GrantKind, LoginMethod, NamedBy};
use oauth::jwt::SigningKey;
use oauth::uri::excerpt;

impl Broker {
    pub(super) async fn by_itself(&self, beginning: &LoginContext<'_>) -> Result<Grant, Error> {
        let LoginContext {
            record,
            server,
            scopes,
            ..
        } = beginning;
        let vault = self.vault()?;
        let _exchange = self.begin_exchange(&vault, &server.token_endpoint).await?;
        let (kind, registration) = if matches!(record.login_method, LoginMethod::Workload { .. }) {
            (GrantKind::WorkloadIdentity, None)
        } else {
            let need = RegistrationCriteria {
                unattended: true,
                ..beginning.criteria(&[])
            };
            (
                GrantKind::ClientCredentials,
                Some(self.choose_registration(need).await?.registration),
            )
        };
        let dpop_key = record.needs_dpop.then(new_key).transpose()?;
        let dpop_key = dpop_key.as_ref().and_then(SigningKey::to_secret);
        let asked = AccessTokenRequest {
            kind,
            issuer: &server.issuer,
            endpoint: &server.token_endpoint,
            registration: registration.as_ref(),
            resource_parameter: beginning.resource_parameter.as_deref(),
            scopes,
            dpop_key: dpop_key.as_ref(),
            account: None,
        };
        let answer = self.obtained(record, &asked).await?;
        let name = registration.as_ref().map_or_else(
            || "this workload".to_owned(),
            |given| excerpt(&given.client_id),
        );
        let made = GrantDraft {
            attempt: None,
            kind,
            issuer: server.issuer.clone(),
            token_endpoint: server.token_endpoint.clone(),
            resource_parameter: beginning.resource_parameter.clone(),
            registration_id: registration.map(|given| given.id),
            scopes: scopes.clone(),
            wish: AccountWish::Any,
            account: Account {
                subject: Some(name.clone()),
                name,
                named_by: NamedBy::Issuer,
            },
            tokens: answer.tokens,
        };
        self.keep_login(&vault, record, made).await
    }
}
