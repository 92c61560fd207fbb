//! The code flow in the browser of this machine: which redirect, which client id, and the request (PROTOCOL.md 2.9).

use super::{Beginning, LoginOptions};
use crate::error::command_line;
use crate::issuer::registration::{Chosen, preference};
use crate::{Broker, Code, Error, RedirectPreference, ResourceRecord};
use oauth::authorization::{AuthorizationRequest, PendingAuthorization, Wishes};
use oauth::grant::GrantKind;
use oauth::jwt::SigningKey;
use oauth::metadata::AuthorizationServer;
use oauth::redirect::Redirect;
use oauth::registration::Registration;
use oauth::uri::Issuer;
use vault::Vault;

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
            random: (crate::random()?, crate::random()?),
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

    /// The redirects to try, best first: the person's wish; else what this issuer is known to take; else the deep link where
    /// it will arrive, and loopback where it may not. The loopback listener's name is for those who refuse its address.
    pub(super) async fn possible_redirects(
        &self,
        record: &ResourceRecord,
        server: &AuthorizationServer,
        options: &LoginOptions,
    ) -> Result<Vec<Redirect>, Error> {
        let here = self.redirects();
        let deep_link = here.deep_link.then_some(Redirect::DEEP_LINK);
        let loopback = here.loopback.map(Redirect::loopback);
        let localhost = here.loopback.map(Redirect::localhost);
        let unavailable = |what: &str| {
            Error::new(
                Code::RedirectUnavailable,
                format!("{what} cannot be received on this machine now"),
            )
        };
        if let Some(wish) = options.redirect {
            let redirect = match wish {
                // Pasting the address works without anything listening.
                RedirectPreference::DeepLink => Some(Redirect::DEEP_LINK),
                RedirectPreference::Loopback => loopback,
                RedirectPreference::Localhost => localhost,
            };
            return redirect
                .map(|redirect| vec![redirect])
                .ok_or_else(|| unavailable("the loopback answer"));
        }
        let vault = self.vault()?;
        let order = match vault.redirect_preference(&server.issuer).await? {
            Some(RedirectPreference::Localhost) => [localhost, loopback, deep_link],
            Some(RedirectPreference::DeepLink)
                if !options.pasted && !self.knows_loopback(&vault, &server.issuer).await? =>
            {
                [deep_link, loopback, localhost]
            }
            None if !options.pasted
                && self
                    .deep_link_arrives(&vault, record, &server.issuer)
                    .await? =>
            {
                [deep_link, loopback, localhost]
            }
            Some(RedirectPreference::Loopback | RedirectPreference::DeepLink) | None => {
                [loopback, localhost, deep_link]
            }
        };
        let possible: Vec<_> = order.into_iter().flatten().collect();
        if possible.is_empty() {
            Err(unavailable("the browser's answer"))
        } else {
            Ok(possible)
        }
    }

    /// Browsers open an app once without a click, and not again before the person has touched a page (ARCHITECTURE.md,
    /// Redirects). Where no login of this run of the machine was answered by deep link, the one is left; and an issuer that
    /// the browser was never sent to from here asks for a click, mostly.
    async fn deep_link_arrives(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        issuer: &Issuer,
    ) -> Result<bool, Error> {
        if vault.was_visited(issuer).await?
            || vault.had_deep_link(&self.inner.browser.boot()).await?
        {
            return Ok(false);
        }
        let grants = vault.grants().await?;
        Ok(!grants
            .iter()
            .any(|grant| grant.issuer == *issuer || grant.resource == record.uri))
    }

    async fn knows_loopback(&self, vault: &Vault, issuer: &Issuer) -> Result<bool, Error> {
        let known = vault.registrations_at(issuer).await?;
        Ok(known
            .iter()
            .flat_map(|known| &known.redirects)
            .any(|redirect| !redirect.is_deep_link()))
    }

    /// From here on the issuer may know the browser, and the browser's one jump may be used up, whatever comes of it.
    pub(super) async fn note_visit(
        &self,
        vault: &Vault,
        pending: &PendingAuthorization,
    ) -> Result<(), Error> {
        if pending.device.is_some() {
            return Ok(());
        }
        let boot = pending
            .redirect
            .is_deep_link()
            .then(|| self.inner.browser.boot());
        Ok(vault
            .note_visit(&pending.issuer, boot.as_deref(), self.now())
            .await?)
    }

    /// A redirect that brought a login home is used again there, if the person had to choose it. A deep link is not: it
    /// may arrive this time and not the next, and what was registered for it only is of no use any more.
    pub(super) async fn learn_redirect(&self, pending: &PendingAuthorization) -> Result<(), Error> {
        let vault = self.vault()?;
        let known = vault.registrations_at(&pending.issuer).await?;
        let by_deep_link = |known: &Registration| {
            known
                .redirects
                .iter()
                .any(|redirect| redirect.is_deep_link())
        };
        if pending.redirect.is_deep_link() || !known.iter().any(by_deep_link) {
            return Ok(());
        }
        vault
            .save_redirect_preference(&pending.issuer, preference(pending.redirect))
            .await?;
        for known in known.iter().filter(|known| by_deep_link(known)) {
            self.drop_unused(&vault, known, true).await?;
        }
        Ok(())
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

/// A key for tokens that are bound to one (RFC 9449). One random number in 2³² is none.
pub(super) fn new_key() -> Result<SigningKey, Error> {
    for _ in 0..4 {
        if let Some(key) = SigningKey::from_random(crate::random()?) {
            return Ok(key);
        }
    }
    Err(Error::new(Code::Internal, "no key could be made"))
}
