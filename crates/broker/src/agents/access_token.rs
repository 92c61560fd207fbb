//! What an agent, or the person, gets.

use model::Grant;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::TokenSet;

/// A server's access token on its way to someone who may have it.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token.
    pub access_token: Secret,
    /// When it ends, if its issuer said so.
    pub expires_at: Option<Timestamp>,
    /// What it carries.
    pub scopes: Scopes,
    /// The resource indicator that it was asked for.
    pub resource: String,
    /// Whose it is.
    pub account: String,
}

impl AccessToken {
    /// The token of these tokens, which a grant has.
    pub(super) fn of(grant: &Grant, tokens: &TokenSet, access_token: Secret) -> Self {
        Self {
            access_token,
            expires_at: tokens.expires_at,
            scopes: tokens.scopes.clone(),
            resource: grant
                .resource_parameter
                .clone()
                .unwrap_or_else(|| grant.resource.to_string()),
            account: grant.account.name.clone(),
        }
    }
}
