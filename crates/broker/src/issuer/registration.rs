//! Which client id a login uses, in the order of PROTOCOL.md 2.7: one that its owner gave us → our metadata
//! document → one registered before → a new dynamic registration → the person is asked.

mod forgotten;
mod refusal;

use crate::error::command_line;
use crate::store::events::About;
use crate::{Broker, Code, Error, ResourceRecord};
use oauth::concession::Reach;
use oauth::grant::Grant;
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::redirect::{Redirect, Way};
use oauth::registration::{
    self, AuthMethod, Registration, RegistrationError, RegistrationKind, Wanted,
    accepts_our_document, document_redirects, register,
};
use oauth::scope::Scopes;
use oauth::uri::Issuer;
pub use refusal::has_own_place;
pub(crate) use refusal::preference;
use std::sync::Arc;

/// A secret that runs out during the login is as good as gone.
const SECRET_MARGIN_SECONDS: i64 = 900;

/// What a login needs a client id for.
pub(crate) struct Need<'a> {
    pub(crate) record: &'a ResourceRecord,
    pub(crate) server: &'a AuthorizationServer,
    /// Best first; empty where no browser's answer is awaited.
    pub(crate) redirects: &'a [Redirect],
    pub(crate) scopes: &'a Scopes,
    /// The person chose this way to get one.
    pub(crate) by: Option<RegistrationKind>,
    /// A new registration, though there is one.
    pub(crate) anew: bool,
    /// For access of the program's own, which nobody logs in to (RFC 6749 §4.4).
    pub(crate) unattended: bool,
    pub(crate) reach: Reach,
}

/// A client id, and the redirect that goes with it.
pub(crate) struct Chosen {
    pub(crate) registration: Registration,
    pub(crate) redirect: Redirect,
}

impl Need<'_> {
    fn may_be(&self, kind: RegistrationKind) -> bool {
        self.by.is_none_or(|by| by == kind)
    }

    /// A client that its owner gave us has rights of its own (SEP-1046). One that we register has none, but where the issuer
    /// has no login for people at all: what it registers is for programs.
    fn registers(&self) -> bool {
        self.server.registration_endpoint.is_some()
            && (!self.unattended || is_for_programs_only(self.server))
    }

    /// The best redirect that this registration knows. Without an awaited answer any will do: it is not used.
    fn redirect_of(&self, registration: &Registration) -> Option<Redirect> {
        if self.redirects.is_empty() {
            return Some(Redirect::DEEP_LINK);
        }
        self.redirects
            .iter()
            .copied()
            .find(|redirect| registration.redirects.contains(redirect))
    }
}

impl Broker {
    pub(crate) async fn choose_registration(&self, need: Need<'_>) -> Result<Chosen, Error> {
        // One registration at a time for each issuer: a double click must not make two clients (Q32).
        let turn = self.turn_at(need.server.issuer.as_str());
        let _turn = turn.lock().await;
        let known = self.vault()?.registrations_at(&need.server.issuer).await?;
        if need.may_be(RegistrationKind::PreRegistered)
            && let Some(given) = known
                .iter()
                .find(|known| known.kind == RegistrationKind::PreRegistered)
        {
            let redirect = need
                .redirect_of(given)
                .ok_or_else(|| not_among(given, need.redirects))?;
            return Ok(Chosen {
                registration: given.clone(),
                redirect,
            });
        }
        self.refuse_a_client_of_another_issuer(&need).await?;
        if need.may_be(RegistrationKind::MetadataDocument)
            && !need.unattended
            && let Some(chosen) = self.by_document(&need, &known).await?
        {
            return Ok(chosen);
        }
        if need.may_be(RegistrationKind::Dynamic) && need.registers() {
            return self.by_dynamic_registration(&need, known).await;
        }
        Err(refusal::not_offered(&need, &self.settings().await?))
    }

