//! The company's identity providers that speak for the person (SEP-990), their secrets sealed.

use crate::error::whole;
use crate::records::{IdentityProvider, from_text, moment, to_text};
use crate::row_seal::{PROVIDERS, returning, with_seal};
use crate::seal::{Place, facts};
use crate::{Vault, VaultError};
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use sqlx::FromRow;

#[derive(FromRow)]
struct Row {
    issuer: String,
    client_id: String,
    client_secret_sealed: Option<Vec<u8>>,
    auth_method: String,
    token_endpoint: String,
    account_name: Option<String>,
    id_token_sealed: Option<Vec<u8>>,
    id_token_expires_at: Option<i64>,
    refresh_token_sealed: Option<Vec<u8>>,
    added_at: i64,
}

fn place<'a>(issuer: &'a str, column: &'static str, facts: &'a str) -> Place<'a> {
    Place { table: "identity_providers", id: issuer, column, facts }
}

impl Vault {
    pub async fn save_identity_provider(&self, provider: &IdentityProvider) -> Result<(), VaultError> {
        let issuer = provider.issuer.as_str();
        let auth_method = to_text(&provider.auth_method)?;
        let facts = facts(&[&provider.client_id, &provider.token_endpoint, &auth_method]);
        let seal = |column, secret| self.sealer().seal_some(place(issuer, column, &facts), secret);
        // Sealed also where there is none, so that no row without it is believed: codes and id tokens go where it says.
        let client_secret = provider.client_secret.clone().unwrap_or_else(|| Secret::new(""));
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT OR REPLACE INTO identity_providers (issuer, client_id, client_secret_sealed, auth_method, token_endpoint,
                    account_name, id_token_sealed, id_token_expires_at, refresh_token_sealed, added_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(issuer)
        .bind(&provider.client_id)
        .bind(seal("client_secret", Some(&client_secret))?)
        .bind(auth_method)
        .bind(&provider.token_endpoint)
        .bind(&provider.account)
        .bind(seal("id_token", provider.id_token.as_ref())?)
        .bind(provider.id_token_expires_at.map(|at| at.0))
        .bind(seal("refresh_token", provider.refresh_token.as_ref())?)
        .bind(provider.added_at.0)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &PROVIDERS, &row).await?;
        Ok(transaction.commit().await?)
    }

    pub async fn identity_provider(&self, issuer: &Issuer) -> Result<Option<IdentityProvider>, VaultError> {
        let select = with_seal!("identity_providers WHERE issuer = ?");
        let row = sqlx::query(select).bind(issuer.as_str()).fetch_optional(&self.database().pool).await?;
        let Some(row) = row else { return Ok(None) };
        if !self.ours(&PROVIDERS, &row)? {
            return Err(VaultError::Damaged { table: "identity_providers", id: issuer.to_string(), column: "row" });
        }
        self.read_provider(Row::from_row(&row)?).map(Some)
    }

    /// By issuer. A damaged one is left out: it can be entered again.
    pub async fn identity_providers(&self) -> Result<Vec<IdentityProvider>, VaultError> {
        let rows = sqlx::query(with_seal!("identity_providers ORDER BY issuer")).fetch_all(&self.database().pool).await?;
        self.believed(&PROVIDERS, &rows)?.into_iter().filter_map(|row| whole(self.read_provider(row))).collect()
    }

    pub async fn remove_identity_provider(&self, issuer: &Issuer) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        let removed = sqlx::query("DELETE FROM identity_providers WHERE issuer = ?")
            .bind(issuer.as_str())
            .execute(&mut *transaction)
            .await?;
        self.commit_in_next_epoch(transaction).await?;
        self.database().forget_old_pages().await?;
        Ok(removed.rows_affected() > 0)
    }

    fn read_provider(&self, row: Row) -> Result<IdentityProvider, VaultError> {
        let facts = facts(&[&row.client_id, &row.token_endpoint, &row.auth_method]);
        let open =
            |column, sealed: &Option<Vec<u8>>| self.sealer().open_some(place(&row.issuer, column, &facts), sealed.as_deref());
        let missing = || VaultError::Damaged { table: "identity_providers", id: row.issuer.clone(), column: "client_secret" };
        let client_secret = open("client_secret", &row.client_secret_sealed)?.ok_or_else(missing)?;
        Ok(IdentityProvider {
            client_secret: Some(client_secret).filter(|secret| !secret.expose().is_empty()),
            id_token: open("id_token", &row.id_token_sealed)?,
            refresh_token: open("refresh_token", &row.refresh_token_sealed)?,
            auth_method: from_text(&row.auth_method)?,
            id_token_expires_at: moment(row.id_token_expires_at),
            added_at: Timestamp(row.added_at),
            client_id: row.client_id,
            token_endpoint: row.token_endpoint,
            account: row.account_name,
            issuer: Issuer::stored(row.issuer),
        })
    }
}
