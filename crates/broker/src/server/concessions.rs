//! Departures from the specification that the person allows for one server, and takes back (DESIGN.md, Concessions).

use crate::store::events::About;
use crate::{Broker, Change, Code, Error, ResourceRecord, ResourceView};
use oauth::concession::{Concession, Concessions};
use oauth::metadata::AuthorizationServer;
use oauth::trace::Sink;

impl Broker {
    /// Allows one departure for one server, and looks at the server anew with it.
    pub async fn concede(
        &self,
        resource: &str,
        concession: Concession,
        trace: Sink<'_>,
    ) -> Result<ResourceView, Error> {
        self.concede_all(resource, Concessions([concession].into()), trace)
            .await
    }

    /// Several at once, as an error offered them.
    pub async fn concede_all(
        &self,
        resource: &str,
        concessions: Concessions,
        trace: Sink<'_>,
    ) -> Result<ResourceView, Error> {
        let record = self.record_of(resource).await?;
        self.add(record.uri.as_str(), None, concessions, trace)
            .await
    }

    /// Takes it back. What is logged in stays; the next look at the server, or the next login, is strict again.
    pub async fn withdraw(
        &self,
        resource: &str,
        concession: Concession,
    ) -> Result<ResourceView, Error> {
        let mut record = self.record_of(resource).await?;
        if !record.concessions.0.remove(&concession) {
            return Err(Error::new(
                Code::NotFound,
                format!("{} is not allowed for {}", concession.name(), record.name),
            ));
        }
        record.conceded_at.remove(&concession);
        let vault = self.vault()?;
        vault.save_resource(&record).await?;
        if let (Concession::IssuerMismatch, Some(issuer)) = (concession, &record.issuer) {
            // The pair of issuers that was allowed goes with it.
            vault.forget_authorization_server(issuer).await?;
        }
        let message = format!(
            "{} is no longer allowed for {}",
            concession.name(),
            record.name
        );
        self.record(
            self.event("concession_withdrawn", true, message)
                .about(&record),
        )
        .await;
        self.changed(Change::Vault);
        self.resource(&record.id).await
    }

    /// `issuer-mismatch` is for one pair of issuers, the one that the person saw: a document that speaks for yet
    /// another one needs a new decision (PROTOCOL.md 10, Q13).
    pub(crate) async fn refuse_another_alias(
        &self,
        record: &ResourceRecord,
        server: &AuthorizationServer,
    ) -> Result<(), Error> {
        let allowed_before = record.concessions.allow(Concession::IssuerMismatch);
        let known = self
            .vault()?
            .authorization_server(&server.issuer)
            .await?
            .and_then(|(known, _)| known.speaks_as);
        if allowed_before && server.speaks_as.is_some() && known != server.speaks_as {
            let (issuer, now) = (&server.issuer, server.expected_iss());
            let message = match known {
                Some(before) => {
                    format!(
                        "the metadata of {issuer} spoke for {before} when you allowed that, and now speaks for {now}"
                    )
                }
                None => format!(
                    "the metadata of {issuer} speaks for {now}, which is not what you allowed for {}",
                    record.name
                ),
            };
            return Err(Error::new(Code::IssuerMismatch, message)
                .with_hint("If you trust the new one, withdraw issuer-mismatch for this server, and allow it again."));
        }
        Ok(())
    }
}
