//! Where the browser was sent, in all processes: it decides by which way an answer will arrive.

use crate::{Vault, VaultError};
use oauth::time::Timestamp;
use oauth::uri::Issuer;

impl Vault {
    /// The browser is sent to this issuer. `deep_link`: the run of this machine, where the answer is to open an app.
    pub async fn note_visit(
        &self,
        issuer: &Issuer,
        deep_link: Option<&str>,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        sqlx::query(
            "INSERT INTO browser_visits (issuer, at, deep_link_boot) VALUES (?, ?, ?)
             ON CONFLICT (issuer) DO UPDATE SET at = excluded.at, deep_link_boot = coalesce(excluded.deep_link_boot, deep_link_boot)",
        )
        .bind(issuer.as_str())
        .bind(at.0)
        .bind(deep_link)
        .execute(&self.database().writer().await?)
        .await?;
        Ok(())
    }

    /// Whether the browser was ever sent to this issuer.
    pub async fn was_visited(&self, issuer: &Issuer) -> Result<bool, VaultError> {
        Ok(
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM browser_visits WHERE issuer = ?)")
                .bind(issuer.as_str())
                .fetch_one(&self.database().pool().await?)
                .await?,
        )
    }

    /// Whether an answer was awaited by deep link in this run of the machine, of any issuer.
    pub async fn had_deep_link(&self, boot: &str) -> Result<bool, VaultError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM browser_visits WHERE deep_link_boot = ?)",
        )
        .bind(boot)
        .fetch_one(&self.database().pool().await?)
        .await?)
    }
}
