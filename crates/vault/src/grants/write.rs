//! Writes a change of a grant, where the kept one is the one that it was made from.

use crate::grants::row::GrantChange;
use crate::tables::{GRANTS, RESOURCES, returning, with_seal};
use crate::{Vault, VaultError};
use sqlx::{Row as _, SqliteConnection};

impl GrantChange {
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
        .bind(row.account_named.0)
        .bind(row.refreshes_without_resource)
        .bind(&row.dpop_key_sealed)
        .fetch_one(&mut *connection)
        .await?;
        vault.seal_row(connection, &GRANTS, &written).await?;
        Ok(true)
    }
}
