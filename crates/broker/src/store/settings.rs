//! What the person set for all servers.

use crate::{Broker, Error};
use model::{Code, EventKind, Settings};
use oauth::registration::check_document_url;

impl Broker {
    /// What the person set for all servers.
    pub async fn settings(&self) -> Result<Settings, Error> {
        Ok(Settings {
            client_metadata_url: self
                .vault()?
                .setting(DOCUMENT_URL)
                .await?
                .filter(|url| !url.is_empty()),
        })
    }

    /// Keeps them.
    pub async fn save_settings(&self, settings: Settings) -> Result<Settings, Error> {
        if let Some(url) = &settings.client_metadata_url {
            checked_document_url(url)?;
        }
        self.vault()?
            .set_setting(
                DOCUMENT_URL,
                settings.client_metadata_url.as_deref().unwrap_or_default(),
            )
            .await?;
        let message = settings.client_metadata_url.as_deref().map_or_else(
            || "No client id metadata document is used any more".to_owned(),
            |url| format!("The client id metadata document at {url} is used"),
        );
        self.record(self.event(EventKind::SettingsChanged, true, message))
            .await;
        self.settings().await
    }
}

const DOCUMENT_URL: &str = "client_metadata_url";

pub(crate) fn checked_document_url(url: &str) -> Result<(), Error> {
    check_document_url(url).map_err(|error| {
        Error::new(Code::InvalidArgument, error.to_string())
            .with_hint("Host the document at an https address with a path, such as https://example.org/gatelodge.json.")
    })
}
