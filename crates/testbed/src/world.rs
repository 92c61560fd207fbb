//! What both servers share: their addresses, the switches, the log, and everything they remember.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::clients::Client;
use crate::grants::Grants;
use crate::jwt::SigningKey;
use crate::log::Log;
use crate::logins::Logins;
use crate::notes::Notes;
use crate::random::opaque;
use crate::switches::{IssuerInMetadata, Switches};

pub(crate) struct World {
    pub(crate) as_port: u16,
    pub(crate) mcp_port: u16,
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
    pub(crate) notes: Notes,
    /// MCP sessions of the older eras, and whose they are.
    pub(crate) mcp_sessions: HashMap<String, String>,
}

impl World {
    pub(crate) fn new(as_port: u16, mcp_port: u16, switches: Switches, controls: bool) -> Self {
        Self {
            as_port,
            mcp_port,
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
        format!("http://127.0.0.1:{}", self.as_port)
    }

    pub(crate) fn mcp_origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.mcp_port)
    }

    /// The issuer as it really is.
    pub(crate) fn issuer(&self) -> String {
        format!("{}{}", self.as_origin(), self.switches_mut().issuer_path)
    }

    /// The issuer as the authorization server writes it: a server with a slash in its metadata has it everywhere.
    pub(crate) fn spoken_issuer(&self) -> String {
        let slash = self.switches_mut().issuer_in_metadata == IssuerInMetadata::TrailingSlash;
        format!("{}{}", self.issuer(), if slash { "/" } else { "" })
    }

    pub(crate) fn resource(&self) -> String {
        format!("{}/mcp", self.mcp_origin())
    }
}
