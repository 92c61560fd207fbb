//! Login attempts as rows: begun, found by the browser's answer, ended once, waited for in any process.
//!
//! Each step is one transaction that looks at the row before it writes it: of several processes with one answer, one goes on.

mod details;
mod older;

use crate::error::whole;
use crate::seal::{Place, facts};
use crate::tables::{LOGIN_ATTEMPTS, returning, with_seal};
use crate::{Vault, VaultError, events};
use details::Details;
use model::{LoginAttempt, LoginStatus, NewEvent};
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::ResourceUri;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection};

/// Nobody waits longer for the outcome of a login than it can take.
const KEPT_SECONDS: i64 = 3600;

#[derive(FromRow)]
struct Row {
    id: String,
    kind: String,
    resource: String,
    details_sealed: Option<Vec<u8>>,
    status: String,
    status_sealed: Option<Vec<u8>>,
    started_at: i64,
    expires_at: i64,
}

fn place<'a>(id: &'a str, column: &'static str, facts: &'a str) -> Place<'a> {
    Place {
        table: LOGIN_ATTEMPTS.name,
        id,
        column,
        facts,
    }
}

/// The columns that the details belong to.
fn aim(kind: &str, resource: &str, started_at: i64, expires_at: i64) -> String {
    facts(&[
        kind,
        resource,
        &started_at.to_string(),
        &expires_at.to_string(),
    ])
}

