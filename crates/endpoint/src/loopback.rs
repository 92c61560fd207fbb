//! The two loopback addresses: both are bound, 127.0.0.1 is the one that is told to anybody.
//!
//! With only 127.0.0.1 bound, another user could take `[::1]` on the same port, and an agent that says `localhost` could
//! hand its key to them (attacks L10, F11).

use messages::{Text, text};
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::{TcpListener, TcpSocket};

/// As many callers may knock at once as the system lets wait (Linux: `net.core.somaxconn`).
const BACKLOG: u32 = 4096;

pub(crate) struct Loopback {
    pub(crate) v4: TcpListener,
    pub(crate) v6: Option<TcpListener>,
    pub(crate) port: u16,
    /// What the person should know although it works.
    pub(crate) message: Option<Text>,
}

pub(crate) fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Binds 127.0.0.1, and `[::1]` where there is IPv6. A port that is taken is told, never replaced by another: logins and
/// agents know this one.
pub(crate) fn listen(port: u16) -> Result<Loopback, Text> {
    let refused = |error: &Error| refused(port, error);
    let v4 = bind((Ipv4Addr::LOCALHOST, port).into()).map_err(|error| refused(&error))?;
    let port = v4.local_addr().map_err(|error| refused(&error))?.port();
    let (v6, message) = match bind((Ipv6Addr::LOCALHOST, port).into()) {
        Ok(v6) => (Some(v6), None),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let message = text::EndpointPortOtherLoopback {
                port: port.to_string(),
                address: address(port),
            };
            (None, Some(message.into()))
        }
        // This machine has no IPv6.
        Err(_) => (None, None),
    };
    Ok(Loopback {
        v4,
        v6,
        port,
        message,
    })
}

fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // On Windows it would let another program take the port from under us.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn refused(port: u16, error: &Error) -> Text {
    let port = port.to_string();
    match error.kind() {
        ErrorKind::AddrInUse => text::EndpointPortInUse { port }.into(),
        ErrorKind::PermissionDenied => text::EndpointPortForbidden { port }.into(),
        _ => text::EndpointPortFailed {
            port,
            error: error.to_string(),
        }
        .into(),
    }
}
