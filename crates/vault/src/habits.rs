//! What was learned of an issuer by trying: how it departs from what it says of itself.

use crate::tables::{HABITS, returning, with_seal};
use crate::{Vault, VaultError};
use oauth::uri::Issuer;
use sqlx::FromRow;

/// Departures that no metadata tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct IssuerHabits {
    /// It registers public clients and then refuses them at its token endpoint (lab-08).
    pub wants_secret: bool,
    /// It lists the scope `offline_access` and then refuses it (Q43).
    pub refuses_offline: bool,
    /// Whether consent is asked for by name.
    pub consent: ConsentHabit,
}

/// What comes of `prompt=consent` (OpenID Connect Core §11).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::Type)]
#[repr(i64)]
pub enum ConsentHabit {
    /// Nothing was learned.
    #[default]
    Unknown = 0,
    /// A refresh token, which does not come without.
    Wanted = 1,
    /// An error.
    Refused = 2,
}

impl Vault {
    /// What was learned of an issuer; nothing where the row is not believed.
    pub async fn issuer_habits(&self, issuer: &Issuer) -> Result<IssuerHabits, VaultError> {
        let select = with_seal!("issuer_habits WHERE issuer = ?");
        let rows = sqlx::query(select)
            .bind(issuer.as_str())
            .fetch_all(&self.database().pool().await?)
            .await?;
        Ok(self.believed(&HABITS, &rows)?.pop().unwrap_or_default())
    }

    /// Keeps what was learned in place of what was known.
    pub async fn save_issuer_habits(
        &self,
        issuer: &Issuer,
        habits: IssuerHabits,
    ) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT OR REPLACE INTO issuer_habits (issuer, wants_secret, refuses_offline, consent) VALUES (?, ?, ?, ?)"
        ))
        .bind(issuer.as_str())
        .bind(habits.wants_secret)
        .bind(habits.refuses_offline)
        .bind(habits.consent)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &HABITS, &row).await?;
        Ok(transaction.commit().await?)
    }
}
