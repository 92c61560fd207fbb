//! Where the browser's answer can come back: which redirects are possible, which are known to work at an issuer, and which of
//! them is first.

use crate::{Broker, Error, Redirects};
use messages::{Text, text};
use model::{ClientRecord, Code, LoginAttempt, RedirectPreference, ResourceRecord};
use oauth::authorization::PendingAuthorization;
use oauth::concession::{Concession, Concessions};
use oauth::metadata::AuthorizationServer;
use oauth::redirect::Redirect;
use oauth::uri::Issuer;
use vault::Vault;

impl Broker {
    /// What a person registers by hand, best first: the deep link, and the loopback redirect in both its forms.
    pub fn redirect_uris(&self) -> Vec<Redirect> {
        let port = self.redirects().loopback.unwrap_or(USUAL_PORT);
        vec![
            Redirect::DEEP_LINK,
            Redirect::loopback(port),
            Redirect::localhost(port),
        ]
    }

    /// What the host can receive answers at.
    pub fn set_redirects(&self, redirects: Redirects) {
        *self
            .inner
            .redirects
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = redirects;
    }

    /// What the host said last.
    pub fn redirects(&self) -> Redirects {
        *self
            .inner
            .redirects
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Those that this host can receive an answer at.
    pub(crate) fn redirects_here(&self) -> Vec<Redirect> {
        let here = self.redirects();
        let loopback = here
            .loopback
            .into_iter()
            .flat_map(|port| [Redirect::loopback(port), Redirect::localhost(port)]);
        loopback
            .chain(here.deep_link.then_some(Redirect::DEEP_LINK))
            .collect()
    }

    /// The redirects to try, best first: the person's wish; else what this issuer is known to take; else the deep link where
    /// it will arrive, and loopback where it may not. The loopback listener's name is for those who refuse its address.
    pub(crate) async fn possible_redirects(
        &self,
        record: &ResourceRecord,
        server: &AuthorizationServer,
        wish: Option<RedirectPreference>,
        pasted: bool,
    ) -> Result<Vec<Redirect>, Error> {
        let here = self.redirects();
        let deep_link = here.deep_link.then_some(Redirect::DEEP_LINK);
        let loopback = here.loopback.map(Redirect::loopback);
        let localhost = here.loopback.map(Redirect::localhost);
        let unavailable = |what: Text| Error::new(Code::RedirectUnavailable, what);
        if let Some(wish) = wish {
            let redirect = match wish {
                // Pasting the address works without anything listening.
                RedirectPreference::DeepLink => Some(Redirect::DEEP_LINK),
                RedirectPreference::Loopback => loopback,
                RedirectPreference::Localhost => localhost,
            };
            return redirect
                .map(|redirect| vec![redirect])
                .ok_or_else(|| unavailable(text::IssuerNoLoopback.into()));
        }
        let vault = self.vault()?;
        let order = match vault.redirect_preference(&server.issuer).await? {
            Some(RedirectPreference::Localhost) => [localhost, loopback, deep_link],
            Some(RedirectPreference::DeepLink)
                if !pasted && !self.knows_loopback(&vault, &server.issuer).await? =>
            {
                [deep_link, loopback, localhost]
            }
            None if !pasted
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
            Err(unavailable(text::IssuerNoWayBack.into()))
        } else {
            Ok(possible)
        }
    }

    /// Browsers open an app once without a click, and not again before the person has touched a page (ARCHITECTURE.md,
    /// Redirects). Where no login of this run of the machine was answered by deep link, the one is left; and an issuer that
    /// the browser was never sent to from here asks for a click, mostly.
    pub(crate) async fn deep_link_arrives(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        issuer: &Issuer,
    ) -> Result<bool, Error> {
        if vault.was_visited(issuer).await?
            || vault
                .had_deep_link(&self.inner.upstream.browser.boot())
                .await?
        {
            return Ok(false);
        }
        let grants = vault.grants().await?;
        Ok(!grants
            .iter()
            .any(|grant| grant.issuer == *issuer || grant.resource == record.uri))
    }

    pub(crate) async fn knows_loopback(
        &self,
        vault: &Vault,
        issuer: &Issuer,
    ) -> Result<bool, Error> {
        let known = vault.registrations_at(issuer).await?;
        Ok(known
            .iter()
            .flat_map(|known| &known.redirects)
            .any(|redirect| !redirect.is_deep_link()))
    }

    /// From here on the issuer may know the browser, and the browser's one jump may be used up, whatever comes of it.
    pub(crate) async fn note_visit(
        &self,
        vault: &Vault,
        attempt: &LoginAttempt,
    ) -> Result<(), Error> {
        let Some(request) = attempt.request() else {
            return Ok(());
        };
        let boot = request
            .redirect
            .is_deep_link()
            .then(|| self.inner.upstream.browser.boot());
        Ok(vault
            .note_visit(&request.issuer, boot.as_deref(), self.now())
            .await?)
    }

    /// A redirect that brought a login home is used again there, if the person had to choose it. A deep link is not: it
    /// may arrive this time and not the next, and what was registered for it only is of no use any more.
    pub(crate) async fn learn_redirect(&self, request: &PendingAuthorization) -> Result<(), Error> {
        let vault = self.vault()?;
        let known = vault.registrations_at(&request.issuer).await?;
        let by_deep_link = |known: &ClientRecord| {
            known
                .redirects
                .iter()
                .any(|redirect| redirect.is_deep_link())
        };
        if request.redirect.is_deep_link() || !known.iter().any(by_deep_link) {
            return Ok(());
        }
        vault
            .save_redirect_preference(&request.issuer, request.redirect.into())
            .await?;
        for known in known.iter().filter(|known| by_deep_link(known)) {
            self.drop_unused(&vault, known, true).await?;
        }
        Ok(())
    }
}

/// The endpoint's port, where no host has said which it holds.
pub(crate) const USUAL_PORT: u16 = 4283;

/// Whether this issuer's answers come to a place of its own (B-14): those of the others say whose they are, or the person
/// allowed that they do not.
pub fn has_own_place(server: &AuthorizationServer, concessions: &Concessions) -> bool {
    !server.sends_iss && !concessions.allow(Concession::SharedCallback)
}
