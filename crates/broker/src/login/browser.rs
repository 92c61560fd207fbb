//! The code flow in the browser of this machine: which redirect, which client id, and the request (PROTOCOL.md 2.9).

use crate::issuer::registration::criteria::Chosen;
use crate::login::beginning::Beginning;
use crate::upstream::randomness::{new_key, random};
use crate::{Broker, Code, Error, command_line};
use model::GrantKind;
use oauth::authorization::{AuthorizationRequest, PendingAuthorization, Wishes};
use oauth::metadata::AuthorizationServer;

impl Broker {
    pub(super) async fn by_browser(
        &self,
        beginning: &Beginning<'_>,
    ) -> Result<PendingAuthorization, Error> {
        let Beginning {
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
        let redirects = self.possible_redirects(record, server, options).await?;
        let Chosen {
            registration,
            redirect,
        } = self.choose_registration(beginning.need(&redirects)).await?;
        let dpop_key = if record.needs_dpop {
            Some(new_key()?)
        } else {
            None
        };
        Ok(PendingAuthorization::begin(AuthorizationRequest {
            id: vault::new_id(),
            kind: GrantKind::AuthorizationCode,
            random: (random()?, random()?),
            server,
            client_id: &registration.client_id,
            registration_id: registration.id,
            resource: record.uri.clone(),
            resource_parameter: beginning.resource_parameter.clone(),
            redirect,
            scopes: scopes.clone(),
            wishes: Wishes {
                consent: options.wishes.consent || beginning.consent,
                ..options.wishes.clone()
            },
            dpop_key: dpop_key.as_ref(),
            reach: *reach,
            now: self.now(),
        })?)
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
