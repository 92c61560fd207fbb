//! Where an authorization server publishes no document, its owner may have given the person its addresses: they are entered
//! for one MCP server, shown as entered, and used for no other one that names the same issuer.

use crate::store::events::About;
use crate::{Broker, Code, Error, ResourceRecord, ResourceView};
use oauth::concession::{Concessions, Reach};
use oauth::discovery::DiscoveryError;
use oauth::metadata::{AuthorizationServer, EnteredEndpoints};
use oauth::time::Timestamp;
use oauth::trace::Sink;
use oauth::uri::Issuer;
use vault::Vault;

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
            .map(oauth::discovery::where_a_login_goes)
            .unwrap_or_default();
        let message = format!("Addresses were entered for {}. {hosts}", view.record.name);
        self.record(
            self.event("endpoints_entered", true, message)
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
            self.event("endpoints_forgotten", true, message)
                .about(&record),
        )
        .await;
        self.check(&record.id, trace).await.map_err(|error| {
            let told = format!("the addresses were forgotten; without them: {error}");
            let code = error.code();
            error.retold(code, told)
        })
    }

    /// The authorization server that the entered addresses make, held to what is allowed now. None where none were entered.
    pub(crate) async fn entered_server(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
    ) -> Result<Option<AuthorizationServer>, Error> {
        let Some(entered) = vault.entered_endpoints(record).await? else {
            return Ok(None);
        };
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let server = entered.server(record.issuer.clone(), &record.concessions, reach);
        Ok(Some(
            server.map_err(|source| DiscoveryError::Entered { source })?,
        ))
    }

    /// What is known of an issuer where this server is concerned, and since when.
    pub(crate) async fn known_server(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        issuer: &Issuer,
    ) -> Result<Option<(AuthorizationServer, Timestamp)>, Error> {
        // Where a concession was taken back since, nothing is known of it.
        match self.entered_server(vault, record).await {
            Ok(Some(entered)) if entered.issuer == *issuer => Ok(Some((entered, self.now()))),
            Ok(_) => Ok(vault.authorization_server(issuer).await?),
            Err(error) if error.concession().is_some() || error.code() == Code::BlockedAddress => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
