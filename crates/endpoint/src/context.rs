//! What the handlers of all requests share.

use crate::limits::WrongKeys;
use crate::proof::Proof;
use broker::Broker;
use std::sync::{Arc, OnceLock};

/// The vault that is served, and where.
pub(crate) struct Context {
    pub(crate) broker: Broker,
    /// Not set: only the Unix socket is there, until the port is free.
    port: OnceLock<u16>,
    /// What the person's own commands show.
    pub(crate) proof: Option<Proof>,
    pub(crate) wrong_keys: WrongKeys,
}

pub(crate) type Shared = Arc<Context>;

impl Context {
    pub(crate) fn new(broker: Broker, port: Option<u16>, proof: Option<Proof>) -> Self {
        Self {
            broker,
            port: port.map(OnceLock::from).unwrap_or_default(),
            proof,
            wrong_keys: WrongKeys::default(),
        }
    }

    pub(crate) fn port(&self) -> Option<u16> {
        self.port.get().copied()
    }

    /// The port was free at last.
    pub(crate) fn listens_on(&self, port: u16) {
        self.port.get_or_init(|| port);
    }
}
