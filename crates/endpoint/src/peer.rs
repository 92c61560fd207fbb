//! Who is at the other end of a connection: the same user, or root, or nobody we answer (attack L07).
//!
//! On the Unix socket the kernel says it (`SO_PEERCRED`). For loopback TCP Linux is asked for the owner of the socket at the
//! other end: by NETLINK_SOCK_DIAG (man 7 sock_diag), one look-up in a hash table; where a sandbox has no netlink, from
//! `/proc/net/tcp`, which costs a walk over the whole table.

use std::net::SocketAddr;
use tokio::net::{TcpStream, UnixStream};

/// The other end of a connection, once it may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) via: Transport,
    /// None where this system does not tell.
    pub(crate) uid: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Loopback,
    Socket,
}

/// What the system says about the owner of the socket at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Uid(u32),
    /// It is closed, and with it goes the knowledge of whose it was.
    Gone,
    /// This system has no way to tell.
    Untold,
}

/// None: whoever it is gets no answer.
pub(crate) fn of_loopback(stream: &TcpStream) -> Option<Peer> {
    let (theirs, ours) = (stream.peer_addr().ok()?, stream.local_addr().ok()?);
    let uid = match owner(theirs, ours) {
        Owner::Uid(uid) if may(uid) => Some(uid),
        // The agent's key is then all there is.
        Owner::Untold => None,
        Owner::Uid(_) | Owner::Gone => return None,
    };
    Some(Peer {
        via: Transport::Loopback,
        uid,
    })
}

pub(crate) fn of_socket(stream: &UnixStream) -> Option<Peer> {
    let uid = stream.peer_cred().ok()?.uid();
    may(uid).then_some(Peer {
        via: Transport::Socket,
        uid: Some(uid),
    })
}

/// Root could do anything to us anyway, and forwards connections for others (ssh, containers, WSL).
fn may(uid: u32) -> bool {
    uid == 0 || uid == rustix::process::geteuid().as_raw()
}

#[cfg(not(target_os = "linux"))]
fn owner(_: SocketAddr, _: SocketAddr) -> Owner {
    Owner::Untold
}

#[cfg(target_os = "linux")]
fn owner(theirs: SocketAddr, ours: SocketAddr) -> Owner {
    match linux::by_netlink(theirs, ours) {
        Owner::Untold => linux::by_proc(theirs, ours),
        told => told,
    }
}

#[cfg(target_os = "linux")]
mod linux {
    //! Both ways trust an owner only while the socket has an inode: once its program closed it, the kernel says uid 0.

