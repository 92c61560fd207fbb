//! Logins under way. Taking one is a single statement, so that one answer is used once, whoever gets it.

use crate::error::whole;
use crate::records::{from_text, to_text};
use crate::row_seal::{PENDINGS, returning, with_seal};
use crate::seal::{Place, facts};
use crate::{Vault, VaultError};
use oauth::authorization::PendingAuthorization;
use oauth::device::DeviceCode;
use oauth::redirect::Redirect;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::{Issuer, ResourceUri};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection};

#[derive(FromRow)]
struct Row {
    id: String,
    state_sealed: Vec<u8>,
    verifier_sealed: Vec<u8>,
    resource: String,
    resource_parameter: Option<String>,
    issuer: String,
    iss_required: bool,
    token_endpoint: String,
    url_sealed: Vec<u8>,
    registration_id: String,
    redirect_uri: String,
    scopes: String,
    kind: String,
    expected_iss: Option<String>,
    account: String,
    dpop_key_sealed: Option<Vec<u8>>,
    device: Option<String>,
    device_code_sealed: Option<Vec<u8>>,
    started_at: i64,
    expires_at: i64,
}

/// What a person reads of a device login (RFC 8628 §3.2); its code is sealed beside it.
#[derive(Serialize, Deserialize)]
struct Device {
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    interval: u64,
}

fn place<'a>(id: &'a str, column: &'static str, facts: &'a str) -> Place<'a> {
    Place {
        table: "pending_authorizations",
        id,
        column,
        facts,
    }
}

fn required(iss: bool) -> &'static str {
    if iss { "iss" } else { "" }
}

