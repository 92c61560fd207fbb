//! The nonces that proofs of possession must have now (RFC 9449 sections 8 and 9).

use crate::random::opaque;

/// Each server has a nonce of its own (RFC 9449 sections 8 and 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Authorization,
    Resource,
}

/// The nonces that proofs must have now.
#[derive(Debug)]
pub(crate) struct Nonces {
    authorization_server: String,
    resource: String,
}

impl Default for Nonces {
    fn default() -> Self {
        Self {
            authorization_server: opaque("nonce_"),
            resource: opaque("nonce_"),
        }
    }
}

impl Nonces {
    pub(crate) fn of(&mut self, server: Server) -> &mut String {
        match server {
            Server::Authorization => &mut self.authorization_server,
            Server::Resource => &mut self.resource,
        }
    }
}
