//! Which client id a login uses, in the order of docs/protocol.md#client-id: one that its owner gave us → our metadata
//! document → one registered before → a new dynamic registration → the person is asked.

pub(crate) mod criteria;
mod dynamic;
mod forgotten;
pub(crate) mod refusal;
mod renewal;
pub(crate) mod unused;

use crate::issuer::registration::criteria::{ClientChoice, RegistrationCriteria};
use crate::store::records::readable;
use crate::{Broker, Error, command_line};
use messages::{Text, text};
use model::{ClientRecord, Code};
use oauth::redirect::{Redirect, RedirectKind};
use oauth::registration::{
    Registration, RegistrationKind, accepts_our_document, document_redirects,
};

impl Broker {
    pub(crate) async fn choose_registration(
        &self,
        criteria: RegistrationCriteria<'_>,
    ) -> Result<ClientChoice, Error> {
        // One registration at a time for each issuer: a double click must not make two clients (Q32).
        let turn = self.inner.registrations.at(criteria.server.issuer.as_str());
        let _turn = turn.lock().await;
        let known = self
            .vault()?
            .registrations_at(&criteria.server.issuer)
            .await?;
        if criteria.may_be(RegistrationKind::PreRegistered)
            && let Some(given) = known
                .iter()
                .find(|known| known.kind == RegistrationKind::PreRegistered)
        {
            let redirect = criteria
                .redirect_of(given)
                .ok_or_else(|| not_among(given, &criteria))?;
            return Ok(ClientChoice {
                registration: given.clone(),
                redirect,
            });
        }
        self.refuse_a_client_of_another_issuer(&criteria).await?;
        if criteria.may_be(RegistrationKind::MetadataDocument)
            && !criteria.unattended
            && let Some(chosen) = self.by_document(&criteria, &known).await?
        {
            return Ok(chosen);
        }
        if criteria.may_be(RegistrationKind::Dynamic) && criteria.registers() {
            return self.by_dynamic_registration(&criteria, known).await;
        }
        Err(refusal::not_offered(&criteria, &self.settings().await?))
    }

    /// The client id that the person entered was for the issuer that the server named then. Silence would log them in
    /// by another way than they chose (R-22, D-11).
    async fn refuse_a_client_of_another_issuer(
        &self,
        criteria: &RegistrationCriteria<'_>,
    ) -> Result<(), Error> {
        if criteria.by.is_some() {
            return Ok(());
        }
        let vault = self.vault()?;
        for grant in vault.grants_of(&criteria.record.uri).await? {
            let used = readable(
                vault
                    .registration_if(grant.registration_id.as_deref())
                    .await,
            )?;
            if grant.issuer != criteria.server.issuer
                && used.is_some_and(|used| {
                    used.kind == RegistrationKind::PreRegistered && used.issuer == grant.issuer
                })
            {
                return Err(Error::new(
                    Code::ClientOfAnotherIssuer,
                    text::IssuerClientOfAnother {
                        before: grant.issuer.as_str(),
                        server: &criteria.record.name,
                        now: criteria.server.issuer.as_str(),
                    },
                ));
            }
        }
        Ok(())
    }

    /// CIMD: the id is a URL of ours, the same at every issuer. Kept as a row, since logins and
    /// grants name their registration.
    async fn by_document(
        &self,
        criteria: &RegistrationCriteria<'_>,
        known: &[ClientRecord],
    ) -> Result<Option<ClientChoice>, Error> {
        // Some take public clients without listing `none` (Cognito), and some do not say in their answers who they are,
        // while all issuers have the document's redirects in common (B-14): not by itself, but where the person chose it.
        let accepted = match criteria.by {
            Some(_) => criteria.server.accepts_metadata_documents,
            None => accepts_our_document(criteria.server) && criteria.server.sends_iss,
        };
        let Some(url) = self
            .settings()
            .await?
            .client_metadata_url
            .filter(|_| accepted)
        else {
            return Ok(None);
        };
        let port = criteria
            .redirects
            .iter()
            .find_map(|redirect| match redirect.kind {
                RedirectKind::Loopback(port) | RedirectKind::Localhost(port) => Some(port),
                RedirectKind::DeepLink => None,
            });
        let Some(port) = port else {
            return Ok(None);
        };
        let kept = known.iter().find(|known| {
            known.kind == RegistrationKind::MetadataDocument && known.client_id == url
        });
        let registration = ClientRecord::new(
            kept.map_or_else(vault::new_id, |kept| kept.id.clone()),
            Registration {
                redirects: document_redirects(port).to_vec(),
                ..self.given(
                    criteria.server.issuer.clone(),
                    RegistrationKind::MetadataDocument,
                    url,
                )
            },
        );
        // The port may have changed since; the id and its row stay.
        if kept.is_none_or(|kept| kept.redirects != registration.redirects) {
            self.vault()?.save_registration(&registration).await?;
        }
        Ok(criteria
            .redirect_of(&registration)
            .map(|redirect| ClientChoice {
                registration,
                redirect,
            }))
    }
}

fn not_among(known: &ClientRecord, criteria: &RegistrationCriteria<'_>) -> Error {
    let uris = |redirects: &[Redirect]| -> Vec<String> {
        redirects.iter().map(|redirect| redirect.uri()).collect()
    };
    let possible = uris(criteria.redirects);
    let what: Text = if known.redirects.is_empty() {
        text::IssuerClientWithoutRedirect { possible }.into()
    } else {
        let registered = uris(&known.redirects);
        text::IssuerRedirectNotRegistered {
            registered,
            possible,
        }
        .into()
    };
    let set = [
        "client",
        "set",
        &criteria.record.name,
        "--client-id",
        &known.client_id,
        "--redirect",
        "REDIRECT",
    ];
    let command = command_line(&set);
    Error::new(Code::RedirectUnavailable, what)
        .with_hint(text::IssuerHintRegisterRedirect { command })
}
