//! Logging in: begin → the browser → complete, by whichever host the answer reaches (invariant 7).
//!
//! The pending login is a row of the vault before the browser opens, so that the program may be closed
//! and opened again in between. The answer is checked in the order of PROTOCOL.md 2.10.

mod account;
mod complete;

use crate::events::About;
use crate::registration::preference;
use crate::{Broker, Change, Code, Error, RedirectPreference, ResourceProtection, ResourceRecord};
use oauth::authorization::{PendingAuthorization, Wishes};
use oauth::concession::{Concession, Reach};
use oauth::discovery;
use oauth::grant::{Grant, GrantState};
use oauth::metadata::AuthorizationServer;
use oauth::redirect::Redirect;
use oauth::scope::Scopes;
use oauth::time::Timestamp;

/// Where an answer of the browser can arrive; each host says what it can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redirects {
    /// The private-use scheme is ours on this machine.
    pub deep_link: bool,
    /// A listener of this vault holds this port.
    pub loopback: Option<u16>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct LoginOptions {
    /// None: what is known to work at this issuer.
    pub redirect: Option<RedirectPreference>,
    pub wishes: Wishes,
    pub open_browser: bool,
}

/// A login under way, and why the browser did not open, if so.
#[derive(Debug, Clone)]
pub struct Started {
    pub pending: PendingAuthorization,
    pub browser_problem: Option<String>,
}

/// Metadata older than this is fetched again before a login (PROTOCOL.md 2.4 step 6).
const METADATA_LIFE_SECONDS: i64 = 3600;

impl Broker {
    pub fn set_redirects(&self, redirects: Redirects) {
        *self.inner.redirects.write().unwrap_or_else(std::sync::PoisonError::into_inner) = redirects;
    }

    pub fn redirects(&self) -> Redirects {
        *self.inner.redirects.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Prepares a login, keeps it, and opens the browser. A login already under way for this server is replaced.
    pub async fn begin_login(&self, resource_id: &str, options: LoginOptions) -> Result<Started, Error> {
        let record = self.record_of(resource_id).await?;
        let pending = match self.prepare(&record, options).await {
            Ok(pending) => pending,
            Err(error) => {
                let event =
                    self.event("login_failed", false, format!("{}: {error}", record.name)).about(&record).failed_with(&error);
                self.record(event).await;
                return Err(error);
            }
        };
        let vault = self.vault()?;
        for old in vault.pendings().await?.into_iter().filter(|old| old.resource == record.uri) {
            vault.take_pending(&old.id).await?;
        }
        vault.save_pending(&pending).await?;
        let host = AuthorizationServer::host_of(&pending.authorization_url);
        self.record(self.event("login_started", true, format!("Logging in to {} at {host}", record.name)).about(&record)).await;
        let browser_problem = if options.open_browser { self.open_browser(&pending).await } else { None };
        Ok(Started { pending, browser_problem })
    }

    /// Opens the browser once more for a login under way.
    pub async fn reopen_login(&self, pending_id: &str) -> Result<Started, Error> {
        let pending = self.live_pending(pending_id).await?;
        let browser_problem = self.open_browser(&pending).await;
        Ok(Started { pending, browser_problem })
    }

    pub async fn cancel_login(&self, pending_id: &str) -> Result<(), Error> {
        let vault = self.vault()?;
        if let Some(pending) = vault.pending(pending_id).await?
            && vault.take_pending(pending_id).await?
        {
            let record = self.record_of(pending.resource.as_str()).await?;
            let error = Error::new(Code::LoginCancelled, "the login was cancelled");
            self.record(
                self.event("login_failed", false, format!("{}: {error}", record.name)).about(&record).failed_with(&error),
            )
            .await;
        }
        self.changed(Change::Vault);
        Ok(())
    }

    async fn prepare(&self, record: &ResourceRecord, options: LoginOptions) -> Result<PendingAuthorization, Error> {
        let record = if record.protection == ResourceProtection::Protected {
            record.clone()
        } else {
            self.check(&record.id, &|_| {}).await?.record
        };
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let server = self.fresh_server(&record, reach).await?;
        let redirects = self.possible_redirects(&record, &server, options.redirect).await?;
        let scopes = scopes_to_ask(&record, Some(&server), &self.vault()?.grants_of(&record.uri).await?);
        let registration = self.choose_registration(&record, &server, &redirects, &scopes, reach).await?;
        let resource_parameter =
            record.resource_parameter.clone().filter(|_| !record.concessions.allow(Concession::NoResourceParameter));
        let pending = PendingAuthorization::begin(
            vault::new_id(),
            (crate::random()?, crate::random()?),
            &server,
            &registration.client_id,
            registration.id,
            record.uri.clone(),
            resource_parameter,
            registration.redirect,
            scopes,
            options.wishes,
            self.now(),
        )?;
        Ok(pending)
    }

    /// The issuer's metadata, fetched again when it is old: keys and endpoints move.
    async fn fresh_server(&self, record: &ResourceRecord, reach: Reach) -> Result<AuthorizationServer, Error> {
        let vault = self.vault()?;
        let issuer = record.issuer.as_ref().ok_or_else(|| {
            Error::new(Code::NoAuthorizationServer, format!("{} needs no login", record.name))
                .with_hint("Nothing has to be done for it.")
        })?;
        match vault.authorization_server(issuer).await? {
            Some((server, fetched_at)) if self.now().since(fetched_at) < METADATA_LIFE_SECONDS => Ok(server),
            _ => {
                let server =
                    discovery::authorization_server(&self.inner.http, issuer, &record.concessions, reach, &|_| {}).await?;
                vault.save_authorization_server(&server, self.now()).await?;
                Ok(server)
            }
        }
    }

    /// The redirects to try, best first: the person's wish; else what this issuer is known to take; else
    /// loopback where a session may still live there (no click, and browsers hold back a jump to an app
    /// without one), else the deep link.
    async fn possible_redirects(
        &self,
        record: &ResourceRecord,
        server: &AuthorizationServer,
        wish: Option<RedirectPreference>,
    ) -> Result<Vec<Redirect>, Error> {
        let here = self.redirects();
        let deep_link = here.deep_link.then_some(Redirect::DeepLink);
        let loopback = here.loopback.map(Redirect::Loopback);
        let unavailable =
            |what: &str| Error::new(Code::RedirectUnavailable, format!("{what} cannot be received on this machine now"));
        if let Some(wish) = wish {
            let redirect = match wish {
                // Pasting the address works without anything listening.
                RedirectPreference::DeepLink => Some(Redirect::DeepLink),
                RedirectPreference::Loopback => loopback,
            };
            return redirect.map(|redirect| vec![redirect]).ok_or_else(|| unavailable("the loopback answer"));
        }
        let known = self.vault()?.redirect_preference(&server.issuer).await?;
        let loopback_first = match known {
            Some(known) => known == RedirectPreference::Loopback,
            None => self.has_logged_in_at(record, server).await?,
        };
        let order = if loopback_first { [loopback, deep_link] } else { [deep_link, loopback] };
        let possible: Vec<_> = order.into_iter().flatten().collect();
        if possible.is_empty() { Err(unavailable("the browser's answer")) } else { Ok(possible) }
    }

    async fn has_logged_in_at(&self, record: &ResourceRecord, server: &AuthorizationServer) -> Result<bool, Error> {
        let grants = self.vault()?.grants().await?;
        Ok(grants.iter().any(|grant| grant.issuer == server.issuer || grant.resource == record.uri))
    }

    async fn live_pending(&self, id: &str) -> Result<PendingAuthorization, Error> {
        let pending = self.vault()?.pending(id).await?.filter(|pending| pending.expires_at > self.now());
        pending.ok_or_else(|| Error::new(Code::LoginExpired, "this login is over"))
    }

    async fn open_browser(&self, pending: &PendingAuthorization) -> Option<String> {
        let (browser, url) = (self.inner.browser.clone(), pending.authorization_url.clone());
        let opened = tokio::task::spawn_blocking(move || browser.open(&url)).await;
        match opened {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why),
            Err(_) => Some("the browser could not be started".to_owned()),
        }
    }

