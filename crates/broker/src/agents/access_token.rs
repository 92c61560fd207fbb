//! What an agent, or the person, gets.

use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;

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
