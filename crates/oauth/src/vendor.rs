//! What single vendors need beside the specification, known by their issuer.
//!
//! Only parameters that the vendor's own documentation asks for; nothing here makes a check weaker.

use crate::uri::{Issuer, secure_url};
use url::Url;

/// Whose authorization server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// Amazon Cognito.
    Cognito,
    /// Microsoft Entra ID.
    Entra,
    /// Google.
    Google,
    /// GitHub.
    GitHub,
}

/// What one vendor needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    /// Which one it is.
    pub maker: Maker,
    /// `prompt` of the authorization request, without which there is no refresh token.
    pub prompt: Option<&'static str>,
    /// More parameters of the authorization request.
    pub extra: &'static [(&'static str, &'static str)],
    /// A refresh without `scope` gives other scopes than were granted (Q40).
    pub repeats_scope: bool,
    /// A request without `scope` gives a code that is of no use (Q44): what to ask for where nothing is known.
    pub least_scope: Option<&'static str>,
    /// A resource that it does not know shows as `invalid_grant` at the token endpoint (docs/protocol.md#cognito).
    pub hides_unknown_resources: bool,
}

/// A vendor that needs nothing.
const fn of(maker: Maker) -> Vendor {
    Vendor {
        maker,
        prompt: None,
        extra: &[],
        repeats_scope: false,
        least_scope: None,
        hides_unknown_resources: false,
    }
}

const COGNITO: Vendor = Vendor {
    least_scope: Some("openid"),
    hides_unknown_resources: true,
    ..of(Maker::Cognito)
};
const ENTRA: Vendor = Vendor {
    repeats_scope: true,
    ..of(Maker::Entra)
};
const GOOGLE: Vendor = Vendor {
    prompt: Some("consent"),
    extra: &[("access_type", "offline")],
    ..of(Maker::Google)
};
const GITHUB: Vendor = of(Maker::GitHub);

impl Vendor {
    /// The maker of an authorization server: by the issuer that speaks, which a document may name from behind a proxy, conceded
    /// or not; else by where the endpoints are.
    pub fn speaking(issuers: &[&Issuer], endpoints: &[&str]) -> Option<&'static Self> {
        let by_issuer = issuers.iter().find_map(|issuer| Self::of(issuer));
        by_issuer.or_else(|| {
            endpoints
                .iter()
                .find_map(|endpoint| Self::of_endpoint(endpoint))
        })
    }

    /// By the endpoint's whole host, under a domain that is the vendor's own.
    fn of_endpoint(endpoint: &str) -> Option<&'static Self> {
        let url = secure_url(endpoint).ok()?;
        if url.scheme() != "https" || url.port().is_some() {
            return None;
        }
        match url.host_str()? {
            "accounts.google.com" | "oauth2.googleapis.com" => Some(&GOOGLE),
            "login.microsoftonline.com" => Some(&ENTRA),
            "github.com" => Some(&GITHUB),
            host if host.ends_with(".amazoncognito.com") => Some(&COGNITO),
            _ => None,
        }
    }

    /// By the issuer's whole origin: a look-alike host is no vendor.
    pub fn of(issuer: &Issuer) -> Option<&'static Self> {
        let url = issuer.url().ok()?;
        if url.scheme() != "https" || url.port().is_some() {
            return None;
        }
        match url.host_str()? {
            "accounts.google.com" => Some(&GOOGLE),
            "login.microsoftonline.com" => Some(&ENTRA),
            "github.com" => Some(&GITHUB),
            host if host.starts_with("cognito-idp.") && host.ends_with(".amazonaws.com") => {
                Some(&COGNITO)
            }
            _ => None,
        }
    }

    /// Login pages that are known to be the issuer's own though its host does not show it: each pair is what the maker
    /// publishes of itself.
    pub fn logs_in_at(issuer: &Url, host: &str) -> bool {
        if issuer.scheme() != "https" || issuer.port().is_some() {
            return false;
        }
        let Some(issuer) = issuer.host_str() else {
            return false;
        };
        // A user pool's pages are under one domain of its region.
        let region = issuer
            .strip_prefix("cognito-idp.")
            .and_then(|rest| rest.strip_suffix(".amazonaws.com"));
        if let Some(region) = region {
            let pool = host.strip_suffix(&format!(".auth.{region}.amazoncognito.com"));
            return pool.is_some_and(|pool| !pool.is_empty() && !pool.contains('.'));
        }
        LOGIN_PAGES.contains(&(issuer, host))
    }
}

