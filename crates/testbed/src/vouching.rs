//! What a test does on behalf of those who vouch for others: identity providers and platforms.

use serde_json::{Value, json};

use crate::grants::Grant;
use crate::issue::{Issue, id_token};
use crate::jwt::SigningKey;
use crate::random::{now_seconds, opaque};
use crate::scopes::Scopes;
use crate::switches::TrustedIssuer;
use crate::testbed::Testbed;

impl Testbed {
    /// Takes the ID-JAGs of that testbed from now on.
    pub fn trust_provider(&self, provider: &Testbed) {
        let trusted = TrustedIssuer {
            issuer: provider.issuer(),
            jwks: provider.jwks(),
        };
        self.switches().set(|s| s.enterprise.trusted.push(trusted));
    }

    /// The public keys that it signs with.
    pub fn jwks(&self) -> Value {
        self.world.key.jwks()
    }

    /// An id token, as if this person had just logged in with this client.
    pub fn id_token(&self, client_id: &str, user: &str) -> String {
        let grant = Grant::new(client_id, user, Scopes::parse("openid profile"), None);
        id_token(
            &self.world,
            &Issue {
                id: "",
                scopes: grant.scopes.clone(),
                grant: &grant,
                refresh_token: None,
                key: None,
            },
        )
    }
}

/// The JWT that a platform gives to one of its workloads, good for an hour.
pub fn platform_jwt(key: &SigningKey, issuer: &str, workload: &str, audience: &str) -> String {
    let now = now_seconds();
    let claims = json!({ "iss": issuer, "sub": workload, "aud": audience, "iat": now, "exp": now + 3600, "jti": opaque("") });
    key.sign("JWT", &claims)
}
