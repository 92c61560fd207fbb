//! Clients that an administrator registers by hand, in every shape that there is.

use serde::Deserialize;
use serde_json::Value;

use crate::clients::{AuthMethod, Client};
use crate::grant_type_names;

/// A client registered by hand. Without a secret and without keys it is a public one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaticClient {
    client_id: String,
    name: String,
    redirect_uris: Vec<String>,
    secret: Option<String>,
    keys: Vec<Value>,
    grant_types: Option<Vec<String>>,
}

impl StaticClient {
    /// A client with this id, which may use every grant type.
    pub fn new(client_id: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            name: client_id.to_owned(),
            ..Self::default()
        }
    }

    /// It shows this secret, by Basic or in the body.
    #[must_use]
    pub fn secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    /// It signs assertions with the other half of this key, a JWK.
    #[must_use]
    pub fn key(mut self, public: Value) -> Self {
        self.keys.push(public);
        self
    }

    /// It may be answered here.
    #[must_use]
    pub fn redirect_uri(mut self, uri: &str) -> Self {
        self.redirect_uris.push(uri.to_owned());
        self
    }

    /// It may use these grant types and no other.
    #[must_use]
    pub fn grant_types(mut self, names: &[&str]) -> Self {
        self.grant_types = Some(names.iter().map(ToString::to_string).collect());
        self
    }

    pub(crate) fn into_client(self) -> Client {
        let methods = match (&self.secret, self.keys.is_empty()) {
            (Some(_), true) => vec![AuthMethod::Basic, AuthMethod::Post],
            (Some(_), false) => vec![
                AuthMethod::Basic,
                AuthMethod::Post,
                AuthMethod::PrivateKeyJwt,
            ],
            (None, false) => vec![AuthMethod::PrivateKeyJwt],
            (None, true) => vec![AuthMethod::None],
        };
        Client {
            id: self.client_id,
            secret: self.secret,
            keys: self.keys,
            methods,
            grant_types: self
                .grant_types
                .unwrap_or_else(|| grant_type_names::ALL.map(str::to_owned).to_vec()),
            ..Client::by_hand(&self.name, self.redirect_uris, false)
        }
    }
}
