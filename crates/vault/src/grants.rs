//! Grants and their sealed tokens. A change and its events are one transaction; a change by a writer who saw
//! older tokens is refused (compare and swap on the generation).

use crate::lock::GrantLock;
use crate::records::{from_text, moment, signed, to_text};
use crate::row_seal::{GRANTS, RESOURCES, returning, with_seal};
use crate::seal::{Place, facts};
use crate::unsaved::{Answer, Kept, Record};
use crate::{Vault, VaultError};
use model::{Account, Grant, GrantId, GrantState, LoginReason, NewEvent, Trouble};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::TokenSet;
use oauth::uri::{Issuer, ResourceUri};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection};

/// A grant as it is to be kept, and which one it is to replace.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) row: Row,
    pub(crate) expected: Expected,
}

/// What a change was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expected {
    Whatever,
    /// No such grant.
    Nothing,
    Generation(u64),
}

impl Expected {
    /// Whether the grant that is kept, by its generation, is the one that this was made from.
    fn follows(self, kept: Option<i64>) -> bool {
        match self {
            Self::Whatever => true,
            Self::Nothing => kept.is_none(),
            Self::Generation(generation) => kept == Some(signed(generation)),
        }
    }
}

#[derive(Clone, Default, FromRow, Serialize, Deserialize)]
pub(crate) struct Row {
    id: String,
    resource: String,
    resource_parameter: Option<String>,
    issuer: String,
    token_endpoint: String,
    registration_id: String,
    account_name: String,
    account_subject: Option<String>,
    scopes_requested: String,
    state: String,
    login_reason: Option<String>,
    revoked_at: Option<i64>,
    access_token_sealed: Option<Vec<u8>>,
    refresh_token_sealed: Option<Vec<u8>>,
    expires_at: Option<i64>,
    received_at: Option<i64>,
    scopes_granted: Option<String>,
    generation: i64,
    granted_at: i64,
    refreshed_at: Option<i64>,
    kind: String,
    account_named: bool,
    refreshes_without_resource: bool,
    dpop_key_sealed: Option<Vec<u8>>,
}

/// The columns of a grant's state, sealed and ready to be written.
struct StateColumns {
    state: &'static str,
    login_reason: Option<String>,
    revoked_at: Option<i64>,
    access_token: Option<Vec<u8>>,
    refresh_token: Option<Vec<u8>>,
    dpop_key: Option<Vec<u8>>,
    expires_at: Option<i64>,
    received_at: Option<i64>,
    scopes: Option<String>,
}

fn place<'a>(id: &'a GrantId, column: &'static str, facts: &'a str) -> Place<'a> {
    Place {
        table: "grants",
        id: &id.0,
        column,
        facts,
    }
}

/// Where a grant's tokens may go, and which ones they are: older ones do not open beside a newer generation. What the first
/// schema did not have is a part only where it says something, so that its rows still open: that the tokens are bound
/// to a key, and for a grant that is asked for again without a person, how and for what.
fn facts_of(
    aim: [&str; 4],
    generation: i64,
    is_bound: bool,
    [kind, resource_parameter, scopes]: [&str; 3],
) -> String {
    let generation = generation.to_string();
    let mut parts = [&aim[..], &[&generation]].concat();
    if is_bound {
        parts.push("bound to a key");
    }
    if kind != "authorization_code" {
        parts.extend([kind, resource_parameter, scopes]);
    }
    facts(&parts)
}

impl Change {
    pub(crate) fn id(&self) -> &str {
        &self.row.id
    }

    /// For its name alone.
    pub(crate) fn named(id: &GrantId) -> Self {
        Self {
            row: Row {
                id: id.0.clone(),
                ..Row::default()
            },
            expected: Expected::Nothing,
        }
    }

    /// Which grant there is, and since when.
    pub(crate) fn granted(&self) -> (GrantId, Timestamp) {
        (GrantId(self.row.id.clone()), Timestamp(self.row.granted_at))
    }

    pub(crate) fn is_revocation(&self) -> bool {
        self.row.state == "revoked"
    }

