//! Where the browser brings the answer (RFC 8252 §7).

use serde::{Deserialize, Serialize};

/// The private-use scheme: reverse DNS of a name of ours, one slash, no authority (RFC 8252 §7.1).
pub const DEEP_LINK: &str = "app.gatelodge.desktop:/oauth/callback";
pub const SCHEME: &str = "app.gatelodge.desktop";
/// Path of the loopback redirects; the port is the endpoint's.
pub const LOOPBACK_PATH: &str = "/callback";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "port")]
pub enum Redirect {
    DeepLink,
    /// `http://127.0.0.1:PORT/callback`: one stable port, since most issuers compare it exactly.
    Loopback(u16),
    /// The same listener by its name: RFC 8252 §8.3 advises against it, and some issuers take no other (Cognito).
    Localhost(u16),
}

impl Redirect {
    pub fn uri(self) -> String {
        match self {
            Self::DeepLink => DEEP_LINK.to_owned(),
            Self::Loopback(port) => format!("http://127.0.0.1:{port}{LOOPBACK_PATH}"),
            Self::Localhost(port) => format!("http://localhost:{port}{LOOPBACK_PATH}"),
        }
    }

    pub fn from_uri(uri: &str) -> Option<Self> {
        if uri == DEEP_LINK {
            return Some(Self::DeepLink);
        }
        let at = |host: &str| uri.strip_prefix(host)?.strip_suffix(LOOPBACK_PATH)?.parse().ok();
        at("http://127.0.0.1:").map(Self::Loopback).or_else(|| at("http://localhost:").map(Self::Localhost))
    }

    pub fn is_deep_link(self) -> bool {
        self == Self::DeepLink
    }
}

#[cfg(test)]
mod tests {
    use super::Redirect;

    #[test]
    fn a_redirect_survives_its_uri() {
        for redirect in [Redirect::DeepLink, Redirect::Loopback(4283), Redirect::Localhost(4283)] {
            assert_eq!(Redirect::from_uri(&redirect.uri()), Some(redirect));
        }
        for other in ["http://127.0.0.1:x/callback", "http://localhost/callback", "http://localhost.evil:1/callback"] {
            assert_eq!(Redirect::from_uri(other), None, "{other}");
        }
    }
}