/// Issuer and login page, by the code flow or by a device code, as seen in the makers' documents and answers: Google's and
/// Microsoft's pages for a device code, Atlassian's and Figma's metadata.
const LOGIN_PAGES: &[(&str, &str)] = &[
    ("accounts.google.com", "www.google.com"),
    ("login.microsoftonline.com", "microsoft.com"),
    ("login.microsoftonline.com", "www.microsoft.com"),
    ("login.microsoftonline.com", "login.microsoft.com"),
    ("cf.mcp.atlassian.com", "mcp.atlassian.com"),
    ("api.figma.com", "www.figma.com"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_alike_is_no_vendor() {
        let vendor =
            |issuer: &str| Vendor::of(&Issuer::stored(issuer.into())).map(|vendor| vendor.maker);
        assert_eq!(
            vendor("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab"),
            Some(Maker::Cognito)
        );
        assert_eq!(
            vendor("https://login.microsoftonline.com/t/v2.0"),
            Some(Maker::Entra)
        );
        for other in [
            "https://cognito-idp.evil.example/x",
            "https://login.microsoftonline.com.evil.example/t",
            "http://accounts.google.com",
            "https://accounts.google.com:8443",
        ] {
            assert_eq!(vendor(other), None, "{other}");
        }
    }

    #[test]
    fn attack_08_the_known_login_pages_are_whole_hosts_of_whole_origins() {
        let known = |issuer: &str, host: &str| {
            Vendor::logs_in_at(&Url::parse(issuer).expect("a URL"), host)
        };
        let pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab";
        assert!(known(pool, "shop.auth.eu-west-1.amazoncognito.com"));
        assert!(known("https://accounts.google.com", "www.google.com"));
        for (issuer, host) in [
            (pool, "shop.auth.us-east-1.amazoncognito.com"),
            (pool, "auth.eu-west-1.amazoncognito.com"),
            (pool, "a.b.auth.eu-west-1.amazoncognito.com"),
            (pool, "evil.example"),
            (
                "http://cognito-idp.eu-west-1.amazonaws.com/x",
                "shop.auth.eu-west-1.amazoncognito.com",
            ),
            (
                "https://cognito-idp.evil.example/x",
                "shop.auth.evil.example.amazoncognito.com",
            ),
            ("https://accounts.google.com.evil.example", "www.google.com"),
            ("https://accounts.google.com:8443", "www.google.com"),
            ("https://evil.example", "accounts.google.com"),
        ] {
            assert!(!known(issuer, host), "{issuer} {host}");
        }
    }

    /// A proxy in front of a vendor is known by what stands behind it, and by nothing that anybody else could own.
    #[test]
    fn q13_whoever_speaks_is_known_behind_a_proxy() {
        let issuer = |text: &str| Issuer::stored(text.into());
        let (proxy, pool) = (
            issuer("https://proxy.example"),
            issuer("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab"),
        );
        let known = |issuers: &[&Issuer], endpoint: &str| {
            Vendor::speaking(issuers, &[endpoint]).map(|vendor| vendor.maker)
        };
        assert_eq!(
            known(&[&pool, &proxy], "https://proxy.example/token"),
            Some(Maker::Cognito)
        );
        let pool_host = "https://p.auth.eu-west-1.amazoncognito.com/oauth2/token";
        assert_eq!(known(&[&proxy], pool_host), Some(Maker::Cognito));
        assert_eq!(known(&[&proxy], "https://proxy.example/token"), None);
        for other in [
            "https://amazoncognito.com.evil.example/token",
            "https://evilamazoncognito.com/token",
            "http://p.auth.eu-west-1.amazoncognito.com/token",
            "https://p.auth.eu-west-1.amazoncognito.com:8443/token",
        ] {
            assert_eq!(known(&[&proxy], other), None, "{other}");
        }
    }
}
