//! The grant that a login makes, before it is kept: whose it is and which one it continues shows only then.

use model::{
    Account, AccountWish, BrowserLogin, DeviceLogin, Grant, GrantId, GrantKind, GrantState,
    LoginAttempt, ResourceRecord, Trouble,
};
use oauth::scope::Scopes;
use oauth::time::Timestamp;
use oauth::token::TokenSet;
use oauth::uri::Issuer;

/// What a login brought, whichever way it went.
#[derive(Clone)]
pub(crate) struct GrantDraft {
    /// The attempt that it was, if a person was asked.
    pub(crate) attempt: Option<String>,
    pub(crate) kind: GrantKind,
    pub(crate) issuer: Issuer,
    pub(crate) token_endpoint: String,
    pub(crate) resource_parameter: Option<String>,
    pub(crate) registration_id: Option<String>,
    pub(crate) scopes: Scopes,
    pub(crate) wish: AccountWish,
    pub(crate) account: Account,
    pub(crate) tokens: TokenSet,
}

impl GrantDraft {
    pub(crate) fn by_browser(
        attempt: &LoginAttempt,
        login: &BrowserLogin,
        account: Account,
        tokens: TokenSet,
    ) -> Self {
        let request = &login.request;
        Self {
            attempt: Some(attempt.id.clone()),
            kind: GrantKind::AuthorizationCode,
            issuer: request.issuer.clone(),
            token_endpoint: request.token_endpoint.clone(),
            resource_parameter: request.resource_parameter.clone(),
            registration_id: Some(login.registration_id.clone()),
            scopes: request.scopes.clone(),
            wish: login.account.clone(),
            account,
            tokens,
        }
    }

    pub(crate) fn by_device(
        attempt: &LoginAttempt,
        login: &DeviceLogin,
        account: Account,
        tokens: TokenSet,
    ) -> Self {
        Self {
            attempt: Some(attempt.id.clone()),
            kind: GrantKind::Device,
            issuer: login.issuer.clone(),
            token_endpoint: login.token_endpoint.clone(),
            resource_parameter: login.resource_parameter.clone(),
            registration_id: Some(login.registration_id.clone()),
            scopes: login.scopes.clone(),
            wish: login.account.clone(),
            account,
            tokens,
        }
    }

    /// A grant that goes on where `before` was, or a new one.
    pub(super) fn into_grant(
        self,
        before: Option<&Grant>,
        record: &ResourceRecord,
        now: Timestamp,
    ) -> Grant {
        Grant {
            id: before.map_or_else(|| GrantId(vault::new_id()), |before| before.id.clone()),
            kind: self.kind,
            resource: record.uri.clone(),
            resource_parameter: self.resource_parameter,
            refreshes_without_resource: false,
            issuer: self.issuer,
            token_endpoint: self.token_endpoint,
            registration_id: self.registration_id,
            account: self.account,
            scopes_requested: self.scopes,
            state: GrantState::Active(self.tokens),
            generation: before.map_or(1, |before| before.generation + 1),
            granted_at: now,
            refreshed_at: None,
            trouble: Trouble::default(),
        }
    }
}
