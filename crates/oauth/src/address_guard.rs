//! Address policy: where a request may go, and where a browser may be sent. The machine and the network that we run in are not
//! for strangers to name.

mod class;

pub use class::{ends_of, is_special_purpose};

use crate::concession::{Concession, Concessions};
use crate::uri::{UrlError, host_and_port, is_loopback, secure_url};
use class::{is_for_nobody, is_private_use};
use std::net::IpAddr;
use url::{Host, Url};

/// Which addresses a request may go to, beyond public ones (B-01, B-03).
///
/// A public server must not send us into this machine or network; a server on this
/// machine may name an authorization server beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Reach {
    /// This machine.
    pub loopback: bool,
    /// A private network, as the person allowed it.
    pub private: bool,
}

impl Reach {
    /// What discovery of this resource may contact. A private network does not hold this machine: whoever is not here
    /// has nothing to ask of the programs that listen here.
    pub fn of(resource: &Url, concessions: &Concessions) -> Self {
        Self {
            loopback: is_loopback(resource),
            private: concessions.allow(Concession::PrivateNetwork),
        }
    }

    /// Whether a request may go to this address.
    pub fn allows(self, address: IpAddr) -> bool {
        let canonical = address.to_canonical();
        !is_for_nobody(address)
            && (!is_special_purpose(address)
                || (self.loopback && canonical.is_loopback())
                || (self.private && is_private_use(canonical)))
    }

    /// Whether allowing `private-network` would let this address through.
    pub fn could_allow(self, address: IpAddr) -> bool {
        Self {
            private: true,
            ..self
        }
        .allows(address)
    }

    /// The rule for every URL that a server names, whoever opens it: [`secure_url`], written in ASCII as a URL is (RFC
    /// 3986 §2), and no place of this machine or network that this reach does not hold. A name is as far as a text can
    /// be judged; where it leads is seen when it is looked up.
    ///
    /// ```
    /// use oauth::address_guard::Reach;
    ///
    /// let public = Reach::default();
    /// assert!(public.checked("https://as.example/authorize").is_ok());
    /// assert!(public.checked("https://192.168.1.1/reboot").is_err());
    /// assert!(public.checked("http://localhost:631/admin").is_err());
    /// ```
    pub fn checked(self, text: &str) -> Result<Url, UrlError> {
        let url = secure_url(text)?;
        if !text.is_ascii() {
            return Err(UrlError::NotAscii(host_and_port(&url)));
        }
        if self.holds(&url) {
            return Ok(url);
        }
        let concedable = Self {
            private: true,
            ..self
        }
        .holds(&url);
        Err(UrlError::OutOfReach {
            host: host_and_port(&url),
            concedable,
        })
    }

    fn holds(self, url: &Url) -> bool {
        let within = match url.host() {
            Some(Host::Ipv4(address)) => self.allows(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => self.allows(IpAddr::V6(address)),
            Some(Host::Domain(name)) => self.may_name(name),
            None => false,
        };
        within && (url.scheme() == "https" || self.loopback)
    }

    /// Names that say by themselves that they are of this machine (RFC 6761 §6.3) or network (RFC 6762, RFC 8375).
    fn may_name(self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let under = |zone: &str| {
            name.strip_suffix(zone)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let here = [
            "localhost",
            "localhost.localdomain",
            "localhost6",
            "ip6-localhost",
            "ip6-loopback",
        ]
        .into_iter()
        .any(under);
        let near = ["local", "internal", "home.arpa"].into_iter().any(under);
        !name.is_empty() && (self.loopback || !here) && (self.private || !near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: Reach = Reach {
        loopback: false,
        private: false,
    };
    const HERE: Reach = Reach {
        loopback: true,
        private: false,
    };
    const OFFICE: Reach = Reach {
        loopback: false,
        private: true,
    };

    #[test]
    fn b01_who_may_be_reached() {
        for (address, expected) in [
            ("1.1.1.1", [true, true, true]),
            ("127.0.0.1", [false, true, false]),
            ("::1", [false, true, false]),
            ("::ffff:127.0.0.1", [false, true, false]),
            ("10.0.0.1", [false, false, true]),
            ("100.64.0.7", [false, false, true]),
            ("fc00::1", [false, false, true]),
            ("::ffff:10.0.0.1", [false, false, true]),
            ("64:ff9b::a00:1", [false, false, false]),
            ("198.18.0.1", [false, false, false]),
            ("0.0.0.0", [false, false, false]),
        ] {
            let parsed = address.parse().expect("a literal address");
            assert_eq!(
                [NOWHERE, HERE, OFFICE].map(|reach| reach.allows(parsed)),
                expected,
                "{address}"
            );
        }
    }

    /// A machine's cloud answers everybody on it with the machine's own secrets.
    #[test]
    fn b01_a_clouds_metadata_service_is_for_nobody_in_any_form() {
        let everything = Reach {
            loopback: true,
            private: true,
        };
        for address in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "::ffff:0:a9fe:a9fe",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "64:ff9b:1:a9fe:a9:fe00::",
            "64:ff9b:1:a9fe:a9:fe00::1",
            "2002:a9fe:a9fe::1",
            "2001:0:a9fe:a9fe::1",
            "2001:0:102:304:0:0:5601:5601",
            "fd12:3456::5efe:a9fe:a9fe",
            "100.100.100.200",
            "::ffff:100.100.100.200",
            "64:ff9b::6464:64c8",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd00:c1::a9fe:a9fe",
            "fd20:ce::254",
            "fe80::1",
            "ff02::1",
            "224.0.0.251",
            "255.255.255.255",
            "::",
        ] {
            let parsed = address.parse().expect("a literal address");
            assert!(
                !everything.allows(parsed) && !NOWHERE.could_allow(parsed),
                "{address}"
            );
        }
    }

    /// A browser that a program starts is not held to what a page may do: it must not be started on these.
    #[test]
    fn attack_d21_no_url_of_a_public_server_names_a_place_in_here() {
        for inside in [
            "https://127.0.0.1/x",
            "http://127.0.0.1:8080/shutdown",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://[::1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::ffff:0:7f00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fec0::1]/",
            "https://localhost/",
            "https://localhost./",
            "https://LOCALHOST:631/",
            "https://x.localhost/",
            "https://x.LocalHost./",
            "https://ip6-localhost/",
            "https://router.local/",
            "https://metadata.google.internal/",
            "https://nas.home.arpa/",
            "https://192.168.1.1/reboot",
            "https://3232235777/",
            "https://10.0.0.5/",
            "https://169.254.169.254/",
            "https://[fd00:ec2::254]/",
            "https://0/",
            "https://\u{ff11}27.0.0.1/",
            "https://\u{430}s.example/",
            "http://h.example/",
            "https://h.example:0/",
        ] {
            assert!(NOWHERE.checked(inside).is_err(), "{inside}");
        }
        for outside in [
            "https://h.example/x",
            "https://localhost.example/",
            "https://mylocalhost/",
            "https://1.1.1.1/",
            "https://internal.example",
        ] {
            assert!(NOWHERE.checked(outside).is_ok(), "{outside}");
        }
        assert!(
            HERE.checked("http://localhost:4283/device").is_ok()
                && HERE.checked("http://[::1]:1/").is_ok()
        );
        assert!(
            HERE.checked("https://192.168.1.1/").is_err()
                && OFFICE.checked("https://192.168.1.1/").is_ok()
        );
        assert!(
            OFFICE.checked("http://127.0.0.1:631/").is_err()
                && OFFICE.checked("https://127.0.0.1/").is_err()
        );
    }
}
