//! Our client ids, kept by issuer; their secrets sealed.

pub(crate) mod row;
pub(crate) mod write;

use crate::error::whole;
use crate::keep::Persistence;
use crate::records::{from_text, moment, to_text};
use crate::registrations::row::Row;
use crate::response_row::{ResponseRow, file_name};
use crate::seal::{Place, facts};
use crate::tables::{REGISTRATIONS, with_seal};
use crate::{Vault, VaultError};
use model::ClientRecord;
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Management, Registration};
use oauth::time::Timestamp;
use oauth::uri::Issuer;
use sqlx::FromRow;
use sqlx::sqlite::SqliteRow;

fn place<'a>(id: &'a str, column: &'static str, facts: &'a str) -> Place<'a> {
    Place {
        table: "registrations",
        id,
        column,
        facts,
    }
}

/// A private key opens as one only: no change of `auth_method` sends it away as if it were a secret to be shown.
fn proof(auth_method: AuthMethod) -> &'static str {
    if auth_method == AuthMethod::PrivateKeyJwt {
        "private_key"
    } else {
        "client_secret"
    }
}

impl Vault {
    /// What the person entered, or what can be had again.
    pub async fn save_registration(&self, registration: &ClientRecord) -> Result<(), VaultError> {
        let answer = ResponseRow::Registration(Box::new(self.row_of(registration)?));
        self.put(&answer.into()).await.map(|_| ())
    }

    /// What an issuer made: its secret is nowhere else.
    pub async fn keep_registration(
        &self,
        registration: &ClientRecord,
    ) -> Result<Persistence, VaultError> {
        let answer = ResponseRow::Registration(Box::new(self.row_of(registration)?));
        self.keep(answer.into(), None).await
    }

    fn row_of(&self, registration: &ClientRecord) -> Result<Row, VaultError> {
        let id = &registration.id;
        let management_uri = registration
            .management
            .as_ref()
            .map_or("", |management| management.uri.as_str());
        let facts = facts(&[
            registration.issuer.as_str(),
            &registration.client_id,
            management_uri,
        ]);
        let token = registration
            .management
            .as_ref()
            .map(|management| &management.access_token);
        Ok(Row {
            id: id.clone(),
            issuer: registration.issuer.to_string(),
            redirect_uri: registration
                .redirects
                .iter()
                .map(|redirect| redirect.uri())
                .collect::<Vec<_>>()
                .join(" "),
            kind: to_text(&registration.kind)?,
            client_id: registration.client_id.clone(),
            client_secret_sealed: self.sealer().seal_some(
                place(id, proof(registration.auth_method), &facts),
                registration.client_secret.as_ref(),
            )?,
            key_id: registration.key_id.clone(),
            auth_method: to_text(&registration.auth_method)?,
            secret_expires_at: registration.secret_expires_at.map(|at| at.0),
            management_uri: registration
                .management
                .as_ref()
                .map(|management| management.uri.clone()),
            management_token_sealed: self
                .sealer()
                .seal_some(place(id, "management_token", &facts), token)?,
            registered_at: registration.registered_at.0,
        })
    }

    /// The rows, and what is newer than they and not among them yet.
    fn with_unsaved_registrations(
        &self,
        mut rows: Vec<Row>,
        is_wanted: impl Fn(&Row) -> bool,
    ) -> Vec<Row> {
        let newer = self.unsaved().rows(|answer| match answer {
            ResponseRow::Registration(row) => Some((**row).clone()),
            _ => None,
        });
        for row in newer.into_iter().filter(is_wanted) {
            rows.retain(|known| known.id != row.id);
            rows.insert(0, row);
        }
        rows
    }

    /// The same, of what may have none.
    pub async fn registration_if(
        &self,
        id: Option<&str>,
    ) -> Result<Option<ClientRecord>, VaultError> {
        match id {
            Some(id) => self.registration(id).await,
            None => Ok(None),
        }
    }

