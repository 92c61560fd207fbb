//! The language that the person chose.

use crate::{Broker, Error};

/// The name that it is kept by.
const LANGUAGE: &str = "language";

impl Broker {
    /// Its tag (BCP 47), as it was kept; None: the system's language.
    pub async fn language(&self) -> Result<Option<String>, Error> {
        let tag = self.vault()?.setting(LANGUAGE).await?;
        Ok(tag.filter(|tag| !tag.is_empty()))
    }

    /// Keeps it.
    pub async fn save_language(&self, tag: Option<&str>) -> Result<(), Error> {
        Ok(self
            .vault()?
            .set_setting(LANGUAGE, tag.unwrap_or_default())
            .await?)
    }
}
