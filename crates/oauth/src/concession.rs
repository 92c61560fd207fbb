//! Named departures from the specification that a person may allow for one resource (DESIGN.md).

mod words;

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A departure that can be lived with, once the person has read what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Concession {
    PkceUnadvertised,
    IssuerMismatch,
    MetadataUrlAsIssuer,
    ResourceMismatch,
    NoResourceParameter,
    PrivateNetwork,
    /// The 2025-03-26 revision: no metadata of the resource, and endpoints at its own origin. A confirmation more than a
    /// departure, since that revision was the specification once.
    LegacyEndpoints,
}

/// What the person allowed for one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Concessions(pub BTreeSet<Concession>);

impl Concessions {
    pub fn allow(&self, concession: Concession) -> bool {
        self.0.contains(&concession)
    }
}

impl Concession {
    pub const ALL: [Self; 7] = [
        Self::PkceUnadvertised,
        Self::IssuerMismatch,
        Self::MetadataUrlAsIssuer,
        Self::ResourceMismatch,
        Self::NoResourceParameter,
        Self::PrivateNetwork,
        Self::LegacyEndpoints,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::PkceUnadvertised => "pkce-unadvertised",
            Self::IssuerMismatch => "issuer-mismatch",
            Self::MetadataUrlAsIssuer => "metadata-url-as-issuer",
            Self::ResourceMismatch => "resource-mismatch",
            Self::NoResourceParameter => "no-resource-parameter",
            Self::PrivateNetwork => "private-network",
            Self::LegacyEndpoints => "legacy-endpoints",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|concession| concession.name() == name)
    }
}

/// Which addresses a request may go to, beyond public ones (B-01, B-03).
///
/// A public server must not send us into this machine or network; a server on this
/// machine may name an authorization server beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    pub loopback: bool,
    pub private: bool,
}

impl Reach {
    /// What discovery of this resource may contact.
    pub fn of(resource: &url::Url, concessions: &Concessions) -> Self {
        let private = concessions.allow(Concession::PrivateNetwork);
        Self { loopback: crate::uri::is_loopback(resource) || private, private }
    }

    pub fn allows(self, address: std::net::IpAddr) -> bool {
        let canonical = address.to_canonical();
        let link_local = match canonical {
            std::net::IpAddr::V4(v4) => v4.is_link_local() || v4.is_unspecified() || v4.is_multicast(),
            std::net::IpAddr::V6(v6) => {
                (v6.segments()[0] & 0xffc0) == 0xfe80
                    || v6.is_unspecified()
                    || v6.is_multicast()
                    || v6.segments()[..2] == [0xfd00, 0x0ec2]
            }
        };
        // Cloud metadata services live on link-local addresses: nobody may send us there.
        !link_local
            && (!crate::uri::is_special_purpose(address)
                || (self.loopback && canonical.is_loopback())
                || (self.private && !canonical.is_loopback()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b01_who_may_be_reached() {
        let nowhere = Reach::default();
        let here = Reach { loopback: true, private: false };
        let office = Reach { loopback: true, private: true };
        for (address, expected) in [
            ("1.1.1.1", [true, true, true]),
            ("127.0.0.1", [false, true, true]),
            ("::1", [false, true, true]),
            ("::ffff:127.0.0.1", [false, true, true]),
            ("10.0.0.1", [false, false, true]),
            ("fc00::1", [false, false, true]),
            ("169.254.169.254", [false, false, false]),
            ("fd00:ec2::254", [false, false, false]),
            ("fe80::1", [false, false, false]),
            ("0.0.0.0", [false, false, false]),
        ] {
            let parsed = address.parse().expect("a literal address");
            assert_eq!([nowhere, here, office].map(|reach| reach.allows(parsed)), expected, "{address}");
        }
    }
}
