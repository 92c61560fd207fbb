//! What the person was given before: client credentials, a company's provider, a workload's token.

use oauth::secret::Secret;
use serde::Deserialize;

use crate::Failure;

#[derive(Default, Deserialize)]
pub struct Context {
    client_id: Option<String>,
    client_secret: Option<String>,
    private_key_pem: Option<String>,
    idp_issuer: Option<String>,
    idp_client_id: Option<String>,
    idp_token_endpoint: Option<String>,
    idp_id_token: Option<String>,
    valid_jwt: Option<String>,
}

impl Context {
    pub fn from_environment() -> Result<Self, Failure> {
        match std::env::var("MCP_CONFORMANCE_CONTEXT") {
            Ok(text) => Ok(serde_json::from_str(&text)?),
            Err(_) => Ok(Self::default()),
        }
    }

    /// A client id with what proves it, if it is one that has to.
    pub fn client(&self) -> Option<broker::ClientEntry> {
        Some(broker::ClientEntry {
            client_id: self.client_id.clone()?,
            client_secret: self.client_secret.clone().map(Secret::new),
            private_key: self.private_key_pem.clone().map(Secret::new),
            redirects: vec![
                model::RedirectPreference::DeepLink,
                model::RedirectPreference::Loopback,
            ],
            ..broker::ClientEntry::default()
        })
    }

    pub fn provider(&self) -> Option<broker::ProviderEntry> {
        Some(broker::ProviderEntry {
            issuer: self.idp_issuer.clone()?,
            client_id: self.idp_client_id.clone()?,
            client_secret: None,
            token_endpoint: self.idp_token_endpoint.clone(),
            id_token: self.idp_id_token.clone().map(Secret::new),
        })
    }

    /// What the platform would keep in a file for this workload.
    pub fn workload_token(&self) -> Option<&str> {
        self.valid_jwt.as_deref()
    }
}
