//! A dynamic registration (RFC 7591): one made before that is still good, or a new one for the first redirect that the issuer takes.

use super::refusal;
use crate::issuer::registration::criteria::narrow;
use crate::issuer::registration::criteria::{ClientChoice, RegistrationCriteria};
use crate::store::events::EventContext;
use crate::{Broker, Error, enter_endpoints, has_own_place};
use messages::text;
use model::{ClientRecord, Code, EventKind, Grant};
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::redirect::Redirect;
use oauth::registration::{RegistrationError, RegistrationKind, RegistrationRequest, register};

impl Broker {
    /// A registration made before, or a new one for the first of the redirects that the issuer takes. What it refuses
    /// is remembered (docs/design.md#redirects).
    pub(crate) async fn by_dynamic_registration(
        &self,
        criteria: &RegistrationCriteria<'_>,
        known: Vec<ClientRecord>,
    ) -> Result<ClientChoice, Error> {
        let server = criteria.server;
        let known = self.own_registrations(criteria, known).await?;
        let own_place = has_own_place(server, &criteria.record.concessions);
        let without_browser = criteria.redirects.is_empty();
        let any = self.redirect_uris();
        let mut refusals = Vec::new();
        for redirect in if without_browser {
            &any
        } else {
            criteria.redirects
        } {
            let redirect = if own_place && !without_browser {
                redirect.of(&server.issuer)
            } else {
                *redirect
            };
            let chosen = |registration| ClientChoice {
                registration,
                redirect,
            };
            if let Some(registration) = self.registered_before(criteria, &known, redirect).await? {
                return Ok(chosen(registration));
            }
            match self.registered_anew(criteria, redirect, &refusals).await? {
                Ok(registration) => return Ok(chosen(registration)),
                Err(error) if nobody_is_there(server, &error) => {
                    return Err(at_an_assumed_place(server, &criteria.record.name, error));
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
                        self.vault()?
                            .save_redirect_preference(&server.issuer, redirect.into())
                            .await?;
                    }
                    return Err(refusal::ended(criteria, error));
                }
            }
        }
        Err(refusal::RegistrationRefusals {
            own_place,
            refusals,
            possible: self.redirects_here(),
        }
        .explain(criteria))
    }

    /// The registrations that this server's login may go by. An issuer that refuses to renew because of the client has
    /// forgotten it (Q28); the tokens keep it all the same. One that another server's login goes by is left to it: taking the
    /// one back may end all that the client has there.
    async fn own_registrations(
        &self,
        criteria: &RegistrationCriteria<'_>,
        known: Vec<ClientRecord>,
    ) -> Result<Vec<ClientRecord>, Error> {
        let vault = self.vault()?;
        let is_anothers =
            |grant: &Grant| grant.resource != criteria.record.uri && !grant.is_revoked();
        let grants = vault
            .grants()
            .await?
            .into_iter()
            .filter(|grant| is_disowned(grant) || is_anothers(grant));
        let taken: Vec<String> = grants.filter_map(|grant| grant.registration_id).collect();
        let mut own = Vec::new();
        for known in known.into_iter().filter(|known| !taken.contains(&known.id)) {
            if vault.setting(&narrow(&known.id)).await?.is_none() {
                own.push(known);
            }
        }
        Ok(own)
    }

    /// One that its issuer still knows. One that it has forgotten is forgotten here as well.
    async fn registered_before(
        &self,
        criteria: &RegistrationCriteria<'_>,
        known: &[ClientRecord],
        redirect: Redirect,
    ) -> Result<Option<ClientRecord>, Error> {
        let without_browser = criteria.redirects.is_empty();
        let fits = |known: &ClientRecord| match known.redirects.as_slice() {
            [] => without_browser,
            registered => !without_browser && registered.contains(&redirect),
        };
        let usable = known
            .iter()
            .find(|known| known.kind == RegistrationKind::Dynamic && fits(known));
        let Some(usable) = usable.filter(|_| !criteria.anew) else {
            return Ok(None);
        };
        let Some(registration) = self.living(usable, criteria.server, criteria).await? else {
            return Ok(None);
        };
        if !self.is_forgotten(&registration, redirect, criteria).await? {
            return Ok(Some(registration));
        }
        let what = text::IssuerEventForgotten {
            issuer: criteria.server.issuer.as_str(),
        };
        self.record(
            self.event(EventKind::RegistrationForgotten, false, what)
                .about(criteria.record),
        )
        .await;
        self.drop_unused(&self.vault()?, &registration, false)
            .await?;
        Ok(None)
    }

    /// The inner error is the issuer's refusal.
    async fn registered_anew(
        &self,
        criteria: &RegistrationCriteria<'_>,
        redirect: Redirect,
        refusals: &[RegistrationError],
    ) -> Result<Result<ClientRecord, RegistrationError>, Error> {
        let (vault, server) = (self.vault()?, criteria.server);
        let without_browser = criteria.redirects.is_empty();
        let confidential = vault.issuer_habits(&server.issuer).await?.wants_secret;
        // What was refused with one redirect is not said again with the next.
        let least = matches!(
            refusals.last(),
            Some(RegistrationError::Refused {
                status: 400 | 422,
                ..
            })
        );
        let wanted = RegistrationRequest {
            redirect,
            scopes: criteria.scopes,
            confidential,
            without_browser,
            unattended: criteria.unattended,
            least,
        };
        let endpoint = server.registration_endpoint.as_deref().unwrap_or_default();
        let _exchange = self.begin_exchange(&vault, endpoint).await?;
        let http = &self.inner.upstream.http;
        let mut registration =
            match register(http, server, wanted, criteria.reach, self.now()).await {
                Ok(registration) => registration,
                Err(error) => return Ok(Err(error)),
            };
        if without_browser {
            // It has one only because most issuers want one, and it is not for logins in the browser.
            registration.redirects.clear();
        }
        let client = ClientRecord::new(vault::new_id(), registration);
        let outcome = vault.keep_registration(&client).await?;
        self.is_kept(&vault, outcome);
        if !refusals.is_empty() && !without_browser {
            vault
                .save_redirect_preference(&server.issuer, redirect.into())
                .await?;
        }
        let what = text::IssuerEventRegistered {
            issuer: server.issuer.as_str(),
            client: oauth::uri::excerpt(&client.client_id),
        };
        self.record(
            self.event(EventKind::Registered, true, what)
                .about(criteria.record),
        )
        .await;
        Ok(Ok(client))
    }

    /// The registration with a secret that still lives: renewed where the issuer allows that (RFC 7592), else none.
    pub(crate) async fn living(
        &self,
        known: &ClientRecord,
        server: &AuthorizationServer,
        criteria: &RegistrationCriteria<'_>,
    ) -> Result<Option<ClientRecord>, Error> {
        if !self.runs_out(known) {
            return Ok(Some(known.clone()));
        }
        self.renewed_registration(known, server, criteria.scopes, criteria.reach)
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
    let what = text::IssuerRegistrationAddressAssumed { endpoint };
    let hint = text::IssuerHintClientAndAddresses {
        show: refusal::client_show(name),
        set: refusal::client_set(name),
        enter: enter_endpoints(name),
    };
    Error::new(Code::RegistrationNotOffered, what).with_hint(hint)
}
