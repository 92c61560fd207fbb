//! Concessions: what a person reads before allowing a departure: what the server does, and what could go wrong. Plain words; the
//! risk is not made smaller than it is.

use oauth::concession::Concession;
use oauth::discovery::DiscoveryError;
use oauth::metadata::MetadataError;
use oauth::uri::Issuer;
use oauth::vendor::{Maker, Vendor};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The words of a departure.
pub trait ConcessionText {
    /// A few words, as a heading.
    fn title(self) -> &'static str;
    /// What the server does, and what the specification asks for.
    fn explanation(self) -> &'static str;
    /// What could go wrong.
    fn risk(self) -> &'static str;
    /// Why it is known to be harmless, or less harmful, with this issuer's maker.
    fn pattern(self, issuer: &Issuer) -> Option<&'static str>;
    /// The same, where the maker is known in another way.
    fn pattern_of(self, vendor: &Vendor) -> Option<&'static str>;
}

/// A departure that stands in the way, explained for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConcessionOffer {
    /// `pkce-unadvertised`
    pub name: String,
    /// A few words, as a heading.
    pub title: String,
    /// What the server does, and what the specification asks for.
    pub explanation: String,
    /// What could go wrong.
    pub risk: String,
    /// Why it is known to be harmless, or less harmful, with this server's maker.
    pub pattern: Option<String>,
}

impl ConcessionOffer {
    /// The departure with its words.
    pub fn of(concession: Concession, pattern: Option<&str>) -> Self {
        Self {
            name: concession.name().to_owned(),
            title: concession.title().to_owned(),
            explanation: concession.explanation().to_owned(),
            risk: concession.risk().to_owned(),
            pattern: pattern.map(str::to_owned),
        }
    }
}

/// Why the departure that ends a discovery is known, if the issuer's maker is known for it.
pub fn known_pattern(error: &DiscoveryError) -> Option<&'static str> {
    let DiscoveryError::AuthorizationServerMetadata { url, source } = error else {
        return None;
    };
    // By whoever speaks, also from behind a proxy that was allowed.
    let named = match source {
        MetadataError::IssuerMismatch { found, .. } => found,
        MetadataError::PkceUnadvertised { issuer } => issuer,
        _ => url,
    };
    let concession = source.concession()?;
    [named, url]
        .into_iter()
        .find_map(|issuer| concession.pattern(&Issuer::parse(issuer).ok()?))
}

