//! Which client id a login uses: the one kept for this issuer and redirect, else a new dynamic registration.

use crate::events::About;
use crate::{Broker, Code, Error, RedirectPreference, ResourceRecord};
use oauth::concession::Reach;
use oauth::metadata::AuthorizationServer;
use oauth::redirect::Redirect;
use oauth::registration::{Registration, RegistrationError, register};
use oauth::scope::Scopes;
use std::sync::Arc;

/// A secret that runs out during the login is as good as gone.
const SECRET_MARGIN_SECONDS: i64 = 900;

impl Broker {
    /// A usable registration at this issuer, for the first of these redirects that the issuer takes.
    /// What it refuses is remembered (DESIGN.md, Redirects).
    pub(crate) async fn choose_registration(
        &self,
        record: &ResourceRecord,
        server: &AuthorizationServer,
        redirects: &[Redirect],
        scopes: &Scopes,
        reach: Reach,
    ) -> Result<Registration, Error> {
        // One registration at a time for each issuer: a double click must not make two clients (Q32).
        let turn = self.turn_at(server.issuer.as_str());
        let _turn = turn.lock().await;
        let mut refused = None;
        for redirect in redirects {
            if let Some(known) = self.usable_registration(server, *redirect).await? {
                return Ok(known);
            }
            match register(&self.inner.http, server, *redirect, scopes, vault::new_id(), reach, self.now()).await {
                Ok(registration) => {
                    let vault = self.vault()?;
                    vault.save_registration(&registration).await?;
                    if refused.is_some() {
                        vault.save_redirect_preference(&server.issuer, preference(*redirect)).await?;
                    }
                    let what = format!("Registered at {} as {}", server.issuer, oauth::uri::excerpt(&registration.client_id));
                    self.record(self.event("registered", true, what).about(record)).await;
                    return Ok(registration);
                }
                Err(error @ RegistrationError::RedirectRefused { .. }) => {
                    tracing::info!(issuer = %server.issuer, %error, "redirect refused at registration");
                    refused.get_or_insert(Error::from(error));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(refused
            .unwrap_or_else(|| Error::new(Code::RedirectUnavailable, "no way is open for the browser's answer to come back")))
    }

    async fn usable_registration(&self, server: &AuthorizationServer, redirect: Redirect) -> Result<Option<Registration>, Error> {
        let soon = self.now().plus(SECRET_MARGIN_SECONDS);
        let known = self.vault()?.registrations_at(&server.issuer).await?;
        Ok(known
            .into_iter()
            .find(|known| known.redirect == redirect && known.secret_expires_at.is_none_or(|expires_at| expires_at > soon)))
    }

    fn turn_at(&self, issuer: &str) -> Arc<tokio::sync::Mutex<()>> {
        crate::locked(&self.inner.registering).entry(issuer.to_owned()).or_default().clone()
    }
}

pub(crate) fn preference(redirect: Redirect) -> RedirectPreference {
    match redirect {
        Redirect::DeepLink => RedirectPreference::DeepLink,
        Redirect::Loopback(_) => RedirectPreference::Loopback,
    }
}