    /// Whether it says something still, beside what the transaction holds: nothing that it is of was taken away.
    pub(crate) async fn has_place(
        &self,
        vault: &Vault,
        connection: &mut SqliteConnection,
    ) -> Result<bool, VaultError> {
        // Whoever wrote the file wrote its indexes, too.
        let kept = sqlx::query(with_seal!("grants NOT INDEXED WHERE id = ?"));
        let Some(kept) = kept
            .bind(&self.row.id)
            .fetch_optional(&mut *connection)
            .await?
        else {
            let resource = sqlx::query(with_seal!("resources NOT INDEXED WHERE uri = ?"));
            let resource = resource
                .bind(&self.row.resource)
                .fetch_optional(connection)
                .await?;
            let is_known =
                resource.map_or(Ok(false), |resource| vault.ours(&RESOURCES, &resource))?;
            return Ok(is_known && self.expected.follows(None));
        };
        if !vault.ours(&GRANTS, &kept)? || kept.try_get::<&str, _>("state")? == "revoked" {
            return Ok(false);
        }
        Ok(self.expected.follows(Some(kept.try_get("generation")?)))
    }

    pub(crate) fn has_tokens(&self) -> bool {
        self.row.access_token_sealed.is_some()
    }

    /// False if the kept grant is another one than was expected.
    pub(crate) async fn write(
        &self,
        vault: &Vault,
        connection: &mut SqliteConnection,
    ) -> Result<bool, VaultError> {
        let row = &self.row;
        let kept = sqlx::query_scalar("SELECT generation FROM grants WHERE id = ?")
            .bind(&row.id)
            .fetch_optional(&mut *connection)
            .await?;
        if !self.expected.follows(kept) {
            return Ok(false);
        }
        let written = sqlx::query(returning!(
            "INSERT INTO grants (id, resource, resource_parameter, issuer, token_endpoint, registration_id, account_name, account_subject,
                    scopes_requested, state, login_reason, revoked_at, access_token_sealed, refresh_token_sealed, expires_at, received_at,
                    scopes_granted, generation, granted_at, refreshed_at, kind, account_named, refreshes_without_resource, dpop_key_sealed)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET resource = excluded.resource, resource_parameter = excluded.resource_parameter, issuer = excluded.issuer,
                    token_endpoint = excluded.token_endpoint, registration_id = excluded.registration_id,
                    account_name = excluded.account_name, account_subject = excluded.account_subject,
                    scopes_requested = excluded.scopes_requested, state = excluded.state, login_reason = excluded.login_reason,
                    revoked_at = excluded.revoked_at, access_token_sealed = excluded.access_token_sealed,
                    refresh_token_sealed = excluded.refresh_token_sealed, expires_at = excluded.expires_at,
                    received_at = excluded.received_at, scopes_granted = excluded.scopes_granted, generation = excluded.generation,
                    granted_at = excluded.granted_at, refreshed_at = excluded.refreshed_at, kind = excluded.kind,
                    account_named = excluded.account_named, refreshes_without_resource = excluded.refreshes_without_resource,
                    dpop_key_sealed = excluded.dpop_key_sealed,
                    refresh_generation = NULL, refresh_started_at = NULL"
        ))
        .bind(&row.id)
        .bind(&row.resource)
        .bind(&row.resource_parameter)
        .bind(&row.issuer)
        .bind(&row.token_endpoint)
        .bind(&row.registration_id)
        .bind(&row.account_name)
        .bind(&row.account_subject)
        .bind(&row.scopes_requested)
        .bind(&row.state)
        .bind(&row.login_reason)
        .bind(row.revoked_at)
        .bind(&row.access_token_sealed)
        .bind(&row.refresh_token_sealed)
        .bind(row.expires_at)
        .bind(row.received_at)
        .bind(&row.scopes_granted)
        .bind(row.generation)
        .bind(row.granted_at)
        .bind(row.refreshed_at)
        .bind(&row.kind)
        .bind(row.account_named)
        .bind(row.refreshes_without_resource)
        .bind(&row.dpop_key_sealed)
        .fetch_one(&mut *connection)
        .await?;
        vault.seal_row(connection, &GRANTS, &written).await?;
        Ok(true)
    }
}

impl Vault {
    /// Keeps a grant as it is now, whatever was kept before.
    pub async fn save_grant(&self, grant: &Grant, events: &[NewEvent]) -> Result<(), VaultError> {
        self.write_grant(grant, Expected::Whatever, events)
            .await
            .map(|_| ())
    }

    /// Keeps it only if the kept one still has this generation.
    pub async fn compare_and_save_grant(
        &self,
        grant: &Grant,
        expected: u64,
        events: &[NewEvent],
    ) -> Result<bool, VaultError> {
        self.write_grant(grant, Expected::Generation(expected), events)
            .await
    }

