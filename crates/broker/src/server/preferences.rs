//! What the person chose for one server: how to log in, and what to ask for.

use crate::store::events::EventContext;
use crate::{Broker, Change, Error, ResourceView};
use messages::{Text, text};
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
        let server = &record.name;
        let line = text::ServerMethodChosen { server };
        self.record(
            self.event(EventKind::LoginMethodChosen, true, line)
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
        let server = &record.name;
        let line: Text = match &record.chosen_scopes {
            None => text::ServerScopesDefault { server }.into(),
            Some(scopes) if scopes.is_empty() => text::ServerScopesNone { server }.into(),
            Some(scopes) => text::ServerScopesChosen {
                server,
                scopes: scopes.to_vec(),
            }
            .into(),
        };
        self.record(
            self.event(EventKind::ScopesChosen, true, line)
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
            let name = &record.name;
            let line = text::ServerRenamed { before, name };
            self.record(
                self.event(EventKind::ResourceRenamed, true, line)
                    .about(&record),
            )
            .await;
        }
        self.changed(Change::Vault);
        self.view(record).await
    }
}