    /// The client id that the person entered was for the issuer that the server named then. Silence would log them in
    /// by another way than they chose (R-22, D-11).
    async fn refuse_a_client_of_another_issuer(&self, need: &Need<'_>) -> Result<(), Error> {
        if need.by.is_some() {
            return Ok(());
        }
        let vault = self.vault()?;
        for grant in vault.grants_of(&need.record.uri).await? {
            let used = crate::grant::revocation::readable(
                vault.registration(&grant.registration_id).await,
            )?;
            if grant.issuer != need.server.issuer
                && used.is_some_and(|used| {
                    used.kind == RegistrationKind::PreRegistered && used.issuer == grant.issuer
                })
            {
                return Err(Error::new(
                    Code::ClientOfAnotherIssuer,
                    format!(
                        "your client id is for {}, and the server now names {}",
                        grant.issuer, need.server.issuer
                    ),
                ));
            }
        }
        Ok(())
    }

    /// CIMD: the id is a URL of ours, the same at every issuer. Kept as a row, since logins and
    /// grants name their registration.
    async fn by_document(
        &self,
        need: &Need<'_>,
        known: &[Registration],
    ) -> Result<Option<Chosen>, Error> {
        // Some take public clients without listing `none` (Cognito), and some do not say in their answers who they are,
        // while all issuers have the document's redirects in common (B-14): not by itself, but where the person chose it.
        let accepted = match need.by {
            Some(_) => need.server.accepts_metadata_documents,
            None => accepts_our_document(need.server) && need.server.sends_iss,
        };
        let Some(url) = self
            .settings()
            .await?
            .client_metadata_url
            .filter(|_| accepted)
        else {
            return Ok(None);
        };
        let port = need
            .redirects
            .iter()
            .find_map(|redirect| match redirect.way {
                Way::Loopback(port) | Way::Localhost(port) => Some(port),
                Way::DeepLink => None,
            });
        let Some(port) = port else {
            return Ok(None);
        };
        let kept = known.iter().find(|known| {
            known.kind == RegistrationKind::MetadataDocument && known.client_id == url
        });
        let registration = Registration {
            id: kept.map_or_else(vault::new_id, |kept| kept.id.clone()),
            redirects: document_redirects(port).to_vec(),
            ..self.given(
                need.server.issuer.clone(),
                RegistrationKind::MetadataDocument,
                url,
            )
        };
        // The port may have changed since; the id and its row stay.
        if kept.is_none_or(|kept| kept.redirects != registration.redirects) {
            self.vault()?.save_registration(&registration).await?;
        }
        Ok(need.redirect_of(&registration).map(|redirect| Chosen {
            registration,
            redirect,
        }))
    }

