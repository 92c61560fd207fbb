//! Departures from the specification that the person allows for one server, and takes back (docs/protocol.md#concessions).

use crate::store::events::EventContext;
use crate::{Broker, Change, Error, ResourceView};
use messages::text;
use model::{Code, EventKind};
use oauth::concession::{Concession, Concessions};
use oauth::trace::Sink;

impl Broker {
    /// Allows departures for one server, as an error offered them, and looks at the server anew with them.
    pub async fn concede(
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
        let exception = concession.name();
        if !record.concessions.0.remove(&concession) {
            let server = &record.name;
            let not_allowed = text::ServerExceptionNotAllowed { exception, server };
            return Err(Error::new(Code::NotFound, not_allowed));
        }
        record.conceded_at.remove(&concession);
        let vault = self.vault()?;
        vault.save_resource(&record).await?;
        if let (Concession::IssuerMismatch, Some(issuer)) = (concession, &record.issuer) {
            // The pair of issuers that was allowed goes with it.
            vault.forget_authorization_server(issuer).await?;
        }
        let server = &record.name;
        let line = text::ServerExceptionRemoved { exception, server };
        self.record(
            self.event(EventKind::ConcessionWithdrawn, true, line)
                .about(&record),
        )
        .await;
        self.changed(Change::Vault);
        self.resource(&record.id).await
    }
}