    use super::Owner;
    use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink};
    use std::fmt::Write;
    use std::net::{IpAddr, SocketAddr};

    const SOCK_DIAG_BY_FAMILY: u16 = 20;
    const NLMSG_ERROR: u16 = 2;
    const NLM_F_REQUEST: u16 = 1;
    const IPPROTO_TCP: u8 = 6;
    const ENOENT: i32 = 2;
    /// A listener at the same port is another's: established, the two FIN_WAITs, CLOSE_WAIT.
    const CONNECTED: [u8; 4] = [1, 4, 5, 8];

    /// Asks for the one socket that has `theirs` at its own end and `ours` at the other.
    pub(super) fn by_netlink(theirs: SocketAddr, ours: SocketAddr) -> Owner {
        let mut answer = [0_u8; 512];
        match exchange(&request(theirs, ours), &mut answer) {
            Ok(length) => read(answer.get(..length).unwrap_or_default(), ours.port()),
            Err(_) => Owner::Untold,
        }
    }

    fn exchange(request: &[u8], answer: &mut [u8]) -> rustix::io::Result<usize> {
        let (kind, protocol) = (SocketType::DGRAM, Some(netlink::SOCK_DIAG));
        let socket =
            rustix::net::socket_with(AddressFamily::NETLINK, kind, SocketFlags::CLOEXEC, protocol)?;
        let kernel = netlink::SocketAddrNetlink::new(0, 0);
        rustix::net::sendto(&socket, request, SendFlags::empty(), &kernel)?;
        // The kernel has answered before `sendto` returns.
        Ok(rustix::net::recv(&socket, answer, RecvFlags::DONTWAIT)?.0)
    }

    /// `nlmsghdr` and `inet_diag_req_v2`.
    fn request(theirs: SocketAddr, ours: SocketAddr) -> Vec<u8> {
        let family = if theirs.is_ipv4() {
            AddressFamily::INET
        } else {
            AddressFamily::INET6
        };
        let mut body = vec![
            u8::try_from(family.as_raw()).unwrap_or_default(),
            IPPROTO_TCP,
            0,
            0,
        ];
        body.extend(u32::MAX.to_ne_bytes());
        body.extend(theirs.port().to_be_bytes());
        body.extend(ours.port().to_be_bytes());
        body.extend(sixteen(theirs.ip()));
        body.extend(sixteen(ours.ip()));
        // Any interface, no cookie.
        body.extend([0; 4]);
        body.extend([0xff; 8]);
        let length = u32::try_from(16 + body.len()).unwrap_or_default();
        let mut message = length.to_ne_bytes().to_vec();
        message.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        message.extend(NLM_F_REQUEST.to_ne_bytes());
        // Sequence number and sender.
        message.extend([0; 8]);
        message.extend(body);
        message
    }

    fn sixteen(ip: IpAddr) -> [u8; 16] {
        match ip {
            IpAddr::V4(ip) => {
                let mut bytes = [0; 16];
                bytes[..4].copy_from_slice(&ip.octets());
                bytes
            }
            IpAddr::V6(ip) => ip.octets(),
        }
    }

    /// `nlmsghdr` and `inet_diag_msg`, or `nlmsgerr`.
    pub(super) fn read(answer: &[u8], our_port: u16) -> Owner {
        let short = |at: usize| {
            answer
                .get(at..at + 2)
                .and_then(|bytes| bytes.try_into().ok())
        };
        let long = |at: usize| {
            answer
                .get(at..at + 4)
                .and_then(|bytes| bytes.try_into().ok())
                .map(u32::from_ne_bytes)
        };
        match short(4).map(u16::from_ne_bytes) {
            Some(SOCK_DIAG_BY_FAMILY) => {
                let (state, their_other_end) = (answer.get(17), short(22).map(u16::from_be_bytes));
                let connected = state.is_some_and(|state| CONNECTED.contains(state))
                    && their_other_end == Some(our_port);
                match (long(16 + 64), long(16 + 68)) {
                    (Some(uid), Some(inode)) if connected && inode != 0 => Owner::Uid(uid),
                    _ => Owner::Gone,
                }
            }
            Some(NLMSG_ERROR) if long(16).map(u32::cast_signed) == Some(-ENOENT) => Owner::Gone,
            _ => Owner::Untold,
        }
    }

    pub(super) fn by_proc(theirs: SocketAddr, ours: SocketAddr) -> Owner {
        let table = if theirs.is_ipv4() {
            "/proc/net/tcp"
        } else {
            "/proc/net/tcp6"
        };
        std::fs::read_to_string(table).map_or(Owner::Untold, |text| find(&text, theirs, ours))
    }

    /// `sl local_address rem_address st tx_queue:rx_queue tr:when retrnsmt uid timeout inode …`
    pub(super) fn find(table: &str, theirs: SocketAddr, ours: SocketAddr) -> Owner {
        let (local, remote) = (hex(theirs), hex(ours));
        let row = table
            .lines()
            .skip(1)
            .map(|line| line.split_ascii_whitespace().collect::<Vec<_>>());
        let row = row.into_iter().find(|row| {
            row.get(1) == Some(&local.as_str()) && row.get(2) == Some(&remote.as_str())
        });
        let connected = |state: &str| {
            u8::from_str_radix(state, 16).is_ok_and(|state| CONNECTED.contains(&state))
        };
        match row.as_deref() {
            Some([_, _, _, state, _, _, _, uid, _, inode, ..])
                if connected(state) && *inode != "0" =>
            {
                uid.parse().map_or(Owner::Gone, Owner::Uid)
            }
            _ => Owner::Gone,
        }
    }

    /// The kernel writes each 32 bits of an address as one number of this machine's byte order.
    fn hex(address: SocketAddr) -> String {
        let words = if address.is_ipv4() { 4 } else { 16 };
        let mut text = String::new();
        for word in sixteen(address.ip())[..words].chunks_exact(4) {
            let number = word.try_into().map_or(0, u32::from_ne_bytes);
            let _ = write!(text, "{number:08X}");
        }
        let _ = write!(text, ":{:04X}", address.port());
        text
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Owner, linux, may};
    use std::net::{SocketAddr, TcpListener, TcpStream};

    fn pair(address: &str) -> (TcpStream, SocketAddr, SocketAddr, TcpStream) {
        let listener = TcpListener::bind(address).expect("a free port");
        let client = TcpStream::connect(listener.local_addr().expect("bound")).expect("it listens");
        let (accepted, theirs) = listener.accept().expect("a connection");
        let ours = accepted.local_addr().expect("connected");
        (client, theirs, ours, accepted)
    }

    #[test]
    fn attack_l07_both_ways_name_the_owner_of_the_other_end() {
        let us = Owner::Uid(rustix::process::getuid().as_raw());
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let (client, theirs, ours, _accepted) = pair(address);
            assert_eq!(linux::by_netlink(theirs, ours), us, "{address}");
            assert_eq!(linux::by_proc(theirs, ours), us, "{address}");
            client
                .shutdown(std::net::Shutdown::Write)
                .expect("half closed");
            assert_eq!(
                linux::by_netlink(theirs, ours),
                us,
                "half closed it still has an owner"
            );
        }
    }

    /// A closed socket shows uid 0: whoever closes at once must not be taken for root.
    #[test]
    fn attack_l07_a_closed_end_has_no_owner() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let (client, theirs, ours, _accepted) = pair(address);
            drop(client);
            assert_eq!(linux::by_netlink(theirs, ours), Owner::Gone, "{address}");
            assert_eq!(linux::by_proc(theirs, ours), Owner::Gone, "{address}");
        }
    }

    #[test]
    fn attack_l07_a_listener_at_their_port_is_not_their_end() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let (theirs, ours) = (
            listener.local_addr().expect("bound"),
            "127.0.0.1:9".parse().expect("an address"),
        );
        assert_eq!(linux::by_netlink(theirs, ours), Owner::Gone);
    }

    #[test]
    fn attack_l07_the_table_as_the_kernel_writes_it() {
        let (theirs, ours): (SocketAddr, SocketAddr) = (
            "127.0.0.1:44366".parse().expect("an address"),
            "127.0.0.1:4283".parse().expect("an address"),
        );
        let row = |state: &str, uid: u32, inode: u32| {
            format!(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                 0: 0100007F:10BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0\n   \
                 1: 0100007F:AD4E 0100007F:10BB {state} 00000000:00000000 00:00000000 00000000 {uid:5}        0 {inode} 1 0 20 4 30 10 -1\n"
            )
        };
        assert_eq!(
            linux::find(&row("01", 65534, 77), theirs, ours),
            Owner::Uid(65534)
        );
        assert_eq!(
            linux::find(&row("01", 0, 0), theirs, ours),
            Owner::Gone,
            "closed by its program"
        );
        assert_eq!(
            linux::find(&row("06", 0, 0), theirs, ours),
            Owner::Gone,
            "TIME_WAIT"
        );
        assert_eq!(
            linux::find(&row("01", 1, 77), ours, theirs),
            Owner::Gone,
            "our own end is not theirs"
        );
        assert_eq!(linux::find("", theirs, ours), Owner::Gone);
    }

    #[test]
    fn attack_l07_answers_of_the_kernel_that_say_nothing() {
        assert_eq!(linux::read(&[], 1), Owner::Untold);
        assert_eq!(linux::read(&[0; 20], 1), Owner::Untold);
        assert_eq!(
            linux::read(&[0, 0, 0, 0, 20, 0], 1),
            Owner::Gone,
            "cut short"
        );
    }

    #[test]
    fn attack_l07_root_and_we_may() {
        let us = rustix::process::geteuid().as_raw();
        assert!(may(us) && may(0));
        assert!(!may(us.wrapping_add(1).max(1)));
    }
}
