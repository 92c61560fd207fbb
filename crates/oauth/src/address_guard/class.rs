//! Classes of addresses, by IANA's registries of special-purpose addresses (RFC 6890 and its updates). What is not known to be
//! public is not public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses that something sent there may end at: this one, and those that a tunnel or a translator would read out of it.
pub fn ends_of(address: IpAddr) -> Vec<IpAddr> {
    let carried = match address {
        IpAddr::V4(_) => Vec::new(),
        IpAddr::V6(v6) => carried(v6),
    };
    std::iter::once(address.to_canonical())
        .chain(carried.into_iter().map(IpAddr::V4))
        .collect()
}

/// Addresses that a public server has no business sending us to (B-01, B-03): loopback, private,
/// link-local, shared, documentation, multicast, reserved, and IPv6 forms that carry one of them.
pub fn is_special_purpose(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_special_v4(v4),
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4_mapped() {
                return is_special_v4(v4);
            }
            let [a, b, ..] = v6.segments();
            // Translated to IPv4 on the way (RFC 6052, RFC 8215): as public as what it carries. What else begins like these
            // two prefixes is nobody's.
            if matches!(
                v6.segments(),
                [0x0064, 0xff9b, 0, 0, 0, 0, ..] | [0x0064, 0xff9b, 1, ..]
            ) {
                let carried = carried(v6);
                return carried.first().is_none_or(|v4| is_special_v4(*v4))
                    || carried
                        .iter()
                        .any(|v4| is_special_v4(*v4) && v4.octets()[0] != 0);
            }
            // Unicast that is routed in the internet is 2000::/3, and in it 2001::/23 is for protocols (Teredo, ORCHID,
            // benchmarking), 2001:db8::/32 and 3fff::/20 for documentation.
            a & 0xe000 != 0x2000
                || (a == 0x2001 && b & 0xfe00 == 0)
                || (a == 0x2001 && b == 0x0db8)
                || (a == 0x3fff && b & 0xf000 == 0)
                // A tunnel to the IPv4 address inside (RFC 3056, RFC 5214) ends where that one is.
                || carried(v6).into_iter().any(is_special_v4)
        }
    }
}

fn is_special_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_multicast()
        || v4.is_documentation()
        || a == 0
        || a >= 240
        || is_shared(v4)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
}

/// RFC 6598: behind a carrier's or an overlay network's translation.
fn is_shared(v4: Ipv4Addr) -> bool {
    let [a, b, ..] = v4.octets();
    a == 100 && (64..128).contains(&b)
}

/// What a private network is made of: RFC 1918, RFC 6598, RFC 4193.
pub(super) fn is_private_use(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || is_shared(v4),
        IpAddr::V6(v6) => v6.segments()[0] & 0xfe00 == 0xfc00,
    }
}

/// Where a cloud tells a machine its own secrets, link-local neighbours, everybody and nobody: no server may send us
/// there, whatever the person allowed it, and in whatever form the address is written.
pub(super) fn is_for_nobody(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_for_nobody_v4(v4),
        IpAddr::V6(v6) => {
            let segments = v6.segments();
            segments[0] & 0xffc0 == 0xfe80
                || v6.is_multicast()
                || v6.is_unspecified()
                // Amazon's, Oracle's and Google's metadata services.
                || segments[..2] == [0xfd00, 0x0ec2]
                || segments[..2] == [0xfd00, 0x00c1]
                || segments[..2] == [0xfd20, 0x00ce]
                || carried(v6).into_iter().any(|v4| is_for_nobody_v4(v4) && v4.octets()[0] != 0)
        }
    }
}

fn is_for_nobody_v4(v4: Ipv4Addr) -> bool {
    v4.is_link_local()
        || v4.is_multicast()
        || v4.is_broadcast()
        || v4.octets()[0] == 0
        // The metadata services of Alibaba, Oracle and Azure that are not link-local.
        || matches!(v4.octets(), [100, 100, 100, 200] | [192, 0, 0, 192] | [168, 63, 129, 16])
}

/// The IPv4 addresses that an IPv6 address may stand for to a translator or a tunnel, the likeliest first.
fn carried(v6: Ipv6Addr) -> Vec<Ipv4Addr> {
    let octets = v6.octets();
    let at = |places: [usize; 4]| Ipv4Addr::from(places.map(|place| octets[place]));
    let last = at([12, 13, 14, 15]);
    match v6.segments() {
        [0x2002, ..] => vec![at([2, 3, 4, 5])],
        // RFC 4380 §4: the server, and the client with its bits turned.
        [0x2001, 0, ..] => vec![
            at([4, 5, 6, 7]),
            Ipv4Addr::from(last.octets().map(|octet| !octet)),
        ],
        // RFC 6052 §2.2, RFC 8215: behind a prefix of 96 bits; of 48, 56 and 64 bits around the octet that is left out.
        [0x0064, 0xff9b, 1, ..] => vec![
            last,
            at([6, 7, 9, 10]),
            at([7, 9, 10, 11]),
            at([9, 10, 11, 12]),
        ],
        // IPv4-compatible and -mapped, IPv4-translated (RFC 2765), the translators' own prefix; and behind any prefix
        // whatever a host was named by its IPv4 address (RFC 5214 §6.1).
        [0, 0, 0, 0, 0 | 0xffff, 0, ..]
        | [0, 0, 0, 0, 0, 0xffff, ..]
        | [0x0064, 0xff9b, ..]
        | [.., 0x0000 | 0x0200, 0x5efe, _, _] => vec![last],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b03_addresses_with_a_special_purpose_are_known_in_every_form() {
        for special in [
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "127.0.0.1",
            "169.254.169.254",
            "192.88.99.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.2.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:a9fe:a9fe",
            "::ffff:0:7f00:1",
            "::ffff:0:808:808",
            "fe80::1",
            "fec0::1",
            "feff::1",
            "fc00::1",
            "fd00:ec2::254",
            "64:ff9b::7f00:1",
            "64:ff9b:1::7f00:1",
            "64:ff9b:1:7f00:0:100::",
            "64:ff9b:1:a00:1:100:808:808",
            "64:ff9b:2::808:808",
            "64:ff9b:0:1::808:808",
            "64:ff9b:ffff::808:808",
            "2a00:1450::5efe:7f00:1",
            "2a00:1450::5efe:a00:1",
            "2a00:1450::200:5efe:c0a8:101",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "::7f00:1",
            "::808:808",
            "100::1",
            "100:0:0:1::1",
            "200::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff::1",
            "2001:db8::1",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
            "ff02::1",
        ] {
            assert!(special.parse().is_ok_and(is_special_purpose), "{special}");
        }
        for public in [
            "1.1.1.1",
            "93.184.216.34",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "2a00:1450::1",
            "3ffe::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "64:ff9b:1::101:101",
            "2002:101:101::1",
            "2a00:1450::200:5efe:101:101",
        ] {
            assert!(
                public
                    .parse()
                    .is_ok_and(|address| !is_special_purpose(address)),
                "{public}"
            );
        }
    }
}
