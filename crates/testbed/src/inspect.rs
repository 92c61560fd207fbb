//! What a test may look at and do behind both servers' backs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::logins::Logins;
use crate::nonces::Nonces;
use crate::random::now_ms;
use crate::switches::Switches;
use crate::world::World;

/// The grants and tokens of a running testbed.
#[derive(Clone)]
pub struct Tokens(pub(crate) Arc<World>);

/// A grant that still can give access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LiveGrant {
    /// The client that holds it.
    pub client_id: String,
    /// The person who agreed.
    pub user: String,
    /// What was agreed to.
    pub scopes: Vec<String>,
    /// The resource it is for; nothing if the request named none.
    pub resource: Option<String>,
}

impl Tokens {
    /// All access tokens that live now expire now. Refresh tokens are untouched.
    pub fn expire_access_tokens(&self) {
        self.0.memory().grants.expire_access_tokens();
    }

    /// All grants are revoked, as if every person had taken them back at the authorization server.
    pub fn revoke_everything(&self) {
        self.0.memory().grants.revoke_all();
    }

    /// The grants of one client, and their tokens, are not known any more.
    pub fn forget_client(&self, client_id: &str) {
        self.0.memory().grants.forget_client(client_id);
    }

    /// All registrations are gone: `invalid_client` at the token endpoint, a page at the authorization endpoint.
    pub fn forget_clients(&self) {
        self.0.memory().clients.clear();
    }

    /// Nobody is logged in any more, and nobody agreed to anything.
    pub fn forget_logins(&self) {
        self.0.memory().logins = Logins::default();
    }

    /// Both servers demand new DPoP nonces from now on.
    pub fn renew_dpop_nonces(&self) {
        self.0.memory().nonces = Nonces::default();
    }

    /// All MCP sessions end.
    pub fn end_mcp_sessions(&self) {
        self.0.memory().mcp_sessions.clear();
    }

    /// The grants that still can give access.
    pub fn live_grants(&self) -> Vec<LiveGrant> {
        let live = self.0.memory().grants.live(now_ms());
        let seen = live.into_iter().map(|grant| LiveGrant {
            client_id: grant.client,
            user: grant.user,
            scopes: grant.scopes.to_vec(),
            resource: grant.resource,
        });
        seen.collect()
    }

    /// Whether this access token would be taken.
    pub fn is_active(&self, access_token: &str) -> bool {
        self.0
            .memory()
            .grants
            .introspect(access_token, now_ms())
            .is_some()
    }

    /// The registered clients: name by client id.
    pub fn clients(&self) -> BTreeMap<String, String> {
        self.0
            .memory()
            .clients
            .values()
            .map(|client| (client.id.clone(), client.name.clone()))
            .collect()
    }
}

/// The switches of a running testbed.
#[derive(Clone)]
pub struct SwitchBoard(pub(crate) Arc<World>);

impl SwitchBoard {
    /// Changes switches, from the next request on: `switches().set(|s| s.rotating = false)`.
    pub fn set<R>(&self, change: impl FnOnce(&mut Switches) -> R) {
        change(&mut self.0.switches_mut());
    }

    /// Puts all switches into these positions.
    pub fn replace(&self, switches: Switches) {
        *self.0.switches_mut() = switches;
    }

    /// The switches as they are now.
    pub fn get(&self) -> Switches {
        self.0.switches()
    }
}
