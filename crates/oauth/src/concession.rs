//! Named departures from the specification that a person may allow for one resource (docs/protocol.md#concessions).

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Writes the enum, its list and its names from one table.
macro_rules! concessions {
    ($($(#[$about:meta])* $concession:ident = $name:literal,)*) => {
        /// A departure that can be lived with, once the person has read what it means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Concession {
            $($(#[$about])* #[serde(rename = $name)] $concession,)*
        }

        impl Concession {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$concession,)*];

            /// Its name in commands and in the vault.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$concession => $name,)*
                }
            }
        }
    };
}

concessions! {
    /// Its metadata does not list S256 (RFC 7636).
    PkceUnadvertised = "pkce-unadvertised",
    /// Its metadata names another issuer (RFC 8414 §3.3).
    IssuerMismatch = "issuer-mismatch",
    /// The resource names the address of a document as its authorization server (RFC 9728 §2).
    MetadataUrlAsIssuer = "metadata-url-as-issuer",
    /// The metadata of the resource names another one (RFC 9728 §3.3).
    ResourceMismatch = "resource-mismatch",
    /// It takes no `resource` (RFC 8707).
    NoResourceParameter = "no-resource-parameter",
    /// It is in a private network, or names an address there.
    PrivateNetwork = "private-network",
    /// The 2025-03-26 revision: no metadata of the resource, and endpoints at its own origin. A confirmation more than a
    /// departure, since that revision was the specification once.
    LegacyEndpoints = "legacy-endpoints",
    /// The login page is on a host that its issuer does not own, as far as can be seen, and answers do not say who is
    /// asking.
    ForeignLoginPage = "foreign-login-page",
    /// The metadata of the resource does not say which resource it is of.
    ResourceMissing = "resource-missing",
    /// A redirect that it shares with others, though its answers do not say whose they are (RFC 9207, RFC 8252 §8.10).
    SharedCallback = "shared-callback",
}

/// What the person allowed for one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Concessions(pub BTreeSet<Concession>);

impl Concessions {
    /// Whether this departure was allowed.
    pub fn allow(&self, concession: Concession) -> bool {
        self.0.contains(&concession)
    }
}

impl From<Concession> for Concessions {
    fn from(concession: Concession) -> Self {
        Self([concession].into())
    }
}

impl Concession {
    /// The concession of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|concession| concession.name() == name)
    }
}
