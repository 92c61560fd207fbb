//! Agents, of whose keys only a hash is kept, and the permits that they have.

use crate::records::set;
use crate::tables::{AGENTS, PERMITS, Table, returning, with_seal};
use crate::{FormatFault, Vault, VaultError};
use model::{Agent, GrantId, Permit};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{FromRow, Sqlite, SqliteConnection};
use std::collections::HashMap;

#[derive(FromRow)]
struct AgentRow {
    id: String,
    name: String,
    key_hash: Vec<u8>,
    added_at: i64,
    last_used_at: Option<i64>,
}

impl AgentRow {
    fn agent(self) -> Result<Agent, VaultError> {
        let key_hash = self
            .key_hash
            .try_into()
            .map_err(|_| VaultError::Format(FormatFault::KeyHash))?;
        Ok(Agent {
            key_hash,
            id: self.id,
            name: self.name,
            added_at: Timestamp(self.added_at),
            last_used_at: self.last_used_at.map(Timestamp),
        })
    }
}

#[derive(FromRow)]
struct PermitRow {
    agent_id: String,
    grant_id: String,
    scopes: Option<String>,
    until: Option<i64>,
    given_at: i64,
}

impl PermitRow {
    fn permit(self) -> Permit {
        Permit {
            agent_id: self.agent_id,
            grant_id: GrantId(self.grant_id),
            scopes: self.scopes.map(|scopes| Scopes::parse(&scopes)),
            until: self.until.map(Timestamp),
            given_at: Timestamp(self.given_at),
        }
    }
}

/// Notes when it asked last, which decides nothing.
pub(crate) async fn used(
    last: &HashMap<&str, i64>,
    connection: &mut SqliteConnection,
) -> Result<(), VaultError> {
    if last.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE agents SET last_used_at = used.value FROM json_each(?) AS used WHERE agents.id = used.key",
    )
    .bind(serde_json::to_string(last)?)
    .execute(connection)
    .await?;
    Ok(())
}

impl Vault {
    /// Adds an agent; another of the same name is refused.
    pub async fn add_agent(&self, agent: &Agent) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        // A row that is not ours must not hold the name.
        for other in sqlx::query(with_seal!("agents WHERE name = ?"))
            .bind(&agent.name)
            .fetch_all(&mut *transaction)
            .await?
        {
            if !self.ours(&AGENTS, &other)? {
                sqlx::query("DELETE FROM agents WHERE name = ?")
                    .bind(&agent.name)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        let row = sqlx::query(returning!(
            "INSERT INTO agents (id, name, key_hash, added_at, last_used_at) VALUES (?, ?, ?, ?, ?)"
        ))
        .bind(&agent.id)
        .bind(&agent.name)
        .bind(agent.key_hash.as_slice())
        .bind(agent.added_at.0)
        .bind(agent.last_used_at.map(|at| at.0))
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &AGENTS, &row).await?;
        Ok(transaction.commit().await?)
    }

