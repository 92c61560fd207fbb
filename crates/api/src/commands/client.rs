//! Client ids, our metadata document, and identity providers.

use crate::convert;
use crate::dto::{
    ClientDocument, ClientId, ClientInfo, ClientOptions, ClientSet, DocumentRequest, Provider,
    ProviderId, ProviderSet, ResourceDetail, ResourceId, Settings,
};
use crate::host::Host;
use broker::{ClientEntry, Error, ProviderEntry};
use oauth::secret::Secret;

impl Host {
    pub(crate) async fn client_options(&self, args: ResourceId) -> Result<ClientOptions, Error> {
        let broker = self.broker();
        let (view, settings, known) = (
            broker.resource(&args.id).await?,
            broker.settings().await?,
            broker.clients().await?,
        );
        Ok(convert::client_options(
            &view,
            &broker.redirect_uris(),
            settings,
            &known,
        ))
    }

    pub(crate) async fn client_set(&self, args: ClientSet) -> Result<ResourceDetail, Error> {
        let entry = ClientEntry {
            client_id: args.client_id,
            client_secret: args.client_secret.map(Secret::new),
            private_key: args
                .private_key
                .filter(|key| !key.trim().is_empty())
                .map(Secret::new),
            key_id: args.key_id,
            auth_method: args.auth_method,
            redirects: args.redirects,
        };
        self.broker().set_client(&args.resource_id, entry).await?;
        Ok(self.detail(self.broker().resource(&args.resource_id).await?))
    }

    pub(crate) async fn client_list(&self) -> Result<Vec<ClientInfo>, Error> {
        Ok(self
            .broker()
            .clients()
            .await?
            .iter()
            .map(convert::client)
            .collect())
    }

    pub(crate) async fn client_forget(&self, args: ClientId) -> Result<(), Error> {
        self.broker()
            .forget_client(&args.id, args.anyway.unwrap_or_default())
            .await
    }

    #[expect(
        clippy::unused_async,
        reason = "the table of commands awaits each of them"
    )]
    pub(crate) async fn client_document(
        &self,
        args: DocumentRequest,
    ) -> Result<ClientDocument, Error> {
        let document = format!("{:#}", self.broker().client_metadata(&args.url)?);
        Ok(ClientDocument {
            url: args.url,
            document,
        })
    }

    pub(crate) async fn settings_get(&self) -> Result<Settings, Error> {
        self.broker().settings().await
    }

    pub(crate) async fn settings_set(&self, args: Settings) -> Result<Settings, Error> {
        let url = args
            .client_metadata_url
            .map(|url| url.trim().to_owned())
            .filter(|url| !url.is_empty());
        let settings = Settings {
            client_metadata_url: url,
        };
        self.broker().save_settings(settings).await
    }

    pub(crate) async fn provider_set(&self, args: ProviderSet) -> Result<Provider, Error> {
        let entry = ProviderEntry {
            issuer: args.issuer,
            client_id: args.client_id,
            client_secret: args.client_secret.map(Secret::new),
            token_endpoint: None,
            id_token: None,
        };
        Ok(convert::provider(
            &self.broker().set_identity_provider(entry).await?,
        ))
    }

    pub(crate) async fn provider_list(&self) -> Result<Vec<Provider>, Error> {
        Ok(self
            .broker()
            .identity_providers()
            .await?
            .iter()
            .map(convert::provider)
            .collect())
    }

    pub(crate) async fn provider_remove(&self, args: ProviderId) -> Result<(), Error> {
        self.broker().remove_identity_provider(&args.issuer).await
    }
}