impl Vault {
    /// Begins an attempt. With `replaced`, those that wait for the same server end in the same transaction, and this is the
    /// line of the activity log for each of them.
    pub async fn begin_login_attempt(
        &self,
        attempt: &LoginAttempt,
        replaced: Option<&NewEvent>,
    ) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        if let Some(event) = replaced {
            let rows = sqlx::query(with_seal!(
                "login_attempts WHERE status = 'waiting' AND resource = ?"
            ))
            .bind(attempt.resource.as_str())
            .fetch_all(&mut *transaction)
            .await?;
            for row in self.believed::<Row>(&LOGIN_ATTEMPTS, &rows)? {
                self.put_end(
                    &mut transaction,
                    &row.id,
                    &LoginStatus::Replaced,
                    attempt.started_at,
                )
                .await?;
                events::insert(event, &mut transaction).await?;
            }
        }
        self.insert_attempt(&mut transaction, attempt).await?;
        Ok(transaction.commit().await?)
    }

    /// The attempt that waits for the answer with this `state`.
    pub async fn login_attempt_by_state(
        &self,
        state: &Secret,
    ) -> Result<Option<LoginAttempt>, VaultError> {
        let select = with_seal!("login_attempts WHERE state_hash = ? AND status = 'waiting'");
        self.waiting(
            sqlx::query(select)
                .bind(hash(state))
                .fetch_optional(&self.database().pool().await?)
                .await?,
        )
    }

    /// The attempt, as long as it waits.
    pub async fn login_attempt(&self, id: &str) -> Result<Option<LoginAttempt>, VaultError> {
        let select = with_seal!("login_attempts WHERE id = ? AND status = 'waiting'");
        self.waiting(
            sqlx::query(select)
                .bind(id)
                .fetch_optional(&self.database().pool().await?)
                .await?,
        )
    }

    /// All that wait, newest first. A damaged one is left out: it cannot be finished.
    pub async fn login_attempts(&self) -> Result<Vec<LoginAttempt>, VaultError> {
        let select = with_seal!(
            "login_attempts WHERE status = 'waiting' ORDER BY started_at DESC, rowid DESC"
        );
        let rows = sqlx::query(select)
            .fetch_all(&self.database().pool().await?)
            .await?;
        self.believed(&LOGIN_ATTEMPTS, &rows)?
            .into_iter()
            .filter_map(|row| whole(self.read_attempt(row)))
            .collect()
    }

    /// How far an attempt is. None: it is not known, forgotten, or not as this program wrote it.
    pub async fn login_status(&self, id: &str) -> Result<Option<LoginStatus>, VaultError> {
        let rows = sqlx::query(with_seal!("login_attempts WHERE id = ?"))
            .bind(id)
            .fetch_all(&self.database().pool().await?)
            .await?;
        let row = self.believed::<Row>(&LOGIN_ATTEMPTS, &rows)?.pop();
        row.and_then(|row| whole(self.read_status(&row)))
            .transpose()
    }

    /// Ends an attempt that waits: its answer is taken, or there will be none. True for the one caller, of all processes, who
    /// ended it.
    pub async fn end_login_attempt(
        &self,
        id: &str,
        status: &LoginStatus,
        at: Timestamp,
    ) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        let ended = self
            .end_in(&mut transaction, id, &["waiting"], status, at)
            .await?;
        transaction.commit().await?;
        Ok(ended)
    }

    /// The outcome of an attempt whose answer this process took.
    pub async fn finish_login_attempt(
        &self,
        id: &str,
        status: &LoginStatus,
        at: Timestamp,
    ) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        let finished = self.finish_in(&mut transaction, id, status, at).await?;
        transaction.commit().await?;
        Ok(finished)
    }

    /// The same as a part of a transaction: what an answer brought is kept together with it.
    pub(crate) async fn finish_in(
        &self,
        connection: &mut SqliteConnection,
        id: &str,
        status: &LoginStatus,
        at: Timestamp,
    ) -> Result<bool, VaultError> {
        self.end_in(connection, id, &["waiting", "answered"], status, at)
            .await
    }

    /// Notes an answer that was not used, as long as the attempt waits: what ended it is never written over.
    pub async fn note_unused_answer(
        &self,
        id: &str,
        error: serde_json::Value,
    ) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        if self.is_at(&mut transaction, id, &["waiting"]).await? {
            let status = LoginStatus::Waiting {
                unused_answer: Some(error),
            };
            self.write_waiting(&mut transaction, id, &status).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// What an attempt that waits has met; that it waits stays.
    async fn write_waiting(
        &self,
        connection: &mut SqliteConnection,
        id: &str,
        status: &LoginStatus,
    ) -> Result<(), VaultError> {
        let row = sqlx::query(returning!(
            "UPDATE login_attempts SET status_sealed = ? WHERE id = ?"
        ))
        .bind(self.sealed_status(id, status)?)
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
        self.seal_row(connection, &LOGIN_ATTEMPTS, &row).await
    }

    /// Forgets outcomes in time, and attempts that ran out and that nobody could end: those are damaged.
    pub async fn sweep_login_attempts(&self, now: Timestamp) -> Result<(), VaultError> {
        sqlx::query(
            "DELETE FROM login_attempts WHERE ended_at <= ? OR (status = 'waiting' AND expires_at <= ?)",
        )
        .bind(now.plus(-KEPT_SECONDS).0)
        .bind(now.0)
        .execute(&self.database().writer().await?)
        .await?;
        Ok(())
    }

    async fn insert_attempt(
        &self,
        connection: &mut SqliteConnection,
        attempt: &LoginAttempt,
    ) -> Result<(), VaultError> {
        let (id, kind, resource) = (
            attempt.id.as_str(),
            attempt.kind.name(),
            attempt.resource.as_str(),
        );
        let (started_at, expires_at) = (attempt.started_at.0, attempt.expires_at().0);
        let details = Secret::new(serde_json::to_string(&Details::of(&attempt.kind))?);
        let facts = aim(kind, resource, started_at, expires_at);
        let row = sqlx::query(returning!(
            "INSERT INTO login_attempts (id, kind, resource, state_hash, details_sealed, status, started_at, expires_at)
             SELECT ?, ?, uri, ?, ?, 'waiting', ?, ? FROM resources WHERE uri = ?"
        ))
        .bind(id)
        .bind(kind)
        .bind(attempt.request().map(|request| hash(&request.state)))
        .bind(self.sealer().seal(place(id, "details", &facts), &details)?)
        .bind(started_at)
        .bind(expires_at)
        .bind(resource)
        .fetch_optional(&mut *connection)
        .await?;
        // The server was removed meanwhile.
        let row = row.ok_or(VaultError::Orphan)?;
        self.seal_row(connection, &LOGIN_ATTEMPTS, &row).await
    }

    /// False where the attempt is at another status than one of these, or not there.
    async fn end_in(
        &self,
        connection: &mut SqliteConnection,
        id: &str,
        from: &[&str],
        status: &LoginStatus,
        at: Timestamp,
    ) -> Result<bool, VaultError> {
        let is_at = self.is_at(connection, id, from).await?;
        if is_at {
            self.put_end(connection, id, status, at).await?;
        }
        Ok(is_at)
    }

    async fn is_at(
        &self,
        connection: &mut SqliteConnection,
        id: &str,
        statuses: &[&str],
    ) -> Result<bool, VaultError> {
        let row = sqlx::query(with_seal!("login_attempts WHERE id = ?"))
            .bind(id)
            .fetch_optional(connection)
            .await?;
        let Some(row) = row else { return Ok(false) };
        Ok(self.ours(&LOGIN_ATTEMPTS, &row)? && statuses.contains(&row.try_get("status")?))
    }

    /// What the attempt needed goes with its end: no answer is found by its state any more.
    async fn put_end(
        &self,
        connection: &mut SqliteConnection,
        id: &str,
        status: &LoginStatus,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        let row = sqlx::query(returning!(
            "UPDATE login_attempts SET status = ?, status_sealed = ?, ended_at = ?, state_hash = NULL, details_sealed = NULL
             WHERE id = ?"
        ))
        .bind(status.name())
        .bind(self.sealed_status(id, status)?)
        .bind(at.0)
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
        self.seal_row(connection, &LOGIN_ATTEMPTS, &row).await
    }

    fn sealed_status(&self, id: &str, status: &LoginStatus) -> Result<Vec<u8>, VaultError> {
        let text = Secret::new(serde_json::to_string(status)?);
        self.sealer()
            .seal(place(id, "status", status.name()), &text)
    }

    fn waiting(&self, row: Option<SqliteRow>) -> Result<Option<LoginAttempt>, VaultError> {
        let Some(row) = row else { return Ok(None) };
        if !self.ours(&LOGIN_ATTEMPTS, &row)? {
            return Err(VaultError::Damaged {
                table: LOGIN_ATTEMPTS.name,
                id: row.try_get("id").unwrap_or_default(),
                column: "row",
            });
        }
        self.read_attempt(Row::from_row(&row)?).map(Some)
    }

    fn read_attempt(&self, row: Row) -> Result<LoginAttempt, VaultError> {
        let facts = aim(&row.kind, &row.resource, row.started_at, row.expires_at);
        let details = self.sealer().open(
            place(&row.id, "details", &facts),
            &row.details_sealed.unwrap_or_default(),
        )?;
        Ok(LoginAttempt {
            kind: serde_json::from_str::<Details>(details.expose())?.into_kind()?,
            id: row.id,
            resource: ResourceUri::stored(row.resource),
            started_at: Timestamp(row.started_at),
        })
    }

    fn read_status(&self, row: &Row) -> Result<LoginStatus, VaultError> {
        let place = place(&row.id, "status", &row.status);
        match &row.status_sealed {
            Some(sealed) => {
                let text = self.sealer().open(place, sealed)?;
                Ok(serde_json::from_str(text.expose())?)
            }
            None => Ok(LoginStatus::Waiting {
                unused_answer: None,
            }),
        }
    }
}

/// The state has 256 random bits: its plain hash tells nothing.
fn hash(state: &Secret) -> Vec<u8> {
    Sha256::digest(state.expose().as_bytes()).to_vec()
}
