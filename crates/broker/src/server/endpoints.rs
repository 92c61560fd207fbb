//! Where an authorization server publishes no document, its owner may have given the person its addresses: they are entered
//! for one MCP server, shown as entered, and used for no other one that names the same issuer.

use crate::store::events::EventContext;
use crate::{Broker, Error, ResourceView};
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
        let hosts = view
            .authorization_server
            .as_ref()
            .map(model::where_a_login_goes)
            .map_or_else(String::new, |hosts| hosts.to_string());
        let message = format!("Addresses were entered for {}. {hosts}", view.record.name);
        self.record(
            self.event(EventKind::EndpointsEntered, true, message)
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
        if !self.vault()?.forget_entered_endpoints(&record).await? {
            return Err(Error::new(
                Code::NotFound,
                format!("no addresses were entered for {}", record.name),
            )
            .with_hint("Nothing was changed."));
        }
        let message = format!(
            "The addresses that were entered for {} were forgotten",
            record.name
        );
        self.record(
            self.event(EventKind::EndpointsForgotten, true, message)
                .about(&record),
        )
        .await;
        self.check(&record.id, trace).await.map_err(|error| {
            let told = format!("the addresses were forgotten; without them: {error}");
            let code = error.code();
            error.retold(code, told)
        })
    }
}