    /// Keeps what an issuer answered for this grant, whatever the disk does: if it takes nothing now, the grant stays in memory
    /// with its lock held, is the one that every read of this process gives, and is written as soon as that can be done.
    pub async fn keep_grant(
        &self,
        grant: &Grant,
        expected: Expected,
        events: &[NewEvent],
        lock: Option<GrantLock>,
    ) -> Result<Kept, VaultError> {
        let record = Record {
            answer: self.answer(grant, expected)?,
            events: events.to_vec(),
            login_attempt: None,
        };
        self.keep(record, lock).await
    }

    /// The same for what a login attempt brought: the grant, its event and the attempt's outcome are one transaction.
    pub async fn keep_login(
        &self,
        attempt_id: &str,
        grant: &Grant,
        expected: Expected,
        events: &[NewEvent],
        lock: Option<GrantLock>,
    ) -> Result<Kept, VaultError> {
        let record = Record {
            answer: self.answer(grant, expected)?,
            events: events.to_vec(),
            login_attempt: Some(attempt_id.to_owned()),
        };
        self.keep(record, lock).await
    }

    async fn write_grant(
        &self,
        grant: &Grant,
        expected: Expected,
        events: &[NewEvent],
    ) -> Result<bool, VaultError> {
        let answer = self.answer(grant, expected)?;
        self.write_before(&grant.id).await;
        let record = Record {
            answer,
            events: events.to_vec(),
            login_attempt: None,
        };
        match self.put(&record).await {
            Err(error) if error.may_pass() => {
                self.supersede(record).await;
                Err(error)
            }
            outcome => outcome,
        }
    }

    /// What is in memory only is newer than the file: it goes first, and what comes then is compared with it.
    pub(crate) async fn write_before(&self, id: &GrantId) {
        if self.unsaved().lock_of(id).is_some()
            && let Err(error) = self.write_unsaved().await
        {
            tracing::debug!(%error, "what is in memory stays there");
        }
    }

    pub(crate) fn answer(&self, grant: &Grant, expected: Expected) -> Result<Answer, VaultError> {
        let columns = self.columns(grant)?;
        let row = Row {
            id: grant.id.0.clone(),
            resource: grant.resource.to_string(),
            resource_parameter: grant.resource_parameter.clone(),
            issuer: grant.issuer.to_string(),
            token_endpoint: grant.token_endpoint.clone(),
            registration_id: grant.registration_id.clone(),
            account_name: grant.account.name.clone(),
            account_subject: grant.account.subject.clone(),
            scopes_requested: grant.scopes_requested.to_string(),
            state: columns.state.to_owned(),
            login_reason: columns.login_reason,
            revoked_at: columns.revoked_at,
            access_token_sealed: columns.access_token,
            refresh_token_sealed: columns.refresh_token,
            expires_at: columns.expires_at,
            received_at: columns.received_at,
            scopes_granted: columns.scopes,
            generation: signed(grant.generation),
            granted_at: grant.granted_at.0,
            refreshed_at: grant.refreshed_at.map(|at| at.0),
            kind: to_text(&grant.kind)?,
            account_named: grant.account.named,
            refreshes_without_resource: grant.refreshes_without_resource,
            dpop_key_sealed: columns.dpop_key,
        };
        Ok(Answer::Grant(Box::new(Change { row, expected })))
    }

    /// The rows, and what is newer than they and not among them yet.
    fn with_unsaved(&self, mut rows: Vec<Row>, is_wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
        let newer = self.unsaved().rows(|answer| match answer {
            Answer::Grant(change) => Some(change.row.clone()),
            _ => None,
        });
        for row in newer.into_iter().filter(is_wanted) {
            match rows.iter_mut().find(|known| known.id == row.id) {
                Some(known) if known.generation < row.generation => *known = row,
                Some(_) => {}
                None => rows.insert(0, row),
            }
        }
        rows
    }

    pub async fn grant(&self, id: &GrantId) -> Result<Option<Grant>, VaultError> {
        let row = sqlx::query(with_seal!("grants WHERE id = ?"))
            .bind(&id.0)
            .fetch_optional(&self.database().pool().await?)
            .await?;
        let mut rows = Vec::new();
        if let Some(row) = row {
            if !self.ours(&GRANTS, &row)? {
                return Err(damaged(id, "row"));
            }
            rows.push(Row::from_row(&row)?);
        }
        let grants: Result<Vec<_>, _> = self
            .with_unsaved(rows, |row| row.id == id.0)
            .into_iter()
            .take(1)
            .map(|row| self.read_grant(row))
            .collect();
        Ok(self.beside_troubles(grants?).await?.pop())
    }