    /// A registration made before, or a new one for the first of the redirects that the issuer takes. What it refuses
    /// is remembered (DESIGN.md, Redirects).
    async fn by_dynamic_registration(
        &self,
        need: &Need<'_>,
        known: Vec<Registration>,
    ) -> Result<Chosen, Error> {
        let (vault, server) = (self.vault()?, need.server);
        let confidential = vault.issuer_habits(&server.issuer).await?.wants_secret;
        // An issuer that refuses to renew because of the client has forgotten it (Q28); the tokens keep it all the same.
        // One that another server's login goes by is left to it: taking the one back may end all that the client has there.
        let is_anothers = |grant: &Grant| {
            grant.resource != need.record.uri && !crate::grant::revocation::is_revoked(grant)
        };
        let grants = vault
            .grants()
            .await?
            .into_iter()
            .filter(|grant| is_disowned(grant) || is_anothers(grant));
        let disowned: Vec<String> = grants.map(|grant| grant.registration_id).collect();
        let mut usable_ones = Vec::new();
        for known in known
            .into_iter()
            .filter(|known| !disowned.contains(&known.id))
        {
            if vault.setting(&narrow(&known.id)).await?.is_none() {
                usable_ones.push(known);
            }
        }
        let known = usable_ones;
        let own_place = has_own_place(server, &need.record.concessions);
        let mut refusals = Vec::new();
        let without_browser = need.redirects.is_empty();
        let any = self.redirect_uris();
        for redirect in if without_browser {
            &any
        } else {
            need.redirects
        } {
            let redirect = if own_place && !without_browser {
                redirect.of(&server.issuer)
            } else {
                *redirect
            };
            let fits = |known: &Registration| match known.redirects.as_slice() {
                [] => without_browser,
                registered => !without_browser && registered.contains(&redirect),
            };
            let usable = known
                .iter()
                .find(|known| known.kind == RegistrationKind::Dynamic && fits(known));
            if let Some(usable) = usable.filter(|_| !need.anew)
                && let Some(registration) = self.living(usable, server, need).await?
            {
                if !self.is_forgotten(&registration, redirect, need).await? {
                    return Ok(Chosen {
                        registration,
                        redirect,
                    });
                }
                let what = format!(
                    "{} has forgotten this program; it registers anew",
                    server.issuer
                );
                self.record(
                    self.event("registration_forgotten", false, what)
                        .about(need.record),
                )
                .await;
                self.drop_unused(&vault, &registration, false).await?;
            }
            // What was refused with one redirect is not said again with the next.
            let least = refusals.last().is_some_and(|last| {
                matches!(
                    last,
                    RegistrationError::Refused {
                        status: 400 | 422,
                        ..
                    }
                )
            });
            let (scopes, unattended) = (need.scopes, need.unattended);
            let wanted = Wanted {
                redirect,
                scopes,
                confidential,
                without_browser,
                unattended,
                least,
            };
            let _aloft = self
                .take_off(
                    &vault,
                    server.registration_endpoint.as_deref().unwrap_or_default(),
                )
                .await?;
            match register(
                &self.inner.http,
                server,
                wanted,
                vault::new_id(),
                need.reach,
                self.now(),
            )
            .await
            {
                Ok(mut registration) => {
                    if without_browser {
                        // It has one only because most issuers want one, and it is not for logins in the browser.
                        registration.redirects.clear();
                    }
                    let outcome = vault.keep_registration(&registration).await?;
                    self.is_kept(&vault, outcome);
                    if !refusals.is_empty() && !without_browser {
                        vault
                            .save_redirect_preference(&server.issuer, preference(redirect))
                            .await?;
                    }
                    let what = format!(
                        "Registered at {} as {}",
                        server.issuer,
                        oauth::uri::excerpt(&registration.client_id)
                    );
                    self.record(self.event("registered", true, what).about(need.record))
                        .await;
                    return Ok(Chosen {
                        registration,
                        redirect,
                    });
                }
                Err(error) if nobody_is_there(server, &error) => {
                    return Err(at_an_assumed_place(server, &need.record.name, error));
                }
                Err(error) if !without_browser && error.may_be_about_the_redirect() => {
                    tracing::info!(issuer = %server.issuer, %error, "refused at registration");
                    refusals.push(error);
                }
                Err(error) => {
                    // What was refused before is not asked for again at the next try, which may be the only one allowed.
                    if !refusals.is_empty()
                        && matches!(error, RegistrationError::Unavailable { .. })
                    {
                        vault
                            .save_redirect_preference(&server.issuer, preference(redirect))
                            .await?;
                    }
                    return Err(refusal::ended(need, error));
                }
            }
        }
        let here = self.redirects();
        let loopback = here
            .loopback
            .into_iter()
            .flat_map(|port| [Redirect::loopback(port), Redirect::localhost(port)]);
        let possible = loopback
            .chain(here.deep_link.then_some(Redirect::DEEP_LINK))
            .collect();
        Err(refusal::Refused {
            own_place,
            refusals,
            possible,
        }
        .explain(need))
    }

    /// The registration with a secret that still lives: renewed where the issuer allows that (RFC 7592), else none.
    async fn living(
        &self,
        known: &Registration,
        server: &AuthorizationServer,
        need: &Need<'_>,
    ) -> Result<Option<Registration>, Error> {
        if !self.runs_out(known) {
            return Ok(Some(known.clone()));
        }
        self.renewed_registration(known, server, need.scopes, need.reach)
            .await
    }

    pub(crate) fn runs_out(&self, registration: &Registration) -> bool {
        let soon = self.now().plus(SECRET_MARGIN_SECONDS);
        registration
            .secret_expires_at
            .is_some_and(|expires_at| expires_at <= soon)
    }

