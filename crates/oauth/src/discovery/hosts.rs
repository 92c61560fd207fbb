//! Where a login goes: every host that gets something of it.

use crate::metadata::AuthorizationServer;
use serde::{Deserialize, Serialize};

/// Every host of a login, for a person to read before a browser opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginHosts {
    /// Where the person logs in, if a person can.
    pub login: Option<String>,
    /// Where tokens are asked for.
    pub token: String,
    /// Who issues them.
    pub issuer: String,
}

impl LoginHosts {
    /// Those of this authorization server.
    pub fn of(server: &AuthorizationServer) -> Self {
        let host = AuthorizationServer::host_of;
        Self {
            login: server.authorization_endpoint.as_deref().map(host),
            token: host(&server.token_endpoint),
            issuer: host(server.issuer.as_str()),
        }
    }

    /// The one host, where all of them are the same.
    pub fn only(&self) -> Option<&str> {
        let login = self.login.as_deref()?;
        (login == self.issuer && login == self.token).then_some(login)
    }
}
