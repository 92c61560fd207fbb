//! Settings of the program, and which redirect an issuer takes.

use crate::records::{from_text, to_text};
use crate::tables::{REDIRECTS, SETTINGS, returning, with_seal};
use crate::{Vault, VaultError};
use model::RedirectPreference;
use oauth::uri::Issuer;
use sqlx::Row as _;

impl Vault {
    /// Which redirect an issuer is known to take.
    pub async fn redirect_preference(
        &self,
        issuer: &Issuer,
    ) -> Result<Option<RedirectPreference>, VaultError> {
        let select = with_seal!("redirect_preferences WHERE issuer = ?");
        let row = sqlx::query(select)
            .bind(issuer.as_str())
            .fetch_optional(&self.database().pool().await?)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if !self.ours(&REDIRECTS, &row)? {
            return Ok(None);
        }
        from_text(row.try_get("redirect")?).map(Some)
    }

    /// Keeps which redirect an issuer takes.
    pub async fn save_redirect_preference(
        &self,
        issuer: &Issuer,
        preference: RedirectPreference,
    ) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT OR REPLACE INTO redirect_preferences (issuer, redirect) VALUES (?, ?)"
        ))
        .bind(issuer.as_str())
        .bind(to_text(&preference)?)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &REDIRECTS, &row).await?;
        Ok(transaction.commit().await?)
    }

    /// A setting; None where it was not set, or is not believed.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, VaultError> {
        let row = sqlx::query(with_seal!("settings WHERE name = ?"))
            .bind(name)
            .fetch_optional(&self.database().pool().await?)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(if self.ours(&SETTINGS, &row)? {
            row.try_get("value")?
        } else {
            None
        })
    }

    /// Sets it.
    pub async fn set_setting(&self, name: &str, value: &str) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)"
        ))
        .bind(name)
        .bind(value)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &SETTINGS, &row).await?;
        // An earlier choice, put back, is not believed.
        self.commit_in_next_epoch(transaction).await
    }
}
