//! What was learned of an issuer by trying: how it departs from what it says of itself.

use crate::{Vault, VaultError};
use oauth::uri::Issuer;
use sqlx::FromRow;

/// Departures that no metadata tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct IssuerHabits {
    /// It registers public clients and then refuses them at its token endpoint (LAB.md 4.8).
    pub wants_secret: bool,
    /// It lists the scope `offline_access` and then refuses it (Q43).
    pub refuses_offline: bool,
}

impl Vault {
    pub async fn issuer_habits(&self, issuer: &Issuer) -> Result<IssuerHabits, VaultError> {
        let known: Option<IssuerHabits> =
            sqlx::query_as("SELECT wants_secret, refuses_offline FROM issuer_habits WHERE issuer = ?")
                .bind(issuer.as_str())
                .fetch_optional(&self.database().pool)
                .await?;
        Ok(known.unwrap_or_default())
    }

    pub async fn save_issuer_habits(&self, issuer: &Issuer, habits: IssuerHabits) -> Result<(), VaultError> {
        sqlx::query("INSERT OR REPLACE INTO issuer_habits (issuer, wants_secret, refuses_offline) VALUES (?, ?, ?)")
            .bind(issuer.as_str())
            .bind(habits.wants_secret)
            .bind(habits.refuses_offline)
            .execute(&self.database().pool)
            .await?;
        Ok(())
    }
}
