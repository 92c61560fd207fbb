//! The code flow in the browser of this machine: which redirect, which client id, and the request (RFC 8252, RFC 7636).

use crate::issuer::registration::criteria::ClientChoice;
use crate::login::beginning::LoginContext;
use crate::upstream::randomness::{new_key, random};
use crate::{Broker, Error, command_line};
use messages::{Text, text};
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
            let issuer = server.issuer.as_str();
            let error = Error::new(Code::MethodNotOffered, text::LoginNoBrowserWay { issuer });
            return Err(match other_way(server, &record.name) {
                Some(hint) => error.with_hint(hint),
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
fn other_way(server: &AuthorizationServer, name: &str) -> Option<Text> {
    if server.device_authorization_endpoint.is_some() {
        let command = command_line(&["login", name, "--device"]);
        return Some(text::LoginHintWithCode { command }.into());
    }
    let command = command_line(&["login", name, "--client-credentials"]);
    server
        .offers(oauth::assertion::CLIENT_CREDENTIALS)
        .then(|| text::LoginHintAsItself { command }.into())
}
