//! What the person set for all servers.

use crate::error::words;
use crate::{Broker, Error};
use messages::{Text, text};
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
        let message: Text = match settings.client_metadata_url {
            Some(url) => text::StoreEventDocument { url }.into(),
            None => text::StoreEventNoDocument.into(),
        };
        self.record(self.event(EventKind::SettingsChanged, true, message))
            .await;
        self.settings().await
    }
}

const DOCUMENT_URL: &str = "client_metadata_url";

pub(crate) fn checked_document_url(url: &str) -> Result<(), Error> {
    check_document_url(url).map_err(|error| {
        Error::new(Code::InvalidArgument, words::document_url::text(&error))
            .with_hint(text::HintStoreDocumentUrl)
            .with_source(error)
    })
}