impl ConcessionText for Concession {
    fn title(self) -> &'static str {
        match self {
            Self::PkceUnadvertised => "Does not say that it protects the code (PKCE)",
            Self::IssuerMismatch => "Its metadata speaks for another issuer",
            Self::MetadataUrlAsIssuer => "Names a metadata address in place of an issuer",
            Self::ResourceMismatch => "Its metadata speaks for another resource",
            Self::NoResourceParameter => "Does not take the name of the server in a login",
            Self::PrivateNetwork => "Is inside a private network",
            Self::LegacyEndpoints => "Logs in by the first revision of the specification",
            Self::ForeignLoginPage => "You would log in at somebody else's page",
            Self::ResourceMissing => "Its metadata does not say which server it is of",
            Self::SharedCallback => "Takes no place of its own for the browser's answer",
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Self::PkceUnadvertised => {
                "PKCE keeps a stolen login code from being used by someone else. A client has to refuse an authorization server that does not list S256 in its metadata. This one lists nothing. Gatelodge would send S256 all the same; whether the server checks it cannot be seen from here."
            }
            Self::IssuerMismatch => {
                "An authorization server's metadata has to name the very issuer that it was asked for. This document names another one, as proxies do that copy the metadata of the server behind them. If you allow it, this pair of addresses is kept, and no other."
            }
            Self::MetadataUrlAsIssuer => {
                "The server should name the issuer of its authorization server. It names the address of a metadata document instead. If you allow it, that document is fetched as it is; everything in it is checked as usual."
            }
            Self::ResourceMismatch => {
                "The server's metadata has to name the server that you added. It names another one, and tokens would be made for that one."
            }
            Self::NoResourceParameter => {
                "Each login should name the server that the token is for, so that it is good nowhere else. This authorization server refuses a login that does. If you allow it, the name is left out."
            }
            Self::PrivateNetwork => {
                "The server, or an address that it names, is in a private network. A server on the internet has no business to send programs there; one inside your company may. This machine itself stays closed to it."
            }
            Self::LegacyEndpoints => {
                "The server asks for a login and does not say where, as servers of March 2025 did: they were their own authorization server. Gatelodge would log in at the server's own address."
            }
            Self::ForeignLoginPage => {
                "The page where you log in is on another host than the authorization server that asks for it, and that server does not promise to say in each answer who it is (RFC 9207). Companies with several domains do so; so does somebody who borrows another's login page."
            }
            Self::ResourceMissing => {
                "The server's metadata has to name the server that it is of, so that nobody's metadata passes for another's (RFC 9728 §3.3). This document names none. If you allow it, tokens are asked for the address that you added."
            }
            Self::SharedCallback => {
                "An authorization server that does not say in its answers who it is gets an address of its own for them, so that the answer of one is never taken for the answer of another. This one registers no such address. If you allow it, its answers come in at the plain /callback, the one address that several may share."
            }
        }
    }

    fn risk(self) -> &'static str {
        match self {
            Self::PkceUnadvertised => {
                "If the server does not check PKCE, a program on this machine that catches the answer of the browser could use it."
            }
            Self::IssuerMismatch => {
                "Whoever controls the address that was asked decides where you log in and where your tokens go. Allow it only if you know who that is."
            }
            Self::MetadataUrlAsIssuer => {
                "Small by itself: the address is the server's own choice, and is shown to you."
            }
            Self::ResourceMismatch => {
                "The server could be passing your token on to the other one, or be pretending to be it."
            }
            Self::NoResourceParameter => {
                "The token may be good at other servers of the same organization as well. Each of them could use it at the others."
            }
            Self::PrivateNetwork => {
                "A hostile server could make this program send requests to devices in your network. They carry no secrets, but they are sent from inside; and it can send your browser to them."
            }
            Self::LegacyEndpoints => "Look at the address: your login and the tokens go to it.",
            Self::ForeignLoginPage => {
                "The code of your login, and what proves that it is yours, go to the authorization server that named the page. If the page is not its own, it gets into your account there. Allow it only if both hosts belong to those whom you trust with that account."
            }
            Self::ResourceMissing => {
                "The document may have been written for another server, whose authorization server would then be asked. Look at the issuer before you log in."
            }
            Self::SharedCallback => {
                "Another server for which you allowed this as well could send your browser to log in here, and be given this one's login code in its place. Servers for which you did not allow it cannot. Allow it only where you trust both."
            }
        }
    }

    fn pattern(self, issuer: &Issuer) -> Option<&'static str> {
        self.pattern_of(Vendor::of(issuer)?)
    }

    fn pattern_of(self, vendor: &Vendor) -> Option<&'static str> {
        match (self, vendor.maker) {
            (Self::PkceUnadvertised, Maker::Cognito) => Some(
                "This is Amazon Cognito. It checks PKCE with S256 whenever a login sends it, and never lists it.",
            ),
            (Self::PkceUnadvertised, Maker::Entra) => Some(
                "This is Microsoft Entra ID. It checks PKCE with S256 for every client of this kind, and does not list it.",
            ),
            (Self::PkceUnadvertised, Maker::GitHub) => Some(
                "This is GitHub. It checks PKCE with S256 whenever a login sends it, and does not list it.",
            ),
            (Self::NoResourceParameter, Maker::Entra) => Some(
                "This is Microsoft Entra ID. It refuses the parameter unless the application was registered under this very address; the scopes say which application the token is for.",
            ),
            (Self::NoResourceParameter, Maker::Cognito) => Some(
                "This is Amazon Cognito. Only some of its plans know the parameter; use a client id of its own for each server.",
            ),
            (Self::IssuerMismatch, Maker::Cognito) => Some(
                "The document speaks for Amazon Cognito, which cannot register programs: a proxy in front of it does that. The pattern is common; the proxy sees the login's code and tokens.",
            ),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_departure_is_explained_in_whole_sentences() {
        for concession in Concession::ALL {
            assert!(
                !concession.title().ends_with('.') && concession.title().len() < 60,
                "{}",
                concession.name()
            );
            for text in [concession.explanation(), concession.risk()] {
                assert!(
                    text.ends_with('.') && text.len() > 40,
                    "{}",
                    concession.name()
                );
            }
        }
    }

    #[test]
    fn q14_the_known_makers_are_named_and_others_are_not() {
        let why =
            |issuer: &str| Concession::PkceUnadvertised.pattern(&Issuer::stored(issuer.into()));
        assert!(
            why("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab")
                .is_some_and(|text| text.contains("Cognito"))
        );
        assert!(why("https://login.microsoftonline.com/tenant/v2.0").is_some());
        assert!(why("https://github.com/login/oauth").is_some());
        assert_eq!(why("https://cognito-idp.evil.example/x"), None);
    }

    #[test]
    fn q13_a_vendor_behind_a_proxy_is_known_by_its_document() {
        let error = DiscoveryError::AuthorizationServerMetadata {
            url: "https://as.example".into(),
            source: MetadataError::IssuerMismatch {
                asked: "https://as.example".into(),
                found: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab".into(),
            },
        };
        assert!(known_pattern(&error).is_some_and(|known| known.contains("Amazon Cognito")));
    }
}
