//! Our client ids, kept by issuer; their secrets sealed.

use crate::error::whole;
use crate::records::{from_text, moment, to_text};
use crate::row_seal::{REGISTRATIONS, returning, with_seal};
use crate::seal::{Place, facts};
use crate::{Vault, VaultError};
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Management, Registration};
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use sqlx::FromRow;
use sqlx::sqlite::SqliteRow;

#[derive(FromRow)]
struct Row {
    id: String,
    issuer: String,
    redirect_uri: String,
    kind: String,
    client_id: String,
    client_secret_sealed: Option<Vec<u8>>,
    key_id: Option<String>,
    auth_method: String,
    secret_expires_at: Option<i64>,
    management_uri: Option<String>,
    management_token_sealed: Option<Vec<u8>>,
    registered_at: i64,
}

fn place<'a>(id: &'a str, column: &'static str, facts: &'a str) -> Place<'a> {
    Place { table: "registrations", id, column, facts }
}

/// A private key opens as one only: no change of `auth_method` sends it away as if it were a secret to be shown.
fn proof(auth_method: AuthMethod) -> &'static str {
    if auth_method == AuthMethod::PrivateKeyJwt { "private_key" } else { "client_secret" }
}

impl Vault {
    pub async fn save_registration(&self, registration: &Registration) -> Result<(), VaultError> {
        let id = &registration.id;
        let management_uri = registration.management.as_ref().map_or("", |management| management.uri.as_str());
        let facts = facts(&[registration.issuer.as_str(), &registration.client_id, management_uri]);
        let token = registration.management.as_ref().map(|management| &management.access_token);
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT OR REPLACE INTO registrations (id, issuer, redirect_uri, kind, client_id, client_secret_sealed, key_id, auth_method,
                    secret_expires_at, management_uri, management_token_sealed, registered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(id)
        .bind(registration.issuer.as_str())
        .bind(registration.redirects.iter().map(|redirect| redirect.uri()).collect::<Vec<_>>().join(" "))
        .bind(to_text(&registration.kind)?)
        .bind(&registration.client_id)
        .bind(
            self.sealer()
                .seal_some(place(id, proof(registration.auth_method), &facts), registration.client_secret.as_ref())?,
        )
        .bind(&registration.key_id)
        .bind(to_text(&registration.auth_method)?)
        .bind(registration.secret_expires_at.map(|at| at.0))
        .bind(registration.management.as_ref().map(|management| &management.uri))
        .bind(self.sealer().seal_some(place(id, "management_token", &facts), token)?)
        .bind(registration.registered_at.0)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &REGISTRATIONS, &row).await?;
        Ok(transaction.commit().await?)
    }

    pub async fn registration(&self, id: &str) -> Result<Option<Registration>, VaultError> {
        let select = with_seal!("registrations WHERE id = ?");
        let row = sqlx::query(select).bind(id).fetch_optional(&self.database().pool).await?;
        let Some(row) = row else { return Ok(None) };
        if !self.ours(&REGISTRATIONS, &row)? {
            return Err(VaultError::Damaged { table: "registrations", id: id.to_owned(), column: "row" });
        }
        self.read_registration(Row::from_row(&row)?).map(Some)
    }

    /// Newest first. A damaged one is left out: another can be made.
    pub async fn registrations_at(&self, issuer: &Issuer) -> Result<Vec<Registration>, VaultError> {
        let select = with_seal!("registrations WHERE issuer = ? ORDER BY registered_at DESC, rowid DESC");
        self.list_registrations(&sqlx::query(select).bind(issuer.as_str()).fetch_all(&self.database().pool).await?)
    }

    /// All of them, by issuer, newest first.
    pub async fn registrations(&self) -> Result<Vec<Registration>, VaultError> {
        let select = with_seal!("registrations ORDER BY issuer, registered_at DESC, rowid DESC");
        self.list_registrations(&sqlx::query(select).fetch_all(&self.database().pool).await?)
    }

    pub async fn forget_registration(&self, id: &str) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        sqlx::query("DELETE FROM registrations WHERE id = ?").bind(id).execute(&mut *transaction).await?;
        self.commit_in_next_epoch(transaction).await?;
        self.database().forget_old_pages().await
    }

    fn list_registrations(&self, rows: &[SqliteRow]) -> Result<Vec<Registration>, VaultError> {
        self.believed(&REGISTRATIONS, rows)?.into_iter().filter_map(|row| whole(self.read_registration(row))).collect()
    }

    fn read_registration(&self, row: Row) -> Result<Registration, VaultError> {
        let facts = facts(&[&row.issuer, &row.client_id, row.management_uri.as_deref().unwrap_or_default()]);
        let auth_method = from_text(&row.auth_method)?;
        let secret = self.sealer().open_some(place(&row.id, proof(auth_method), &facts), row.client_secret_sealed.as_deref())?;
        let token =
            self.sealer().open_some(place(&row.id, "management_token", &facts), row.management_token_sealed.as_deref())?;
        let redirects = row.redirect_uri.split_whitespace().map(Redirect::from_uri).collect::<Option<Vec<_>>>();
        let redirects = redirects.ok_or_else(|| VaultError::Format(row.redirect_uri.clone()))?;
        Ok(Registration {
            issuer: Issuer::stored(row.issuer),
            redirects,
            kind: from_text(&row.kind)?,
            client_id: row.client_id,
            client_secret: secret,
            key_id: row.key_id,
            auth_method,
            secret_expires_at: moment(row.secret_expires_at),
            management: row.management_uri.zip(token).map(|(uri, access_token)| Management { uri, access_token }),
            registered_at: Timestamp(row.registered_at),
            id: row.id,
        })
    }
}
