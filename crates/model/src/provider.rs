//! Identity providers: a company's, that speaks for the person (SEP-990).

use oauth::registration::AuthMethod;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::Issuer;

/// A company's identity provider that speaks for the person (SEP-990).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its issuer.
    pub issuer: Issuer,
    /// Our client id there.
    pub client_id: String,
    /// The secret of that client id.
    pub client_secret: Option<Secret>,
    /// How this program authenticates there.
    pub auth_method: AuthMethod,
    /// Where tokens are exchanged (RFC 8693).
    pub token_endpoint: String,
    /// Who is logged in there, for showing.
    pub account: Option<String>,
    /// The id token of that login.
    pub id_token: Option<Secret>,
    /// When it ends.
    pub id_token_expires_at: Option<Timestamp>,
    /// What renews it.
    pub refresh_token: Option<Secret>,
    /// When the person entered it.
    pub added_at: Timestamp,
}
