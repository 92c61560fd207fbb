//! Which addresses are this machine's own. No registry says that of a global address, and a private network does not hold the
//! machine itself.

use oauth::address_guard::ends_of;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

pub(super) fn is_here(address: IpAddr) -> bool {
    ends_of(address)
        .into_iter()
        .any(|end| end.is_loopback() || is_local(end).unwrap_or(false))
}

/// Of any port the route is the same.
const DISCARD: u16 = 9;

/// Who would speak from the very address that is spoken to, speaks to itself. Connecting a UDP socket asks the system for its
/// route and sends nothing; where there is no route, nothing can be sent either.
fn is_local(address: IpAddr) -> std::io::Result<bool> {
    let any = match address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0))?;
    socket.connect(SocketAddr::new(address, DISCARD))?;
    Ok(socket.local_addr()?.ip() == address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(address: &str) -> bool {
        is_here(address.parse().expect("an address"))
    }

    /// The address that this machine would speak to the internet from, if it has one, is its own; the one that it would
    /// speak to is not.
    #[test]
    fn b01_the_system_says_which_addresses_are_its_own() {
        assert!(is_ours("127.0.0.1") && is_ours("127.5.4.3") && is_ours("::ffff:127.0.0.1"));
        assert!(is_ours("fd12:3456::5efe:7f00:1"), "a tunnel that ends here");
        assert!(!is_ours("93.184.215.14") && !is_ours("2a00:1450::1"));
        let outward = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
            socket.connect("93.184.215.14:9")?;
            socket.local_addr()
        });
        if let Ok(outward) = outward {
            assert!(is_here(outward.ip()), "{outward}");
        }
    }
}
