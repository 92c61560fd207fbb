//! A dynamic registration (RFC 7591): one made before that is still good, or a new one for the first redirect that the issuer takes.

use super::refusal;
use crate::issuer::redirects::preference;
use crate::issuer::registration::criteria::{Chosen, Need};
use crate::issuer::registration::narrow;
use crate::store::events::About;
use crate::{Broker, Code, Error, command_line, has_own_place};
use model::{EventKind, Grant};
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::redirect::Redirect;
use oauth::registration::{Registration, RegistrationError, RegistrationKind, Wanted, register};

impl Broker {
    /// A registration made before, or a new one for the first of the redirects that the issuer takes. What it refuses
    /// is remembered (DESIGN.md, Redirects).
    pub(crate) async fn by_dynamic_registration(
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
                    self.event(EventKind::RegistrationForgotten, false, what)
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
                    self.record(
                        self.event(EventKind::Registered, true, what)
                            .about(need.record),
                    )
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
    pub(crate) async fn living(
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
