//! Attempts of the tables that were there before `login_attempts`: those that wait when a vault is brought to this version
//! go on waiting. A person who logged in while the program was exchanged finds the login done.

use crate::error::whole;
use crate::seal::{Place, facts};
use crate::tables::{LOGIN_ATTEMPTS, PENDINGS, returning, with_seal};
use crate::{Vault, VaultError};
use model::{BrowserLogin, DeviceLogin, LoginAttempt, LoginKind, LoginStatus};
use oauth::authorization::PendingAuthorization;
use oauth::device::DeviceCode;
use oauth::redirect::Redirect;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::{Issuer, ResourceUri};
use serde::Deserialize;
use sqlx::{FromRow, SqliteConnection};

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

/// What a person reads of a device login; its code is sealed beside it.
#[derive(Deserialize)]
struct Device {
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    interval: u64,
}

/// What was kept of a login's end: of those that wait, an answer that was not used.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
enum End {
    NotUsed {
        error: serde_json::Value,
    },
    #[serde(other)]
    Over,
}

impl Vault {
    /// Brings them along, once: the tables are empty from then on.
    pub(crate) async fn bring_logins_along(&self) -> Result<(), VaultError> {
        let is_there: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM pending_authorizations) OR EXISTS (SELECT 1 FROM login_ends)",
        )
        .fetch_one(&self.database().pool().await?)
        .await?;
        if !is_there {
            return Ok(());
        }
        let mut transaction = self.database().write().await?;
        let rows = sqlx::query(with_seal!(
            "pending_authorizations ORDER BY started_at, rowid"
        ))
        .fetch_all(&mut *transaction)
        .await?;
        for row in self.believed::<Row>(&PENDINGS, &rows)? {
            let Some(attempt) = whole(self.read_older(row)) else {
                continue;
            };
            match self.bring_along(&mut transaction, &attempt?).await {
                // Nobody can log in to a server that is not there.
                Err(VaultError::Orphan) | Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        for table in ["pending_authorizations", "login_ends"] {
            // The name is one of our own tables.
            let delete = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
            sqlx::query(delete).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        self.database().forget_old_pages().await
    }

    async fn bring_along(
        &self,
        connection: &mut SqliteConnection,
        attempt: &LoginAttempt,
    ) -> Result<(), VaultError> {
        self.insert_attempt(connection, attempt).await?;
        let id = attempt.id.as_str();
        let sealed: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT end_sealed FROM login_ends WHERE id = ?")
                .bind(id)
                .fetch_optional(&mut *connection)
                .await?;
        let place = Place {
            table: "login_ends",
            id,
            column: "end",
            facts: "",
        };
        let end = sealed.and_then(|sealed| self.sealer().open(place, &sealed).ok());
        let end = end.and_then(|end| serde_json::from_str(end.expose()).ok());
        let Some(End::NotUsed { error }) = end else {
            return Ok(());
        };
        let status = LoginStatus::Waiting {
            unused_answer: Some(error),
        };
        let row = sqlx::query(returning!(
            "UPDATE login_attempts SET status_sealed = ? WHERE id = ?"
        ))
        .bind(self.sealed_status(id, &status)?)
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
        self.seal_row(connection, &LOGIN_ATTEMPTS, &row).await
    }

    fn read_older(&self, row: Row) -> Result<LoginAttempt, VaultError> {
        let kind = match &row.device {
            Some(device) => LoginKind::Device(self.device_login(&row, device)?),
            None if row.kind == "enterprise_managed" => LoginKind::Provider(self.request(&row)?),
            None => LoginKind::Browser(BrowserLogin {
                request: self.request(&row)?,
                registration_id: row.registration_id.clone(),
                account: serde_json::from_str(&row.account)?,
            }),
        };
        Ok(LoginAttempt {
            kind,
            resource: ResourceUri::stored(row.resource),
            started_at: Timestamp(row.started_at),
            id: row.id,
        })
    }

    fn request(&self, row: &Row) -> Result<PendingAuthorization, VaultError> {
        let issuer = Issuer::stored(row.issuer.clone());
        let expected_iss = row.expected_iss.clone().map(Issuer::stored);
        let url = self.opened(row, "url", Some(&row.url_sealed))?;
        let redirect = Redirect::from_uri(&row.redirect_uri);
        Ok(PendingAuthorization {
            state: self.opened(row, "state", Some(&row.state_sealed))?,
            verifier: self.opened(row, "verifier", Some(&row.verifier_sealed))?,
            resource_parameter: row.resource_parameter.clone(),
            expected_iss: expected_iss.unwrap_or_else(|| issuer.clone()),
            issuer,
            iss_required: row.iss_required,
            token_endpoint: row.token_endpoint.clone(),
            authorization_url: url.expose().to_owned(),
            redirect: redirect.ok_or_else(|| VaultError::Format(row.redirect_uri.clone()))?,
            scopes: Scopes::parse(&row.scopes),
            dpop_key: self.dpop_key(row)?,
            expires_at: Timestamp(row.expires_at),
        })
    }

    fn device_login(&self, row: &Row, device: &str) -> Result<DeviceLogin, VaultError> {
        let device: Device = serde_json::from_str(device)?;
        let device_code = self.opened(row, "device_code", row.device_code_sealed.as_deref())?;
        Ok(DeviceLogin {
            code: DeviceCode {
                device_code,
                user_code: device.user_code,
                verification_uri: device.verification_uri,
                verification_uri_complete: device.verification_uri_complete,
                interval: device.interval,
                expires_at: Timestamp(row.expires_at),
            },
            issuer: Issuer::stored(row.issuer.clone()),
            token_endpoint: row.token_endpoint.clone(),
            resource_parameter: row.resource_parameter.clone(),
            scopes: Scopes::parse(&row.scopes),
            dpop_key: self.dpop_key(row)?,
            registration_id: row.registration_id.clone(),
            account: serde_json::from_str(&row.account)?,
        })
    }

    fn dpop_key(&self, row: &Row) -> Result<Option<Secret>, VaultError> {
        match row.dpop_key_sealed.as_deref() {
            Some(sealed) => self.opened(row, "dpop_key", Some(sealed)).map(Some),
            None => Ok(None),
        }
    }

    fn opened(
        &self,
        row: &Row,
        column: &'static str,
        sealed: Option<&[u8]>,
    ) -> Result<Secret, VaultError> {
        let place = Place {
            table: PENDINGS.name,
            id: &row.id,
            column,
            facts: &row.facts(),
        };
        self.sealer().open(place, sealed.unwrap_or_default())
    }
}

impl Row {
    /// What its sealed values were bound to.
    fn facts(&self) -> String {
        facts(&[
            &self.issuer,
            &self.token_endpoint,
            &self.resource,
            &self.registration_id,
            &self.kind,
            self.expected_iss.as_deref().unwrap_or_default(),
            if self.iss_required { "iss" } else { "" },
            &self.account,
            self.device.as_deref().unwrap_or_default(),
        ])
    }
}
