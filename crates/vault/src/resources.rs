//! Resources, authorization servers, and which redirect an issuer takes.

use crate::records::{LoginMethod, RedirectPreference, ResourceRecord, from_text, moment, to_text};
use crate::seal::{Place, Sealer, facts};
use crate::{Vault, VaultError};
use oauth::metadata::AuthorizationServer;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::{Issuer, ResourceUri};
use sqlx::FromRow;

#[derive(FromRow)]
struct Row {
    id: String,
    uri: String,
    name: String,
    protection: String,
    resource_parameter: Option<String>,
    issuer: Option<String>,
    scopes_to_request: String,
    scopes_supported: String,
    concessions: String,
    chosen_scopes: Option<String>,
    missing_scopes: String,
    login_method: String,
    login_method_sealed: Option<Vec<u8>>,
    locked_to: Option<String>,
    needs_dpop: bool,
    conceded_at: String,
    trace: String,
    added_at: i64,
    checked_at: Option<i64>,
}

/// What whoever can write the file must not have changed: the text itself is part of the seal, and nothing is in it.
fn seal_of<'a>(table: &'static str, id: &'a str, column: &'static str, facts: &'a str) -> Place<'a> {
    Place { table, id, column, facts }
}

impl Row {
    fn record(self, sealer: &Sealer) -> Result<ResourceRecord, VaultError> {
        let facts = facts(&[&self.uri, self.issuer.as_deref().unwrap_or_default(), &self.login_method]);
        let is_ours =
            is_whole(sealer, seal_of("resources", &self.id, "login_method", &facts), self.login_method_sealed.as_deref());
        Ok(ResourceRecord {
            protection: from_text(&self.protection)?,
            scopes_to_request: Scopes::parse(&self.scopes_to_request),
            scopes_supported: Scopes::parse(&self.scopes_supported),
            chosen_scopes: self.chosen_scopes.as_deref().map(Scopes::parse),
            missing_scopes: Scopes::parse(&self.missing_scopes),
            login_method: if is_ours { serde_json::from_str(&self.login_method)? } else { LoginMethod::default() },
            locked_to: self.locked_to.as_deref().map(serde_json::from_str).transpose()?,
            needs_dpop: self.needs_dpop,
            concessions: serde_json::from_str(&self.concessions)?,
            conceded_at: serde_json::from_str(&self.conceded_at)?,
            trace: serde_json::from_str(&self.trace)?,
            uri: ResourceUri::stored(self.uri),
            issuer: self.issuer.map(Issuer::stored),
            added_at: Timestamp(self.added_at),
            checked_at: moment(self.checked_at),
            resource_parameter: self.resource_parameter,
            id: self.id,
            name: self.name,
        })
    }
}

fn is_whole(sealer: &Sealer, place: Place<'_>, bytes: Option<&[u8]>) -> bool {
    bytes.is_some_and(|bytes| sealer.open(place, bytes).is_ok())
}

impl Vault {
    pub async fn add_resource(&self, record: &ResourceRecord) -> Result<(), VaultError> {
        let statement = "INSERT INTO resources (name, protection, resource_parameter, issuer, scopes_to_request, scopes_supported,
                                concessions, trace, checked_at, chosen_scopes, missing_scopes, login_method, locked_to, needs_dpop,
                                conceded_at, login_method_sealed, added_at, uri, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.write_resource(statement, record).await
    }

    /// Everything but its URI and the time it was added may change.
    pub async fn save_resource(&self, record: &ResourceRecord) -> Result<(), VaultError> {
        let statement = "UPDATE resources SET name = ?, protection = ?, resource_parameter = ?, issuer = ?, scopes_to_request = ?,
                                scopes_supported = ?, concessions = ?, trace = ?, checked_at = ?, chosen_scopes = ?, missing_scopes = ?,
                                login_method = ?, locked_to = ?, needs_dpop = ?, conceded_at = ?, login_method_sealed = ?, added_at = ?, uri = ?
                         WHERE id = ?";
        self.write_resource(statement, record).await
    }

    async fn write_resource(&self, statement: &'static str, record: &ResourceRecord) -> Result<(), VaultError> {
        let login_method = serde_json::to_string(&record.login_method)?;
        let facts = facts(&[record.uri.as_str(), record.issuer.as_ref().map_or("", Issuer::as_str), &login_method]);
        let seal = self.sealer().seal(seal_of("resources", &record.id, "login_method", &facts), &Secret::new(""))?;
        sqlx::query(statement)
            .bind(&record.name)
            .bind(to_text(&record.protection)?)
            .bind(&record.resource_parameter)
            .bind(record.issuer.as_ref().map(Issuer::as_str))
            .bind(record.scopes_to_request.to_string())
            .bind(record.scopes_supported.to_string())
            .bind(serde_json::to_string(&record.concessions)?)
            .bind(serde_json::to_string(&record.trace)?)
            .bind(record.checked_at.map(|at| at.0))
            .bind(record.chosen_scopes.as_ref().map(Scopes::to_string))
            .bind(record.missing_scopes.to_string())
            .bind(login_method)
            .bind(record.locked_to.as_ref().map(serde_json::to_string).transpose()?)
            .bind(record.needs_dpop)
            .bind(serde_json::to_string(&record.conceded_at)?)
            .bind(seal)
            .bind(record.added_at.0)
            .bind(record.uri.as_str())
            .bind(&record.id)
            .execute(&self.database().pool)
            .await?;
        Ok(())
    }