    /// One registration.
    pub async fn registration(&self, id: &str) -> Result<Option<ClientRecord>, VaultError> {
        let select = with_seal!("registrations WHERE id = ?");
        let row = sqlx::query(select)
            .bind(id)
            .fetch_optional(&self.database().pool().await?)
            .await?;
        let mut rows = Vec::new();
        if let Some(row) = row {
            if !self.ours(&REGISTRATIONS, &row)? {
                return Err(VaultError::Damaged {
                    table: "registrations",
                    id: id.to_owned(),
                    column: "row",
                });
            }
            rows.push(Row::from_row(&row)?);
        }
        let rows = self.with_unsaved_registrations(rows, |row| row.id == id);
        rows.into_iter()
            .next()
            .map(|row| self.read_registration(row))
            .transpose()
    }

    /// Newest first. A damaged one is left out: another can be made.
    pub async fn registrations_at(&self, issuer: &Issuer) -> Result<Vec<ClientRecord>, VaultError> {
        let select =
            with_seal!("registrations WHERE issuer = ? ORDER BY registered_at DESC, rowid DESC");
        let rows = sqlx::query(select)
            .bind(issuer.as_str())
            .fetch_all(&self.database().pool().await?)
            .await?;
        self.list_registrations(&rows, |row| row.issuer == issuer.as_str())
    }

    /// All of them, by issuer, newest first.
    pub async fn registrations(&self) -> Result<Vec<ClientRecord>, VaultError> {
        let select = with_seal!("registrations ORDER BY issuer, registered_at DESC, rowid DESC");
        self.list_registrations(
            &sqlx::query(select)
                .fetch_all(&self.database().pool().await?)
                .await?,
            |_| true,
        )
    }

    /// Forgets it, with what was learned of its client authentication.
    pub async fn forget_registration(&self, id: &str) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        sqlx::query("DELETE FROM registrations WHERE id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM client_ways WHERE registration_id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        self.commit_without(transaction, Some(&file_name(REGISTRATIONS.name, id)))
            .await?;
        self.unsaved().forget(REGISTRATIONS.name, id);
        self.database().forget_old_pages().await
    }

    fn list_registrations(
        &self,
        rows: &[SqliteRow],
        is_wanted: impl Fn(&Row) -> bool,
    ) -> Result<Vec<ClientRecord>, VaultError> {
        let rows = self.with_unsaved_registrations(self.believed(&REGISTRATIONS, rows)?, is_wanted);
        rows.into_iter()
            .filter_map(|row| whole(self.read_registration(row)))
            .collect()
    }

    pub(crate) fn read_registration(&self, row: Row) -> Result<ClientRecord, VaultError> {
        let facts = facts(&[
            &row.issuer,
            &row.client_id,
            row.management_uri.as_deref().unwrap_or_default(),
        ]);
        let auth_method = from_text(&row.auth_method)?;
        let secret = self.sealer().open_some(
            place(&row.id, proof(auth_method), &facts),
            row.client_secret_sealed.as_deref(),
        )?;
        let token = self.sealer().open_some(
            place(&row.id, "management_token", &facts),
            row.management_token_sealed.as_deref(),
        )?;
        let redirects = row
            .redirect_uri
            .split_whitespace()
            .map(Redirect::from_uri)
            .collect::<Option<Vec<_>>>();
        let redirects = redirects.ok_or_else(|| VaultError::unreadable(&row.redirect_uri))?;
        let registration = Registration {
            issuer: Issuer::stored(row.issuer),
            redirects,
            kind: from_text(&row.kind)?,
            client_id: row.client_id,
            client_secret: secret,
            key_id: row.key_id,
            auth_method,
            secret_expires_at: moment(row.secret_expires_at),
            management: row
                .management_uri
                .zip(token)
                .map(|(uri, access_token)| Management { uri, access_token }),
            registered_at: Timestamp(row.registered_at),
        };
        Ok(ClientRecord {
            id: row.id,
            registration,
        })
    }
}
