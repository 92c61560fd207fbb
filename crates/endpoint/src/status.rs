//! What of the endpoint runs, and where, as its host tells the person.

use crate::lock::Holder;
use crate::loopback;
use messages::Text;
use std::path::PathBuf;
use tokio::sync::watch;

/// What runs, and why not more of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// This process listens on 127.0.0.1.
    pub listening: bool,
    /// `http://127.0.0.1:PORT`, ours or that of the host that serves instead.
    pub address: Option<String>,
    /// The Unix socket's path, ours or that of the host that serves instead.
    pub socket: Option<PathBuf>,
    /// Another host of this vault serves, and address and socket are its own.
    pub elsewhere: bool,
    /// What could not be done, and what to do about it.
    pub message: Option<Text>,
    /// A login's loopback answer on this port reaches this vault: we listen, or another host of it does.
    pub loopback: Option<u16>,
}

impl Status {
    /// Another host serves, and this one does without.
    pub(crate) fn of_other(holder: &Holder) -> Self {
        Self {
            listening: false,
            address: holder.port.map(loopback::address),
            socket: holder.socket.clone(),
            elsewhere: true,
            message: Some(holder.text()),
            loopback: holder.port,
        }
    }
}

/// Tells whoever watches, where it is another than before.
pub(crate) fn set(status: &watch::Sender<Status>, found: Status) {
    status.send_if_modified(|known| {
        let other = *known != found;
        if let Some(message) = found.message.as_ref().filter(|_| other) {
            tracing::info!(%message, "endpoint");
        }
        *known = found;
        other
    });
}
