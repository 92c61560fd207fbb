//! Agents, of whose keys only a hash is kept, and the permits that they have.

use crate::{Vault, VaultError};
use oauth::grant::GrantId;
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use sqlx::FromRow;

/// A local program that asks for access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub id: String,
    pub name: String,
    /// SHA-256 of its key.
    pub key_hash: [u8; 32],
    pub added_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// This agent may use that grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    pub agent_id: String,
    pub grant_id: GrantId,
    /// None: all that was granted.
    pub scopes: Option<Scopes>,
    pub until: Option<Timestamp>,
    pub given_at: Timestamp,
}

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
        let key_hash = self.key_hash.try_into().map_err(|_| VaultError::Format("a key hash".to_owned()))?;
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

impl Vault {
    pub async fn add_agent(&self, agent: &Agent) -> Result<(), VaultError> {
        sqlx::query("INSERT INTO agents (id, name, key_hash, added_at, last_used_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&agent.id)
            .bind(&agent.name)
            .bind(agent.key_hash.as_slice())
            .bind(agent.added_at.0)
            .bind(agent.last_used_at.map(|at| at.0))
            .execute(&self.database().pool)
            .await?;
        Ok(())
    }

    pub async fn agents(&self) -> Result<Vec<Agent>, VaultError> {
        let rows: Vec<AgentRow> =
            sqlx::query_as("SELECT * FROM agents ORDER BY name COLLATE NOCASE, id").fetch_all(&self.database().pool).await?;
        rows.into_iter().map(AgentRow::agent).collect()
    }

    pub async fn agent(&self, id: &str) -> Result<Option<Agent>, VaultError> {
        let row: Option<AgentRow> =
            sqlx::query_as("SELECT * FROM agents WHERE id = ?").bind(id).fetch_optional(&self.database().pool).await?;
        row.map(AgentRow::agent).transpose()
    }

    pub async fn agent_used(&self, id: &str, at: Timestamp) -> Result<(), VaultError> {
        sqlx::query("UPDATE agents SET last_used_at = ? WHERE id = ?").bind(at.0).bind(id).execute(&self.database().pool).await?;
        Ok(())
    }

    /// With its permits.
    pub async fn remove_agent(&self, id: &str) -> Result<bool, VaultError> {
        let removed = sqlx::query("DELETE FROM agents WHERE id = ?").bind(id).execute(&self.database().pool).await?;
        Ok(removed.rows_affected() > 0)
    }

    /// Gives a permit, or changes the one that is there.
    pub async fn give_permit(&self, permit: &Permit) -> Result<(), VaultError> {
        sqlx::query("INSERT OR REPLACE INTO permits (agent_id, grant_id, scopes, until, given_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&permit.agent_id)
            .bind(&permit.grant_id.0)
            .bind(permit.scopes.as_ref().map(Scopes::to_string))
            .bind(permit.until.map(|until| until.0))
            .bind(permit.given_at.0)
            .execute(&self.database().pool)
            .await?;
        Ok(())
    }

    pub async fn permits(&self) -> Result<Vec<Permit>, VaultError> {
        let rows: Vec<PermitRow> = sqlx::query_as("SELECT * FROM permits ORDER BY given_at, agent_id, grant_id")
            .fetch_all(&self.database().pool)
            .await?;
        Ok(rows.into_iter().map(PermitRow::permit).collect())
    }

    pub async fn remove_permit(&self, agent_id: &str, grant_id: &GrantId) -> Result<bool, VaultError> {
        let removed = sqlx::query("DELETE FROM permits WHERE agent_id = ? AND grant_id = ?")
            .bind(agent_id)
            .bind(&grant_id.0)
            .execute(&self.database().pool)
            .await?;
        Ok(removed.rows_affected() > 0)
    }
}