    pub async fn resources(&self) -> Result<Vec<ResourceRecord>, VaultError> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT * FROM resources ORDER BY name COLLATE NOCASE, id").fetch_all(&self.database().pool).await?;
        rows.into_iter().map(|row| row.record(self.sealer())).collect()
    }

    pub async fn resource(&self, id: &str) -> Result<Option<ResourceRecord>, VaultError> {
        let row: Option<Row> =
            sqlx::query_as("SELECT * FROM resources WHERE id = ?").bind(id).fetch_optional(&self.database().pool).await?;
        row.map(|row| row.record(self.sealer())).transpose()
    }

    pub async fn resource_by_uri(&self, uri: &ResourceUri) -> Result<Option<ResourceRecord>, VaultError> {
        let row: Option<Row> = sqlx::query_as("SELECT * FROM resources WHERE uri = ?")
            .bind(uri.as_str())
            .fetch_optional(&self.database().pool)
            .await?;
        row.map(|row| row.record(self.sealer())).transpose()
    }

    /// With its grants, permits and pending logins.
    pub async fn remove_resource(&self, id: &str) -> Result<bool, VaultError> {
        let removed =
            sqlx::query("DELETE FROM resources WHERE id = ?").bind(id).execute(&self.database().pool).await?.rows_affected();
        self.database().forget_old_pages().await?;
        Ok(removed > 0)
    }

    pub async fn save_authorization_server(&self, server: &AuthorizationServer, fetched_at: Timestamp) -> Result<(), VaultError> {
        let (issuer, metadata) = (server.issuer.as_str(), serde_json::to_string(server)?);
        let facts = facts(&[&metadata, &fetched_at.0.to_string()]);
        let seal = self.sealer().seal(seal_of("authorization_servers", issuer, "metadata", &facts), &Secret::new(""))?;
        let statement =
            "INSERT OR REPLACE INTO authorization_servers (issuer, metadata, fetched_at, metadata_sealed) VALUES (?, ?, ?, ?)";
        sqlx::query(statement).bind(issuer).bind(metadata).bind(fetched_at.0).bind(seal).execute(&self.database().pool).await?;
        Ok(())
    }

    /// None also where the row is not as we wrote it: its endpoints are asked for again.
    pub async fn authorization_server(&self, issuer: &Issuer) -> Result<Option<(AuthorizationServer, Timestamp)>, VaultError> {
        let row: Option<(String, i64, Option<Vec<u8>>)> =
            sqlx::query_as("SELECT metadata, fetched_at, metadata_sealed FROM authorization_servers WHERE issuer = ?")
                .bind(issuer.as_str())
                .fetch_optional(&self.database().pool)
                .await?;
        let ours = row.filter(|(metadata, at, sealed)| {
            let facts = facts(&[metadata, &at.to_string()]);
            let place = seal_of("authorization_servers", issuer.as_str(), "metadata", &facts);
            is_whole(self.sealer(), place, sealed.as_deref())
        });
        ours.map(|(metadata, at, _)| Ok((serde_json::from_str(&metadata)?, Timestamp(at)))).transpose()
    }

    pub async fn forget_authorization_server(&self, issuer: &Issuer) -> Result<(), VaultError> {
        sqlx::query("DELETE FROM authorization_servers WHERE issuer = ?")
            .bind(issuer.as_str())
            .execute(&self.database().pool)
            .await?;
        Ok(())
    }

    pub async fn redirect_preference(&self, issuer: &Issuer) -> Result<Option<RedirectPreference>, VaultError> {
        let row: Option<String> = sqlx::query_scalar("SELECT redirect FROM redirect_preferences WHERE issuer = ?")
            .bind(issuer.as_str())
            .fetch_optional(&self.database().pool)
            .await?;
        row.map(|text| from_text(&text)).transpose()
    }

    pub async fn save_redirect_preference(&self, issuer: &Issuer, preference: RedirectPreference) -> Result<(), VaultError> {
        sqlx::query("INSERT OR REPLACE INTO redirect_preferences (issuer, redirect) VALUES (?, ?)")
            .bind(issuer.as_str())
            .bind(to_text(&preference)?)
            .execute(&self.database().pool)
            .await?;
        Ok(())
    }

    pub async fn setting(&self, name: &str) -> Result<Option<String>, VaultError> {
        Ok(sqlx::query_scalar("SELECT value FROM settings WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.database().pool)
            .await?)
    }

    pub async fn set_setting(&self, name: &str, value: &str) -> Result<(), VaultError> {
        sqlx::query("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)")
            .bind(name)
            .bind(value)
            .execute(&self.database().pool)
            .await?;
        Ok(())
    }

    /// Another number after any change, by this process or another.
    pub async fn data_version(&self) -> Result<i64, VaultError> {
        self.database().data_version().await
    }
}
