//! The endpoints that a person entered where an authorization server publishes no document.

use super::error::{CodeFlowFault, MetadataError, endpoint};
use super::server::{AuthorizationServer, Basis};
use crate::address_guard::Reach;
use crate::concession::{Concession, Concessions};
use crate::uri::Issuer;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person was given where an authorization server publishes no document: its addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "EndpointsEntered")]
pub struct EnteredEndpoints {
    /// None: the one that the resource names, else the origin of the login page.
    pub issuer: Option<String>,
    /// Where the person logs in.
    pub authorization_endpoint: String,
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// Where they are taken back, if anywhere.
    pub revocation_endpoint: Option<String>,
}

impl EnteredEndpoints {
    /// The authorization server that they make, held to what a document would be held to: within reach, PKCE conceded
    /// since nobody says that it is checked, and the page where one logs in with the one who gets the code.
    pub fn server(
        &self,
        named: Option<Issuer>,
        concessions: &Concessions,
        reach: Reach,
    ) -> Result<AuthorizationServer, MetadataError> {
        let login = reach
            .checked(&self.authorization_endpoint)
            .map_err(endpoint("authorization_endpoint"))?;
        let entered = self
            .issuer
            .as_deref()
            .map(Issuer::parse)
            .transpose()
            .map_err(endpoint("issuer"))?;
        let issuer = match entered.or(named) {
            Some(issuer) => issuer,
            None => {
                Issuer::parse(&login.origin().ascii_serialization()).map_err(endpoint("issuer"))?
            }
        };
        if let Some(revocation) = &self.revocation_endpoint {
            reach
                .checked(revocation)
                .map_err(endpoint("revocation_endpoint"))?;
        }
        let server = AuthorizationServer {
            issuer,
            authorization_endpoint: Some(self.authorization_endpoint.clone()),
            token_endpoint: self.token_endpoint.clone(),
            registration_endpoint: None,
            revocation_endpoint: self.revocation_endpoint.clone(),
            basis: Basis::Entered,
            ..AuthorizationServer::legacy(&login)
                .ok_or(MetadataError::NoCodeFlow(CodeFlowFault::NoOrigin))?
        };
        server.check(concessions, reach)?;
        if !concessions.allow(Concession::PkceUnadvertised) {
            return Err(MetadataError::PkceUnsaid {
                token: AuthorizationServer::host_of(&self.token_endpoint),
            });
        }
        Ok(server)
    }
}
