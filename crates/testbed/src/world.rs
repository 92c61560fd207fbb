//! What both servers share: their addresses, the switches, the log, and everything they remember.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::clients::Client;
use crate::devices::Devices;
use crate::grants::Grants;
use crate::jwt::SigningKey;
use crate::log::Log;
use crate::logins::Logins;
use crate::nonces::Nonces;
use crate::notes::Notes;
use crate::random::opaque;
use crate::switches::{IssuerInMetadata, Switches};
use crate::used_ids::UsedIds;

/// Where the servers listen. A port of its own is an origin of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) authorization_server: u16,
    pub(crate) mcp_server: u16,
    /// Of the login pages and the endpoints, if they are elsewhere than the issuer.
    pub(crate) login_host: Option<u16>,
    /// Of the registration endpoint, if it is elsewhere.
    pub(crate) gateway: Option<u16>,
}

pub(crate) struct World {
    pub(crate) ports: Ports,
    /// The name that the MCP server has for itself.
    mcp_host: &'static str,
    pub(crate) log: Log,
    pub(crate) key: SigningKey,
    pub(crate) controls: bool,
    /// What a resource server shows at the introspection endpoint.
    pub(crate) introspection_secret: String,
    switches: Mutex<Switches>,
    memory: Mutex<Memory>,
}

/// Everything that is forgotten when the process ends.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) clients: HashMap<String, Client>,
    /// Client id metadata documents, as if they had been fetched.
    pub(crate) client_documents: HashMap<String, Value>,
    pub(crate) grants: Grants,
    pub(crate) logins: Logins,
    pub(crate) devices: Devices,
    pub(crate) used_ids: UsedIds,
    pub(crate) nonces: Nonces,
    pub(crate) notes: Notes,
    /// Whether somebody has fetched the proxy's metadata.
    pub(crate) proxy_awake: bool,
    /// The clients that the proxy made for client id metadata documents, by the document's address.
    pub(crate) stand_ins: HashMap<String, String>,
    /// MCP sessions of the older eras, and whose they are.
    pub(crate) mcp_sessions: HashMap<String, String>,
}

impl World {
    pub(crate) fn new(
        ports: Ports,
        mcp_host: &'static str,
        switches: Switches,
        controls: bool,
    ) -> Self {
        Self {
            ports,
            mcp_host,
            log: Log::default(),
            key: SigningKey::generate(),
            controls,
            introspection_secret: opaque("resource_server_"),
            switches: Mutex::new(switches),
            memory: Mutex::default(),
        }
    }

    /// The switches as they are now: a request uses one copy from its start to its end.
    pub(crate) fn switches(&self) -> Switches {
        self.switches_mut().clone()
    }

    pub(crate) fn switches_mut(&self) -> MutexGuard<'_, Switches> {
        self.switches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn as_origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.authorization_server)
    }

    pub(crate) fn mcp_origin(&self) -> String {
        format!("http://{}:{}", self.mcp_host, self.ports.mcp_server)
    }

    /// What the paths of the endpoints are put after.
    pub(crate) fn endpoints(&self) -> String {
        let port = self
            .ports
            .login_host
            .unwrap_or(self.ports.authorization_server);
        format!(
            "http://127.0.0.1:{port}{}",
            self.switches_mut().endpoints_under
        )
    }

    pub(crate) fn registration_endpoint(&self) -> String {
        match self.ports.gateway {
            Some(port) => format!("http://127.0.0.1:{port}/register"),
            None => format!("{}/register", self.endpoints()),
        }
    }

    /// The issuer as it really is.
    pub(crate) fn issuer(&self) -> String {
        format!("{}{}", self.as_origin(), self.switches_mut().issuer_path)
    }

    /// The issuer as the authorization server writes it: what is in its metadata is in its answers and tokens too.
    pub(crate) fn spoken_issuer(&self) -> String {
        let spoken = self.switches_mut().issuer_in_metadata.clone();
        match spoken {
            IssuerInMetadata::Right | IssuerInMetadata::Missing => self.issuer(),
            IssuerInMetadata::TrailingSlash => format!("{}/", self.issuer()),
            IssuerInMetadata::Other(issuer) => issuer,
        }
    }

    pub(crate) fn resource(&self) -> String {
        format!("{}{}", self.mcp_origin(), self.switches_mut().resource_path)
    }
}
