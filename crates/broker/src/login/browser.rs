//! The code flow in the browser of this machine: which redirect, which client id, and the request (RFC 8252, RFC 7636).

use crate::issuer::registration::criteria::ClientChoice;
use crate::login::beginning::LoginContext;
use crate::upstream::randomness::{new_key, random};
use crate::{Broker, Error, command_line};
use model::{BrowserLogin, Code, LoginAttempt, LoginKind};
use oauth::authorization::{AuthorizationRequest, OpenIdParameters, PendingAuthorization};
use oauth::metadata::AuthorizationServer;

impl Broker {
    pub(super) async fn by_browser(
        &self,
        beginning: &LoginContext<'_>,
    ) -> Result<LoginAttempt, Error> {
        let LoginContext {
            record,
            server,
            scopes,
            reach,
            options,
            ..
        } = beginning;
        if !server.offers_code_flow() {
            let error = Error::new(
                Code::MethodNotOffered,
                format!("{} offers no login in the browser", server.issuer),
            );
            return Err(match other_way(server) {
                Some(flag) => error.with_hint(format!(
                    "Log in as it offers: `{}`.",
                    command_line(&["login", &record.name, flag])
                )),
                None => error,
            });
        }
        let redirects = self
            .possible_redirects(record, server, options.redirect, options.pasted)
            .await?;
        let ClientChoice {
            registration,
            redirect,
        } = self
            .choose_registration(beginning.criteria(&redirects))
            .await?;
        let dpop_key = record.needs_dpop.then(new_key).transpose()?;
        let request = PendingAuthorization::begin(AuthorizationRequest {
            random: (random()?, random()?),
            server,
            client_id: &registration.client_id,
            resource_parameter: beginning.resource_parameter.clone(),
            redirect,
            scopes: scopes.clone(),
            wishes: OpenIdParameters {
                consent: options.wishes.consent || beginning.consent,
                ..options.wishes.clone()
            },
            dpop_key: dpop_key.as_ref(),
            reach: *reach,
            now: self.now(),
        })?;
        Ok(self.attempt(
            record,
            LoginKind::Browser(BrowserLogin {
                request,
                registration_id: registration.id,
                account: options.account.clone(),
            }),
        ))
    }
}

/// What stands in its document in place of the browser.
fn other_way(server: &AuthorizationServer) -> Option<&'static str> {
    if server.device_authorization_endpoint.is_some() {
        return Some("--device");
    }
    server
        .offers(oauth::assertion::CLIENT_CREDENTIALS)
        .then_some("--client-credentials")
}
