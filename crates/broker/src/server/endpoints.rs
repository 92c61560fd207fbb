//! Where an authorization server publishes no document, its owner may have given the person its addresses: they are entered
//! for one MCP server, shown as entered, and used for no other one that names the same issuer.

use crate::store::events::EventContext;
use crate::{Broker, Error, ResourceView};
use messages::{Text, text};
use model::{Code, EventKind};
use oauth::concession::Concessions;
use oauth::metadata::EnteredEndpoints;
use oauth::trace::Sink;

impl Broker {
    /// Enters them for a server that is added, or adds it with them. What a document would be held to they are held to.
    pub async fn enter_endpoints(
        &self,
        reference: &str,
        name: Option<&str>,
        entered: EnteredEndpoints,
        concessions: Concessions,
        trace: Sink<'_>,
    ) -> Result<ResourceView, Error> {
        let url = match self.record_of(reference).await {
            Ok(record) => record.uri.to_string(),
            Err(error) if error.code() == Code::NotFound => reference.to_owned(),
            Err(error) => return Err(error),
        };
        let view = self
            .add_with(&url, name, Some(&entered), concessions, trace)
            .await?;
        let server = &view.record.name;
        let line: Text = match &view.authorization_server {
            Some(known) => text::ServerAddressesEnteredAt {
                server,
                hosts: crate::where_a_login_goes(known),
            }
            .into(),
            None => text::ServerAddressesEntered { server }.into(),
        };
        self.record(
            self.event(EventKind::EndpointsEntered, true, line)
                .about(&view.record),
        )
        .await;
        Ok(view)
    }

    /// From then on the documents count again.
    pub async fn forget_endpoints(
        &self,
        reference: &str,
        trace: Sink<'_>,
    ) -> Result<ResourceView, Error> {
        let record = self.record_of(reference).await?;
        let server = &record.name;
        if !self.vault()?.forget_entered_endpoints(&record).await? {
            return Err(
                Error::new(Code::NotFound, text::ServerNoAddresses { server })
                    .with_hint(text::ServerHintNothingChanged),
            );
        }
        let line = text::ServerAddressesForgotten { server };
        self.record(
            self.event(EventKind::EndpointsForgotten, true, line)
                .about(&record),
        )
        .await;
        self.check(&record.id, trace).await.map_err(|error| {
            let told: Text = text::ServerCheckWithoutAddresses { why: error.text() }.into();
            let code = error.code();
            error.retold(code, told)
        })
    }
}