    /// Newest first. A grant whose tokens are damaged is listed as one that needs a login; the others are as they are. One
    /// that says something else than what was written is not there: its account may be another's.
    pub async fn grants(&self) -> Result<Vec<Grant>, VaultError> {
        let select = with_seal!("grants ORDER BY granted_at DESC, id");
        let grants = self.list_grants(
            &sqlx::query(select)
                .fetch_all(&self.database().pool().await?)
                .await?,
            |_| true,
        )?;
        self.beside_troubles(grants).await
    }

    pub async fn grants_of(&self, resource: &ResourceUri) -> Result<Vec<Grant>, VaultError> {
        let select = with_seal!("grants WHERE resource = ? ORDER BY granted_at DESC, id");
        let rows = sqlx::query(select)
            .bind(resource.as_str())
            .fetch_all(&self.database().pool().await?)
            .await?;
        let grants = self.list_grants(&rows, |row| row.resource == resource.as_str())?;
        self.beside_troubles(grants).await
    }

    /// Grants that still need this registration.
    pub async fn count_grants_using(&self, registration_id: &str) -> Result<u64, VaultError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM grants WHERE registration_id = ? AND state <> 'revoked'",
        )
        .bind(registration_id)
        .fetch_one(&self.database().pool().await?)
        .await?;
        let unsaved = self.with_unsaved(Vec::new(), |row| {
            row.registration_id == registration_id && row.state != "revoked"
        });
        Ok(count
            .unsigned_abs()
            .max(u64::try_from(unsaved.len()).unwrap_or(u64::MAX)))
    }

    /// Notes that a refresh token is on its way, so that a crash in between can be told of; and proves, before it is, that the
    /// vault can be written.
    pub async fn refresh_started(
        &self,
        id: &GrantId,
        generation: u64,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        match self.note_start(id, generation, at).await {
            Err(VaultError::Full) => {
                // The journal may take up what is missing.
                self.database().forget_old_pages().await?;
                self.note_start(id, generation, at).await
            }
            noted => noted,
        }
    }

    async fn note_start(
        &self,
        id: &GrantId,
        generation: u64,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        sqlx::query(
            "UPDATE grants SET refresh_generation = ?, refresh_started_at = ? WHERE id = ?",
        )
        .bind(signed(generation))
        .bind(at.0)
        .bind(&id.0)
        .execute(&self.database().writer().await?)
        .await?;
        Ok(())
    }

    pub async fn refresh_ended(&self, id: &GrantId) -> Result<(), VaultError> {
        sqlx::query(
            "UPDATE grants SET refresh_generation = NULL, refresh_started_at = NULL WHERE id = ?",
        )
        .bind(&id.0)
        .execute(&self.database().writer().await?)
        .await?;
        Ok(())
    }

    /// The generation and time of a refresh that began and never ended: its token may be spent.
    pub async fn refresh_unfinished(
        &self,
        id: &GrantId,
    ) -> Result<Option<(u64, Timestamp)>, VaultError> {
        let row: Option<(Option<i64>, Option<i64>)> = sqlx::query_as(
            "SELECT refresh_generation, refresh_started_at FROM grants WHERE id = ?",
        )
        .bind(&id.0)
        .fetch_optional(&self.database().pool().await?)
        .await?;
        Ok(row.and_then(|(generation, at)| Some((generation?.unsigned_abs(), Timestamp(at?)))))
    }

    fn columns(&self, grant: &Grant) -> Result<StateColumns, VaultError> {
        let nothing = StateColumns {
            state: "",
            login_reason: None,
            revoked_at: None,
            access_token: None,
            refresh_token: None,
            dpop_key: None,
            expires_at: None,
            received_at: None,
            scopes: None,
        };
        let aim = [
            grant.issuer.as_str(),
            &grant.token_endpoint,
            grant.resource.as_str(),
            &grant.registration_id,
        ];
        let (kind, scopes) = (to_text(&grant.kind)?, grant.scopes_requested.to_string());
        let is_bound = grant
            .tokens()
            .is_some_and(|tokens| tokens.dpop_key.is_some());
        let again = [
            kind.as_str(),
            grant.resource_parameter.as_deref().unwrap_or_default(),
            &scopes,
        ];
        let facts = facts_of(aim, signed(grant.generation), is_bound, again);
        Ok(match &grant.state {
            GrantState::Active(tokens) => StateColumns {
                state: "active",
                access_token: Some(self.sealer().seal(
                    place(&grant.id, "access_token", &facts),
                    &tokens.access_token,
                )?),
                refresh_token: self.sealer().seal_some(
                    place(&grant.id, "refresh_token", &facts),
                    tokens.refresh_token.as_ref(),
                )?,
                dpop_key: self.sealer().seal_some(
                    place(&grant.id, "dpop_key", &facts),
                    tokens.dpop_key.as_ref(),
                )?,
                expires_at: tokens.expires_at.map(|at| at.0),
                received_at: Some(tokens.received_at.0),
                scopes: Some(tokens.scopes.to_string()),
                ..nothing
            },
            GrantState::LoginNeeded(reason) => StateColumns {
                state: "login_needed",
                login_reason: Some(to_text(reason)?),
                ..nothing
            },
            GrantState::Revoked { at } => StateColumns {
                state: "revoked",
                revoked_at: Some(at.0),
                ..nothing
            },
        })
    }

    fn list_grants(
        &self,
        rows: &[SqliteRow],
        is_wanted: impl Fn(&Row) -> bool,
    ) -> Result<Vec<Grant>, VaultError> {
        self.with_unsaved(self.believed(&GRANTS, rows)?, is_wanted)
            .into_iter()
            .map(|row| self.list_grant(row))
            .collect()
    }

    fn list_grant(&self, mut row: Row) -> Result<Grant, VaultError> {
        let id = GrantId(row.id.clone());
        if self.tokens(&id, &row).is_err() {
            "login_needed".clone_into(&mut row.state);
            row.login_reason = Some(to_text(&LoginReason::Damaged)?);
        }
        self.read_grant(row)
    }

    pub(crate) fn read_grant(&self, row: Row) -> Result<Grant, VaultError> {
        let id = GrantId(row.id.clone());
        let state = match row.state.as_str() {
            "active" => GrantState::Active(
                self.tokens(&id, &row)?
                    .ok_or_else(|| damaged(&id, "access_token"))?,
            ),
            "login_needed" => GrantState::LoginNeeded(
                row.login_reason
                    .and_then(|reason| from_text(&reason).ok())
                    .unwrap_or(LoginReason::Damaged),
            ),
            _ => GrantState::Revoked {
                at: Timestamp(row.revoked_at.unwrap_or_default()),
            },
        };
        Ok(Grant {
            id,
            kind: from_text(&row.kind)?,
            refreshes_without_resource: row.refreshes_without_resource,
            resource: ResourceUri::stored(row.resource),
            resource_parameter: row.resource_parameter,
            issuer: Issuer::stored(row.issuer),
            token_endpoint: row.token_endpoint,
            registration_id: row.registration_id,
            account: Account {
                name: row.account_name,
                subject: row.account_subject,
                named: row.account_named,
            },
            scopes_requested: Scopes::parse(&row.scopes_requested),
            state,
            generation: row.generation.unsigned_abs(),
            granted_at: Timestamp(row.granted_at),
            refreshed_at: moment(row.refreshed_at),
            trouble: Trouble::default(),
        })
    }

    fn tokens(&self, id: &GrantId, row: &Row) -> Result<Option<TokenSet>, VaultError> {
        let aim = [
            row.issuer.as_str(),
            &row.token_endpoint,
            &row.resource,
            &row.registration_id,
        ];
        let again = [
            row.kind.as_str(),
            row.resource_parameter.as_deref().unwrap_or_default(),
            &row.scopes_requested,
        ];
        let facts = facts_of(aim, row.generation, row.dpop_key_sealed.is_some(), again);
        let open = |column, sealed: &Option<Vec<u8>>| {
            self.sealer()
                .open_some(place(id, column, &facts), sealed.as_deref())
        };
        let access_token: Option<Secret> = open("access_token", &row.access_token_sealed)?;
        let refresh_token = open("refresh_token", &row.refresh_token_sealed)?;
        let dpop_key = open("dpop_key", &row.dpop_key_sealed)?;
        Ok(access_token.map(|access_token| TokenSet {
            access_token,
            refresh_token,
            expires_at: moment(row.expires_at),
            received_at: Timestamp(row.received_at.unwrap_or_default()),
            scopes: Scopes::parse(row.scopes_granted.as_deref().unwrap_or_default()),
            dpop_key,
        }))
    }
}

fn damaged(id: &GrantId, column: &'static str) -> VaultError {
    VaultError::Damaged {
        table: "grants",
        id: id.0.clone(),
        column,
    }
}