impl Vault {
    pub async fn save_pending(&self, pending: &PendingAuthorization) -> Result<(), VaultError> {
        let (id, sealer) = (&pending.id, self.sealer());
        let device = pending.device.as_ref().map(|device| Device {
            user_code: device.user_code.clone(),
            verification_uri: device.verification_uri.clone(),
            verification_uri_complete: device.verification_uri_complete.clone(),
            interval: device.interval,
        });
        let device = device
            .map(|device| serde_json::to_string(&device))
            .transpose()?;
        let device_code = pending.device.as_ref().map(|device| &device.device_code);
        let (kind, account) = (
            to_text(&pending.kind)?,
            serde_json::to_string(&pending.account)?,
        );
        let facts = facts(&[
            pending.issuer.as_str(),
            &pending.token_endpoint,
            pending.resource.as_str(),
            &pending.registration_id,
            &kind,
            pending.expected_iss.as_str(),
            required(pending.iss_required),
            &account,
            device.as_deref().unwrap_or_default(),
        ]);
        let mut transaction = self.database().write().await?;
        let row = sqlx::query(returning!(
            "INSERT INTO pending_authorizations (id, state_hash, state_sealed, verifier_sealed, resource, resource_parameter, issuer,
                    iss_required, token_endpoint, url_sealed, registration_id, redirect_uri, scopes, kind, expected_iss, account,
                    dpop_key_sealed, device, device_code_sealed, started_at, expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(id)
        .bind(hash(&pending.state))
        .bind(sealer.seal(place(id, "state", &facts), &pending.state)?)
        .bind(sealer.seal(place(id, "verifier", &facts), &pending.verifier)?)
        .bind(pending.resource.as_str())
        .bind(&pending.resource_parameter)
        .bind(pending.issuer.as_str())
        .bind(pending.iss_required)
        .bind(&pending.token_endpoint)
        .bind(sealer.seal(place(id, "url", &facts), &Secret::new(pending.authorization_url.as_str()))?)
        .bind(&pending.registration_id)
        .bind(pending.redirect.uri())
        .bind(pending.scopes.to_string())
        .bind(kind)
        .bind(pending.expected_iss.as_str())
        .bind(account)
        .bind(sealer.seal_some(place(id, "dpop_key", &facts), pending.dpop_key.as_ref())?)
        .bind(device)
        .bind(sealer.seal_some(place(id, "device_code", &facts), device_code)?)
        .bind(pending.started_at.0)
        .bind(pending.expires_at.0)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &PENDINGS, &row).await?;
        Ok(transaction.commit().await?)
    }

    /// The login that an answer's `state` belongs to.
    pub async fn pending_by_state(
        &self,
        state: &Secret,
    ) -> Result<Option<PendingAuthorization>, VaultError> {
        let select = with_seal!("pending_authorizations WHERE state_hash = ?");
        self.one_pending(
            sqlx::query(select)
                .bind(hash(state))
                .fetch_optional(&self.database().pool().await?)
                .await?,
        )
    }

    pub async fn pending(&self, id: &str) -> Result<Option<PendingAuthorization>, VaultError> {
        let select = with_seal!("pending_authorizations WHERE id = ?");
        self.one_pending(
            sqlx::query(select)
                .bind(id)
                .fetch_optional(&self.database().pool().await?)
                .await?,
        )
    }

    /// Newest first. A damaged one is left out: it cannot be finished.
    pub async fn pendings(&self) -> Result<Vec<PendingAuthorization>, VaultError> {
        let select = with_seal!("pending_authorizations ORDER BY started_at DESC, rowid DESC");
        self.list_pendings(
            &sqlx::query(select)
                .fetch_all(&self.database().pool().await?)
                .await?,
        )
    }

    /// Ends what ran out, and returns it; a damaged one ends without being told of.
    pub async fn sweep_pendings(
        &self,
        now: Timestamp,
    ) -> Result<Vec<PendingAuthorization>, VaultError> {
        let statement = returning!("DELETE FROM pending_authorizations WHERE expires_at <= ?");
        self.list_pendings(
            &sqlx::query(statement)
                .bind(now.0)
                .fetch_all(&self.database().writer().await?)
                .await?,
        )
    }

    fn one_pending(
        &self,
        row: Option<SqliteRow>,
    ) -> Result<Option<PendingAuthorization>, VaultError> {
        let Some(row) = row else { return Ok(None) };
        if !self.ours(&PENDINGS, &row)? {
            let id = row.try_get("id").unwrap_or_default();
            return Err(VaultError::Damaged {
                table: "pending_authorizations",
                id,
                column: "row",
            });
        }
        self.read_pending(Row::from_row(&row)?).map(Some)
    }

    fn list_pendings(&self, rows: &[SqliteRow]) -> Result<Vec<PendingAuthorization>, VaultError> {
        self.believed(&PENDINGS, rows)?
            .into_iter()
            .filter_map(|row| whole(self.read_pending(row)))
            .collect()
    }

    fn read_pending(&self, row: Row) -> Result<PendingAuthorization, VaultError> {
        let (id, sealer) = (row.id.as_str(), self.sealer());
        // Whoever can write the file changes neither who may answer nor what the person is shown (I1).
        let facts = facts(&[
            &row.issuer,
            &row.token_endpoint,
            &row.resource,
            &row.registration_id,
            &row.kind,
            row.expected_iss.as_deref().unwrap_or_default(),
            required(row.iss_required),
            &row.account,
            row.device.as_deref().unwrap_or_default(),
        ]);
        let device: Option<Device> = row
            .device
            .as_deref()
            .map(serde_json::from_str)
            .transpose()?;
        let device_code = sealer.open_some(
            place(id, "device_code", &facts),
            row.device_code_sealed.as_deref(),
        )?;
        let issuer = Issuer::stored(row.issuer);
        Ok(PendingAuthorization {
            kind: from_text(&row.kind)?,
            expected_iss: row
                .expected_iss
                .map_or_else(|| issuer.clone(), Issuer::stored),
            account: serde_json::from_str(&row.account)?,
            dpop_key: sealer.open_some(
                place(id, "dpop_key", &facts),
                row.dpop_key_sealed.as_deref(),
            )?,
            device: device
                .zip(device_code)
                .map(|(device, device_code)| DeviceCode {
                    device_code,
                    user_code: device.user_code,
                    verification_uri: device.verification_uri,
                    verification_uri_complete: device.verification_uri_complete,
                    interval: device.interval,
                    expires_at: Timestamp(row.expires_at),
                }),
            state: sealer.open(place(id, "state", &facts), &row.state_sealed)?,
            verifier: sealer.open(place(id, "verifier", &facts), &row.verifier_sealed)?,
            authorization_url: sealer
                .open(place(id, "url", &facts), &row.url_sealed)?
                .expose()
                .to_owned(),
            resource: ResourceUri::stored(row.resource),
            resource_parameter: row.resource_parameter,
            issuer,
            iss_required: row.iss_required,
            token_endpoint: row.token_endpoint,
            registration_id: row.registration_id,
            redirect: Redirect::from_uri(&row.redirect_uri)
                .ok_or_else(|| VaultError::Format(row.redirect_uri.clone()))?,
            scopes: Scopes::parse(&row.scopes),
            started_at: Timestamp(row.started_at),
            expires_at: Timestamp(row.expires_at),
            id: row.id,
        })
    }
}

pub(crate) async fn take(connection: &mut SqliteConnection, id: &str) -> Result<bool, VaultError> {
    let taken = sqlx::query("DELETE FROM pending_authorizations WHERE id = ?")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// The state has 256 random bits: its plain hash tells nothing.
fn hash(state: &Secret) -> Vec<u8> {
    Sha256::digest(state.expose().as_bytes()).to_vec()
}
