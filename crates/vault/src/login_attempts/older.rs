//! Attempts of the tables that were there before `login_attempts`: those that wait when a vault is brought to this version
//! go on waiting. A person who logged in while the program was exchanged finds the login done.

use crate::error::whole;
use crate::seal::{Place, facts};
use crate::tables::{PENDINGS, with_seal};
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
        self.write_waiting(connection, id, &status).await
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
            redirect: redirect.ok_or_else(|| VaultError::unreadable(&row.redirect_uri))?,
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

#[cfg(test)]
mod tests {
    use super::{Place, Row};
    use crate::OpenResult;
    use crate::tables::{PENDINGS, returning};
    use crate::{Home, KeySource, OsKeyring, Vault};
    use model::LoginMethod;
    use model::{LoginAttempt, LoginKind, LoginStatus};
    use model::{ResourceProtection, ResourceRecord};
    use oauth::secret::Secret;
    use oauth::time::Timestamp;
    use oauth::uri::ResourceUri;
    use std::sync::Arc;

    const URI: &str = "https://h.example/mcp";

    async fn opened(home: &Home) -> Vault {
        let key = KeySource::KeyFile(home.dir().join("key"));
        match Vault::make(home, key, Arc::new(OsKeyring::new(home))).await {
            Ok(OpenResult::Opened(vault)) => vault,
            other => panic!("{other:?}"),
        }
    }

    fn server() -> ResourceRecord {
        ResourceRecord {
            id: "s1".to_owned(),
            name: "notes".to_owned(),
            uri: ResourceUri::stored(URI.to_owned()),
            protection: ResourceProtection::Protected,
            resource_parameter: None,
            issuer: None,
            scopes_to_request: oauth::scope::Scopes::default(),
            scopes_supported: oauth::scope::Scopes::default(),
            chosen_scopes: None,
            missing_scopes: oauth::scope::Scopes::default(),
            login_method: LoginMethod::Browser,
            locked_to: None,
            needs_dpop: false,
            concessions: oauth::concession::Concessions::default(),
            conceded_at: std::collections::BTreeMap::new(),
            trace: Vec::new(),
            added_at: Timestamp(1),
            checked_at: None,
        }
    }

    fn row(id: &str, kind: &str, device: Option<&str>) -> Row {
        Row {
            id: id.to_owned(),
            state_sealed: Vec::new(),
            verifier_sealed: Vec::new(),
            resource: URI.to_owned(),
            resource_parameter: Some(URI.to_owned()),
            issuer: "https://as.example".to_owned(),
            iss_required: true,
            token_endpoint: "https://as.example/token".to_owned(),
            url_sealed: Vec::new(),
            registration_id: "r1".to_owned(),
            redirect_uri: "http://127.0.0.1:4283/callback".to_owned(),
            scopes: "a b".to_owned(),
            kind: kind.to_owned(),
            expected_iss: Some("https://as.example".to_owned()),
            account: r#""another""#.to_owned(),
            dpop_key_sealed: None,
            device: device.map(str::to_owned),
            device_code_sealed: None,
            started_at: 1_800_000_000,
            expires_at: 1_800_000_600,
        }
    }

    /// As the versions before wrote it.
    async fn write(vault: &Vault, row: Row) {
        let facts = row.facts();
        let seal = |column, text: &str| {
            let place = Place {
                table: PENDINGS.name,
                id: &row.id,
                column,
                facts: &facts,
            };
            vault
                .sealer()
                .seal(place, &Secret::new(text))
                .expect("sealed")
        };
        let mut transaction = vault.database().write().await.expect("begun");
        let written = sqlx::query(returning!(
            "INSERT INTO pending_authorizations (id, state_hash, state_sealed, verifier_sealed, resource, resource_parameter, issuer,
                    iss_required, token_endpoint, url_sealed, registration_id, redirect_uri, scopes, kind, expected_iss, account,
                    device, device_code_sealed, started_at, expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(&row.id)
        .bind(row.id.as_bytes())
        .bind(seal("state", &format!("state {}", row.id)))
        .bind(seal("verifier", "the verifier"))
        .bind(&row.resource)
        .bind(&row.resource_parameter)
        .bind(&row.issuer)
        .bind(row.iss_required)
        .bind(&row.token_endpoint)
        .bind(seal("url", "https://as.example/authorize?x=1"))
        .bind(&row.registration_id)
        .bind(&row.redirect_uri)
        .bind(&row.scopes)
        .bind(&row.kind)
        .bind(&row.expected_iss)
        .bind(&row.account)
        .bind(&row.device)
        .bind(row.device.as_ref().map(|_| seal("device_code", "the device code")))
        .bind(row.started_at)
        .bind(row.expires_at)
        .fetch_one(&mut *transaction)
        .await
        .expect("written");
        vault
            .seal_row(&mut transaction, &PENDINGS, &written)
            .await
            .expect("sealed");
        transaction.commit().await.expect("kept");
    }

    /// Each way of before goes on waiting, with the answer that was not used; what somebody changed does not.
    #[tokio::test]
    async fn logins_of_before_go_on_waiting() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Home::new(folder.path().join("home")).expect("a home");
        let vault = opened(&home).await;
        vault.add_resource(&server()).await.expect("added");
        let code = r#"{"user_code":"WDJB","verification_uri":"https://as.example/device","verification_uri_complete":null,"interval":5}"#;
        write(&vault, row("browser", "authorization_code", None)).await;
        write(&vault, row("device", "device", Some(code))).await;
        write(&vault, row("provider", "enterprise_managed", None)).await;
        write(&vault, row("changed", "authorization_code", None)).await;
        let end = Place {
            table: "login_ends",
            id: "browser",
            column: "end",
            facts: "",
        };
        let unused = Secret::new(r#"{"kind":"not_used","error":"of somebody else"}"#);
        let end = vault.sealer().seal(end, &unused).expect("sealed");
        let pool = vault.database().writer().await.expect("open");
        for (sql, bytes) in [
            (
                "INSERT INTO login_ends (id, end_sealed, at) VALUES ('browser', ?, 1)",
                end,
            ),
            (
                "UPDATE pending_authorizations SET scopes = 'all', state_hash = ? WHERE id = 'changed'",
                vec![1],
            ),
        ] {
            sqlx::query(sql)
                .bind(bytes)
                .execute(&pool)
                .await
                .expect("written");
        }
        drop(pool);
        vault.close().await;

        let vault = opened(&home).await;
        let attempts = vault.login_attempts().await.expect("read");
        let ids: Vec<_> = attempts.iter().map(|attempt| attempt.id.as_str()).collect();
        assert_eq!(ids, ["provider", "device", "browser"]);
        let found = vault
            .login_attempt_by_state(&Secret::new("state browser"))
            .await;
        assert!(matches!(
            found.expect("read"),
            Some(LoginAttempt { kind: LoginKind::Browser(login), .. })
                if login.registration_id == "r1" && login.request.verifier == Secret::new("the verifier")
        ));
        assert!(matches!(
            &attempts[1].kind,
            LoginKind::Device(login) if login.code.device_code == Secret::new("the device code")
        ));
        assert!(matches!(attempts[0].kind, LoginKind::Provider(_)));
        let unused = LoginStatus::Waiting {
            unused_answer: Some("of somebody else".into()),
        };
        assert_eq!(
            vault.login_status("browser").await.expect("read"),
            Some(unused)
        );
        let left: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM pending_authorizations) + (SELECT count(*) FROM login_ends)",
        )
        .fetch_one(&vault.database().pool().await.expect("open"))
        .await
        .expect("counted");
        assert_eq!(left, 0, "those tables are empty from then on");
    }
}