    /// The same client id with a new secret. None where the issuer does not do that; the old secret is then of use
    /// until it ends.
    pub(crate) async fn renewed_registration(
        &self,
        known: &Registration,
        server: &AuthorizationServer,
        scopes: &Scopes,
        reach: Reach,
    ) -> Result<Option<Registration>, Error> {
        let vault = self.vault()?;
        let uri = known.management.as_ref().map_or_else(
            || known.issuer.as_str(),
            |management| management.uri.as_str(),
        );
        let _aloft = self.take_off(&vault, uri).await?;
        let renewed = match registration::renew(
            &self.inner.http,
            server,
            known,
            scopes,
            reach,
            self.now(),
        )
        .await
        {
            Ok(renewed) => renewed.filter(|renewed| !self.runs_out(renewed)),
            Err(error) => {
                tracing::info!(issuer = %known.issuer, %error, "a registration could not be renewed");
                None
            }
        };
        if let Some(renewed) = &renewed {
            let outcome = vault.keep_registration(renewed).await?;
            self.is_kept(&vault, outcome);
            self.record(self.event(
                "registered",
                true,
                format!("The registration at {} was renewed", known.issuer),
            ))
            .await;
        }
        Ok(renewed)
    }

    /// A registration that no issuer made: given by its owner, or a document of ours.
    pub(crate) fn given(
        &self,
        issuer: Issuer,
        kind: RegistrationKind,
        client_id: String,
    ) -> Registration {
        Registration {
            id: vault::new_id(),
            issuer,
            redirects: Vec::new(),
            kind,
            client_id,
            client_secret: None,
            key_id: None,
            auth_method: AuthMethod::None,
            secret_expires_at: None,
            management: None,
            registered_at: self.now(),
        }
    }

    pub(crate) fn turn_at(&self, issuer: &str) -> Arc<tokio::sync::Mutex<()>> {
        crate::locked(&self.inner.registering)
            .entry(issuer.to_owned())
            .or_default()
            .clone()
    }
}

/// A client that its issuer gives no more than what it was registered for (RFC 7591 §2 `scope`): kept for what was granted.
pub(crate) fn narrow(registration_id: &str) -> String {
    format!("narrow {registration_id}")
}

fn is_disowned(grant: &Grant) -> bool {
    let refusal = grant.trouble.refusal.as_ref();
    refusal.is_some_and(|refusal| {
        oauth::token::is_about_the_client(&refusal.error, refusal.said.as_ref())
    })
}

/// Nothing is refused where nobody is: what the revision of 2025-03-26 assumed need not be there.
fn nobody_is_there(server: &AuthorizationServer, error: &RegistrationError) -> bool {
    server.basis == Basis::Assumed
        && matches!(
            error,
            RegistrationError::Absent { .. }
                | RegistrationError::Refused {
                    status: 405 | 501,
                    ..
                }
        )
}

fn at_an_assumed_place(
    server: &AuthorizationServer,
    name: &str,
    error: RegistrationError,
) -> Error {
    let Some(endpoint) = &server.registration_endpoint else {
        return error.into();
    };
    let message = format!(
        "nothing answers at {endpoint}, which was assumed, since no document names another place"
    );
    let enter = command_line(&[
        "endpoints",
        name,
        "--authorization",
        "URL",
        "--token",
        "URL",
        "--concede",
        "pkce-unadvertised",
    ]);
    Error::new(Code::RegistrationNotOffered, message).with_hint(format!(
        "{} If the login page and the token endpoint are elsewhere, ask for their addresses as well, and enter them: `{enter}`.",
        refusal::by_hand(name)
    ))
}

fn not_among(registration: &Registration, redirects: &[Redirect]) -> Error {
    let known: Vec<_> = registration
        .redirects
        .iter()
        .map(|redirect| redirect.uri())
        .collect();
    let possible: Vec<_> = redirects.iter().map(|redirect| redirect.uri()).collect();
    Error::new(
        Code::RedirectUnavailable,
        format!(
            "the client id is registered for {}, and answers can be received here at {}",
            if known.is_empty() { "no redirect".to_owned() } else { known.join(" and ") },
            possible.join(" or ")
        ),
    )
    .with_hint("Register one of the latter with the authorization server's owner, and say so where the client id was entered.")
}

/// Its metadata names no login of people, in a browser here or elsewhere.
pub(crate) fn is_for_programs_only(server: &AuthorizationServer) -> bool {
    !server.offers_code_flow()
        && server.device_authorization_endpoint.is_none()
        && server.offers(oauth::assertion::CLIENT_CREDENTIALS)
}
