//! Where the browser brings the answer (RFC 8252 §7).

use crate::uri::Issuer;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The private-use scheme: reverse DNS of a name of ours, one slash, no authority (RFC 8252 §7.1).
pub const DEEP_LINK: &str = "app.gatelodge.desktop:/oauth/callback";
/// The scheme alone, as systems register it.
pub const SCHEME: &str = "app.gatelodge.desktop";
/// Path of the loopback redirects; the port is the endpoint's.
pub const LOOPBACK_PATH: &str = "/callback";

/// A redirect of ours, and whose answer may come by it.
///
/// An issuer that does not say in its answer who it is (RFC 9207) gets a redirect of its own: an answer that another
/// issuer was made to give arrives somewhere else, and its code goes nowhere (RFC 8252 §8.10, B-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Redirect {
    /// How the answer comes.
    #[serde(rename = "way")]
    pub kind: RedirectKind,
    /// The issuer that it belongs to; None: any that says who it is, or that a person registered it with.
    /// 128 bits: nobody finds an issuer's name of their own with the hash of another's.
    pub tag: Option<u128>,
}

/// How the browser brings the answer (RFC 8252 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "port")]
pub enum RedirectKind {
    /// By a URL of our private-use scheme (§7.1).
    DeepLink,
    /// `http://127.0.0.1:PORT/callback`: one stable port, since most issuers compare it exactly.
    Loopback(u16),
    /// The same listener by its name: RFC 8252 §8.3 advises against it, and some issuers take no other (Cognito).
    Localhost(u16),
}

impl Redirect {
    /// The deep link that all issuers share.
    pub const DEEP_LINK: Self = Self {
        kind: RedirectKind::DeepLink,
        tag: None,
    };

    /// The loopback redirect by its address (§7.3).
    pub fn loopback(port: u16) -> Self {
        Self {
            kind: RedirectKind::Loopback(port),
            tag: None,
        }
    }

    /// The loopback redirect by its name.
    pub fn localhost(port: u16) -> Self {
        Self {
            kind: RedirectKind::Localhost(port),
            tag: None,
        }
    }

    /// The same, for this issuer alone.
    #[must_use]
    pub fn of(self, issuer: &Issuer) -> Self {
        let digest = <[u8; 32]>::from(Sha256::digest(issuer.as_str()));
        let tag = digest[..16]
            .iter()
            .fold(0, |tag, byte| (tag << 8) | u128::from(*byte));
        Self {
            tag: Some(tag),
            ..self
        }
    }

    /// As it is registered and sent.
    ///
    /// ```
    /// use oauth::redirect::Redirect;
    ///
    /// assert_eq!(Redirect::loopback(4283).uri(), "http://127.0.0.1:4283/callback");
    /// assert_eq!(Redirect::from_uri("http://127.0.0.1:4283/callback"), Some(Redirect::loopback(4283)));
    /// ```
    pub fn uri(self) -> String {
        let base = match self.kind {
            RedirectKind::DeepLink => DEEP_LINK.to_owned(),
            RedirectKind::Loopback(port) => format!("http://127.0.0.1:{port}{LOOPBACK_PATH}"),
            RedirectKind::Localhost(port) => format!("http://localhost:{port}{LOOPBACK_PATH}"),
        };
        self.tag
            .map_or_else(|| base.clone(), |tag| format!("{base}/{tag:032x}"))
    }

    /// What a URI of ours means; None for any other.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let (base, tag) = match uri.rsplit_once("/callback/") {
            Some((base, tag)) if is_tag(tag) => (
                format!("{base}/callback"),
                Some(u128::from_str_radix(tag, 16).ok()?),
            ),
            Some(_) => return None,
            None => (uri.to_owned(), None),
        };
        let port = |host: &str| {
            base.strip_prefix(host)?
                .strip_suffix(LOOPBACK_PATH)?
                .parse()
                .ok()
        };
        let kind = if base == DEEP_LINK {
            RedirectKind::DeepLink
        } else {
            port("http://127.0.0.1:")
                .map(RedirectKind::Loopback)
                .or_else(|| port("http://localhost:").map(RedirectKind::Localhost))?
        };
        Some(Self { kind, tag })
    }

    /// Whether the system opens an app with it.
    pub fn is_deep_link(self) -> bool {
        self.kind == RedirectKind::DeepLink
    }

    /// Whether an answer that arrived here is one to a request that named `asked`. The listener has two names and one
    /// port, which may have changed since.
    pub fn is_place_of(self, asked: Self) -> bool {
        self.tag == asked.tag && self.is_deep_link() == asked.is_deep_link()
    }
}

fn is_tag(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::Redirect;
    use crate::uri::Issuer;

    #[test]
    fn a_redirect_survives_its_uri() {
        let issuer = Issuer::stored("https://as.example".into());
        for redirect in [
            Redirect::DEEP_LINK,
            Redirect::loopback(4283),
            Redirect::localhost(4283),
        ] {
            assert_eq!(Redirect::from_uri(&redirect.uri()), Some(redirect));
            let own = redirect.of(&issuer);
            assert_eq!(Redirect::from_uri(&own.uri()), Some(own), "{}", own.uri());
            assert!(!redirect.is_place_of(own) && own.is_place_of(own));
        }
        for other in [
            "http://127.0.0.1:x/callback",
            "http://localhost/callback",
            "http://localhost.evil:1/callback",
            "http://127.0.0.1:1/callback/",
            "http://127.0.0.1:1/callback/xyz",
            "http://127.0.0.1:1/callback/0123456789ABCDEF0123456789ABCDEF",
            "http://127.0.0.1:1/callback/01234567",
            "http://127.0.0.1:1/callback/0123456789abcdef0123456789abcdef/callback/0123456789abcdef0123456789abcdef",
            "http://127.0.0.1:1/other/0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(Redirect::from_uri(other), None, "{other}");
        }
    }

    #[test]
    fn b14_two_issuers_have_two_places() {
        let place = |issuer: &str| Redirect::loopback(1).of(&Issuer::stored(issuer.into()));
        assert_ne!(place("https://a.example"), place("https://b.example"));
        assert!(!place("https://a.example").is_place_of(place("https://b.example")));
    }
}
