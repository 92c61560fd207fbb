//! A grant's tokens, sealed beside where they may go.

use crate::grants::row::{GrantChange, Precondition, Row};
use crate::records::{from_text, moment, signed, to_text};
use crate::response_row::ResponseRow;
use crate::seal::{Place, facts};
use crate::{Vault, VaultError};
use model::{Account, Grant, GrantId, GrantState, LoginReason, Trouble};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::TokenSet;
use oauth::uri::{Issuer, ResourceUri};

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

impl Vault {
    pub(crate) fn answer(
        &self,
        grant: &Grant,
        expected: Precondition,
    ) -> Result<ResponseRow, VaultError> {
        let columns = self.columns(grant)?;
        let row = Row {
            id: grant.id.0.clone(),
            resource: grant.resource.to_string(),
            resource_parameter: grant.resource_parameter.clone(),
            issuer: grant.issuer.to_string(),
            token_endpoint: grant.token_endpoint.clone(),
            registration_id: grant.registration_id.clone().unwrap_or_default(),
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
            account_named: grant.account.named_by.into(),
            refreshes_without_resource: grant.refreshes_without_resource,
            dpop_key_sealed: columns.dpop_key,
        };
        Ok(ResponseRow::Grant(Box::new(GrantChange { row, expected })))
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
            grant.registration_id.as_deref().unwrap_or_default(),
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
            registration_id: Some(row.registration_id).filter(|id| !id.is_empty()),
            account: Account {
                name: row.account_name,
                subject: row.account_subject,
                named_by: row.account_named.into(),
            },
            scopes_requested: Scopes::parse(&row.scopes_requested),
            state,
            generation: row.generation.unsigned_abs(),
            granted_at: Timestamp(row.granted_at),
            refreshed_at: moment(row.refreshed_at),
            trouble: Trouble::default(),
        })
    }

    pub(super) fn tokens(&self, id: &GrantId, row: &Row) -> Result<Option<TokenSet>, VaultError> {
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

pub(super) fn damaged(id: &GrantId, column: &'static str) -> VaultError {
    VaultError::Damaged {
        table: "grants",
        id: id.0.clone(),
        column,
    }
}