    /// Its name and its key may change; its id and its permits stay. False if it is gone, or not as we wrote it.
    pub async fn save_agent(&self, agent: &Agent) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        let known = sqlx::query(with_seal!("agents WHERE id = ?"))
            .bind(&agent.id)
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(known) = known else { return Ok(false) };
        if !self.ours(&AGENTS, &known)? {
            return Ok(false);
        }
        let row = sqlx::query(returning!(
            "UPDATE agents SET name = ?, key_hash = ? WHERE id = ?"
        ))
        .bind(&agent.name)
        .bind(agent.key_hash.as_slice())
        .bind(&agent.id)
        .fetch_one(&mut *transaction)
        .await?;
        self.seal_row(&mut transaction, &AGENTS, &row).await?;
        // The earlier key may have been somebody else's, too.
        self.commit_in_next_epoch(transaction).await?;
        Ok(true)
    }

    /// All agents, by name.
    pub async fn agents(&self) -> Result<Vec<Agent>, VaultError> {
        let select = with_seal!("agents ORDER BY name COLLATE NOCASE, id");
        let rows = self.current(&AGENTS, sqlx::query(select)).await?;
        rows.into_iter().map(AgentRow::agent).collect()
    }

    /// The first of them whose name contains `search`: at most `limit`, where there is one.
    pub async fn agents_page(
        &self,
        search: &str,
        limit: Option<u32>,
    ) -> Result<Vec<Agent>, VaultError> {
        let select = with_seal!(
            "agents NOT INDEXED WHERE ?1 = '' OR instr(lower(name), lower(?1)) ORDER BY name COLLATE NOCASE, id LIMIT ?2"
        );
        let query = sqlx::query(select)
            .bind(search)
            .bind(limit.map_or(-1, i64::from));
        let rows = self.current(&AGENTS, query).await?;
        rows.into_iter().map(AgentRow::agent).collect()
    }

    /// Those of these ids.
    pub async fn agents_with(
        &self,
        ids: impl IntoIterator<Item = &str> + Send,
    ) -> Result<Vec<Agent>, VaultError> {
        let select = with_seal!("agents NOT INDEXED WHERE id IN (SELECT value FROM json_each(?))");
        let query = sqlx::query(select).bind(set(ids));
        let rows = self.current(&AGENTS, query).await?;
        rows.into_iter().map(AgentRow::agent).collect()
    }

    /// How many agents there are whose name contains `search`; none while the file is older than is known.
    pub async fn count_agents(&self, search: &str) -> Result<u64, VaultError> {
        if !self.is_newest().await? {
            return Ok(0);
        }
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM agents NOT INDEXED WHERE ?1 = '' OR instr(lower(name), lower(?1))",
        )
        .bind(search)
        .fetch_one(&self.database().pool().await?)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// One agent.
    pub async fn agent(&self, id: &str) -> Result<Option<Agent>, VaultError> {
        let rows = self
            .current(
                &AGENTS,
                sqlx::query(with_seal!("agents WHERE id = ?")).bind(id),
            )
            .await?;
        rows.into_iter().next().map(AgentRow::agent).transpose()
    }

    /// With its permits. Rows are looked for in the table itself, as they are when rights are read: somebody may have written
    /// an index that does not hold them.
    pub async fn remove_agent(&self, id: &str) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        let removed = sqlx::query("DELETE FROM agents NOT INDEXED WHERE id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM permits NOT INDEXED WHERE agent_id = ?")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        self.commit_in_next_epoch(transaction).await?;
        Ok(removed.rows_affected() > 0)
    }

    /// Gives a permit, or changes the one that is there.
    pub async fn give_permit(&self, permit: &Permit) -> Result<(), VaultError> {
        let mut transaction = self.database().write().await?;
        let replaced =
            sqlx::query("DELETE FROM permits NOT INDEXED WHERE agent_id = ? AND grant_id = ?")
                .bind(&permit.agent_id)
                .bind(&permit.grant_id.0)
                .execute(&mut *transaction)
                .await?;
        let row =
            sqlx::query(returning!("INSERT INTO permits (agent_id, grant_id, scopes, until, given_at) VALUES (?, ?, ?, ?, ?)"))
                .bind(&permit.agent_id)
                .bind(&permit.grant_id.0)
                .bind(permit.scopes.as_ref().map(Scopes::to_string))
                .bind(permit.until.map(|until| until.0))
                .bind(permit.given_at.0)
                .fetch_one(&mut *transaction)
                .await?;
        self.seal_row(&mut transaction, &PERMITS, &row).await?;
        if replaced.rows_affected() > 0 {
            // The earlier one may have been for more.
            return self.commit_in_next_epoch(transaction).await;
        }
        Ok(transaction.commit().await?)
    }

    /// All permits, oldest first.
    pub async fn permits(&self) -> Result<Vec<Permit>, VaultError> {
        let select = with_seal!("permits ORDER BY given_at, agent_id, grant_id");
        let rows = self.current(&PERMITS, sqlx::query(select)).await?;
        Ok(rows.into_iter().map(PermitRow::permit).collect())
    }

    /// The permits for these grants, oldest first.
    pub async fn permits_for(
        &self,
        grants: impl IntoIterator<Item = &GrantId> + Send,
    ) -> Result<Vec<Permit>, VaultError> {
        let select = with_seal!(
            "permits NOT INDEXED WHERE grant_id IN (SELECT value FROM json_each(?)) ORDER BY given_at, agent_id, grant_id"
        );
        let ids = set(grants.into_iter().map(|id| id.0.as_str()));
        let rows = self
            .current(&PERMITS, sqlx::query(select).bind(ids))
            .await?;
        Ok(rows.into_iter().map(PermitRow::permit).collect())
    }

    /// The permits of these agents, oldest first.
    pub async fn permits_of(
        &self,
        agents: impl IntoIterator<Item = &str> + Send,
    ) -> Result<Vec<Permit>, VaultError> {
        let select = with_seal!(
            "permits NOT INDEXED WHERE agent_id IN (SELECT value FROM json_each(?)) ORDER BY given_at, agent_id, grant_id"
        );
        let query = sqlx::query(select).bind(set(agents));
        let rows = self.current(&PERMITS, query).await?;
        Ok(rows.into_iter().map(PermitRow::permit).collect())
    }

    /// Rows as they were written, unless the file is older than is known: then it may hold what was taken away since.
    async fn current<T>(
        &self,
        table: &'static Table,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<Vec<T>, VaultError>
    where
        T: for<'r> FromRow<'r, SqliteRow>,
    {
        // By itself: where there are no rows, none says of which epoch they would be.
        if !self.is_newest().await? {
            self.found_older();
            return Ok(Vec::new());
        }
        let newest = self.newest();
        let rows = query.fetch_all(&self.database().pool().await?).await?;
        // Another file may have come in between.
        if let Some(row) = rows.first()
            && self.epoch_beside(row)?.unwrap_or_default() < newest
        {
            self.found_older();
            return Ok(Vec::new());
        }
        self.believed(table, &rows)
    }

    /// Takes a permit back. True if there was one.
    pub async fn remove_permit(
        &self,
        agent_id: &str,
        grant_id: &GrantId,
    ) -> Result<bool, VaultError> {
        let mut transaction = self.database().write().await?;
        let removed =
            sqlx::query("DELETE FROM permits NOT INDEXED WHERE agent_id = ? AND grant_id = ?")
                .bind(agent_id)
                .bind(&grant_id.0)
                .execute(&mut *transaction)
                .await?;
        self.commit_in_next_epoch(transaction).await?;
        Ok(removed.rows_affected() > 0)
    }
}
