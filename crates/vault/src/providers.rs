//! The company's identity providers that speak for the person (SEP-990), their secrets sealed.

pub(crate) mod row;
pub(crate) mod write;

use crate::error::whole;
use crate::keep::Persistence;
use crate::providers::row::Row;
use crate::records::{from_text, moment, to_text};
use crate::response_row::{ResponseRow, file_name};
use crate::seal::{Place, facts};
use crate::tables::{PROVIDERS, with_seal};
use crate::{Vault, VaultError};
use model::IdentityProvider;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use sqlx::FromRow;

fn place<'a>(issuer: &'a str, column: &'static str, facts: &'a str) -> Place<'a> {
    Place {
        table: "identity_providers",
        id: issuer,
        column,
        facts,
    }
}

impl Vault {
    /// What the person entered.
    pub async fn save_identity_provider(
        &self,
        provider: &IdentityProvider,
    ) -> Result<(), VaultError> {
        let answer = ResponseRow::Provider(Box::new(self.provider_row(provider)?));
        self.put(&answer.into()).await.map(|_| ())
    }

    /// With what the provider answered, which is nowhere else.
    pub async fn keep_identity_provider(
        &self,
        provider: &IdentityProvider,
    ) -> Result<Persistence, VaultError> {
        let answer = ResponseRow::Provider(Box::new(self.provider_row(provider)?));
        self.keep(answer.into(), None).await
    }

    fn provider_row(&self, provider: &IdentityProvider) -> Result<Row, VaultError> {
        let issuer = provider.issuer.as_str();
        let auth_method = to_text(&provider.auth_method)?;
        let facts = facts(&[&provider.client_id, &provider.token_endpoint, &auth_method]);
        let seal = |column, secret| {
            self.sealer()
                .seal_some(place(issuer, column, &facts), secret)
        };
        // Sealed also where there is none, so that no row without it is believed: codes and id tokens go where it says.
        let client_secret = provider
            .client_secret
            .clone()
            .unwrap_or_else(|| Secret::new(""));
        Ok(Row {
            issuer: issuer.to_owned(),
            client_id: provider.client_id.clone(),
            client_secret_sealed: seal("client_secret", Some(&client_secret))?,
            token_endpoint: provider.token_endpoint.clone(),
            account_name: provider.account.clone(),
            id_token_sealed: seal("id_token", provider.id_token.as_ref())?,
            id_token_expires_at: provider.id_token_expires_at.map(|at| at.0),
            refresh_token_sealed: seal("refresh_token", provider.refresh_token.as_ref())?,
            added_at: provider.added_at.0,
            auth_method,
        })
    }

    /// The rows, and what is newer than they and not among them yet.
    fn with_unsaved_providers(
        &self,
        mut rows: Vec<Row>,
        is_wanted: impl Fn(&Row) -> bool,
    ) -> Vec<Row> {
        let newer = self.unsaved().rows(|answer| match answer {
            ResponseRow::Provider(row) => Some((**row).clone()),
            _ => None,
        });
        for row in newer.into_iter().filter(is_wanted) {
            rows.retain(|known| known.issuer != row.issuer);
            rows.push(row);
        }
        rows
    }

    /// One provider, by its issuer.
    pub async fn identity_provider(
        &self,
        issuer: &Issuer,
    ) -> Result<Option<IdentityProvider>, VaultError> {
        let select = with_seal!("identity_providers WHERE issuer = ?");
        let row = sqlx::query(select)
            .bind(issuer.as_str())
            .fetch_optional(&self.database().pool().await?)
            .await?;
        let mut rows = Vec::new();
        if let Some(row) = row {
            if !self.ours(&PROVIDERS, &row)? {
                return Err(VaultError::Damaged {
                    table: "identity_providers",
                    id: issuer.to_string(),
                    column: "row",
                });
            }
            rows.push(Row::from_row(&row)?);
        }
        let rows = self.with_unsaved_providers(rows, |row| row.issuer == issuer.as_str());
        rows.into_iter()
            .next()
            .map(|row| self.read_provider(row))
            .transpose()
    }

    /// By issuer. A damaged one is left out: it can be entered again.
    pub async fn identity_providers(&self) -> Result<Vec<IdentityProvider>, VaultError> {
        let rows = sqlx::query(with_seal!("identity_providers ORDER BY issuer"))
            .fetch_all(&self.database().pool().await?)
            .await?;
        let rows = self.with_unsaved_providers(self.believed(&PROVIDERS, &rows)?, |_| true);
        rows.into_iter()
            .filter_map(|row| whole(self.read_provider(row)))
            .collect()
    }

    /// Removes it with its tokens. True if it was there.
    pub async fn remove_identity_provider(&self, issuer: &Issuer) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        let removed = sqlx::query("DELETE FROM identity_providers WHERE issuer = ?")
            .bind(issuer.as_str())
            .execute(&mut *transaction)
            .await?;
        self.commit_without(
            transaction,
            Some(&file_name(PROVIDERS.name, issuer.as_str())),
        )
        .await?;
        let was_unsaved = self.unsaved().forget(PROVIDERS.name, issuer.as_str());
        self.database().forget_old_pages().await?;
        Ok(removed.rows_affected() > 0 || was_unsaved)
    }

    pub(crate) fn read_provider(&self, row: Row) -> Result<IdentityProvider, VaultError> {
        let facts = facts(&[&row.client_id, &row.token_endpoint, &row.auth_method]);
        let open = |column, sealed: &Option<Vec<u8>>| {
            self.sealer()
                .open_some(place(&row.issuer, column, &facts), sealed.as_deref())
        };
        let missing = || VaultError::Damaged {
            table: "identity_providers",
            id: row.issuer.clone(),
            column: "client_secret",
        };
        let client_secret =
            open("client_secret", &row.client_secret_sealed)?.ok_or_else(missing)?;
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