    /// A redirect that brought a login home is used again there, if the person had to choose it.
    async fn learn_redirect(&self, pending: &PendingAuthorization) -> Result<(), Error> {
        let vault = self.vault()?;
        let tried: Vec<_> =
            vault.registrations_at(&pending.issuer).await?.into_iter().map(|known| known.redirect.is_deep_link()).collect();
        // Both kinds were registered, and this one worked last.
        if tried.contains(&true) && tried.contains(&false) {
            vault.save_redirect_preference(&pending.issuer, preference(pending.redirect)).await?;
        }
        Ok(())
    }

    /// Logins that nobody finished, ended and told of.
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<(), Error> {
        for pending in self.vault()?.sweep_pendings(now).await? {
            if let Ok(record) = self.record_of(pending.resource.as_str()).await {
                let error = Error::new(Code::LoginExpired, "no answer came from the browser in time");
                self.record(
                    self.event("login_failed", false, format!("{}: {error}", record.name)).about(&record).failed_with(&error),
                )
                .await;
            }
        }
        Ok(())
    }
}

/// What the server asks for, what was asked for before (S-10), and `offline_access` only where the issuer
/// lists it (S-14).
pub(crate) fn scopes_to_ask(record: &ResourceRecord, server: Option<&AuthorizationServer>, grants: &[Grant]) -> Scopes {
    let live = grants.iter().filter(|grant| !matches!(grant.state, GrantState::Revoked { .. }));
    let scopes = live.fold(record.scopes_to_request.clone(), |scopes, grant| scopes.union(&grant.scopes_requested));
    let offline = Scopes::parse("offline_access");
    if server.is_some_and(|server| server.scopes_supported.includes(&offline)) && !scopes.is_empty() {
        scopes.union(&offline)
    } else {
        scopes
    }
}
