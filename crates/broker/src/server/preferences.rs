//! What the person chose for one server: how to log in, and what to ask for.

use crate::store::events::EventContext;
use crate::{Broker, Change, Error, ResourceView};
use model::{EventKind, LoginMethod};
use oauth::scope::Scopes;

impl Broker {
    /// From the next login on; what is logged in goes on as it is.
    pub async fn set_login_method(
        &self,
        resource: &str,
        method: LoginMethod,
    ) -> Result<ResourceView, Error> {
        let mut record = self.record_of(resource).await?;
        if let LoginMethod::Enterprise { provider } = &method {
            self.provider(provider).await?;
        }
        record.login_method = method;
        self.vault()?.save_resource(&record).await?;
        let message = format!("{} is logged in to in another way from now on", record.name);
        self.record(
            self.event(EventKind::LoginMethodChosen, true, message)
                .about(&record),
        )
        .await;
        self.changed(Change::Vault);
        self.resource(&record.id).await
    }

    /// The scopes that every login asks for; None: what the server asks for (docs/protocol.md#scopes). None at all is a
    /// choice as well.
    pub async fn set_scopes(
        &self,
        resource: &str,
        scopes: Option<Scopes>,
    ) -> Result<ResourceView, Error> {
        let mut record = self.record_of(resource).await?;
        record.chosen_scopes = scopes;
        self.vault()?.save_resource(&record).await?;
        let asked = record
            .chosen_scopes
            .as_ref()
            .map_or_else(|| "what the server asks for".to_owned(), Scopes::to_string);
        let message = format!("Logins to {} ask for {asked}", record.name);
        self.record(
            self.event(EventKind::ScopesChosen, true, message)
                .about(&record),
        )
        .await;
        self.changed(Change::Vault);
        self.resource(&record.id).await
    }

    /// Another name for a server.
    pub async fn rename(&self, id: &str, name: &str) -> Result<ResourceView, Error> {
        let mut record = self.record_of(id).await?;
        let before = std::mem::replace(&mut record.name, self.checked_name(name, Some(id)).await?);
        self.vault()?.save_resource(&record).await?;
        if before != record.name {
            let message = format!("{before} is now called {}", record.name);
            self.record(
                self.event(EventKind::ResourceRenamed, true, message)
                    .about(&record),
            )
            .await;
        }
        self.changed(Change::Vault);
        self.view(record).await
    }
}
