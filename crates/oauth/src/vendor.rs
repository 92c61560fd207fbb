//! What single vendors need beside the specification, known by their issuer (PROTOCOL.md 8).
//!
//! Only parameters that the vendor's own documentation asks for; nothing here makes a check weaker.

use crate::uri::Issuer;

/// What one vendor needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    pub name: &'static str,
    /// `prompt` of the authorization request, without which there is no refresh token.
    pub prompt: Option<&'static str>,
    /// More parameters of the authorization request.
    pub extra: &'static [(&'static str, &'static str)],
    /// A refresh without `scope` gives other scopes than were granted (Q40).
    pub repeats_scope: bool,
    /// A request without `scope` gives a code that is of no use (Q44): what to ask for where nothing is known.
    pub least_scope: Option<&'static str>,
    /// A resource that it does not know shows as `invalid_grant` at the token endpoint (PROTOCOL.md 8.1).
    pub hides_unknown_resources: bool,
}

const NOTHING: Vendor =
    Vendor { name: "", prompt: None, extra: &[], repeats_scope: false, least_scope: None, hides_unknown_resources: false };

const COGNITO: Vendor = Vendor { name: "Amazon Cognito", least_scope: Some("openid"), hides_unknown_resources: true, ..NOTHING };
const ENTRA: Vendor = Vendor { name: "Microsoft Entra ID", repeats_scope: true, ..NOTHING };
const GOOGLE: Vendor = Vendor { name: "Google", prompt: Some("consent"), extra: &[("access_type", "offline")], ..NOTHING };
const GITHUB: Vendor = Vendor { name: "GitHub", ..NOTHING };

impl Vendor {
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
            host if host.starts_with("cognito-idp.") && host.ends_with(".amazonaws.com") => Some(&COGNITO),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_alike_is_no_vendor() {
        let vendor = |issuer: &str| Vendor::of(&Issuer::stored(issuer.into())).map(|vendor| vendor.name);
        assert_eq!(vendor("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab"), Some("Amazon Cognito"));
        assert_eq!(vendor("https://login.microsoftonline.com/t/v2.0"), Some("Microsoft Entra ID"));
        for other in [
            "https://cognito-idp.evil.example/x",
            "https://login.microsoftonline.com.evil.example/t",
            "http://accounts.google.com",
            "https://accounts.google.com:8443",
        ] {
            assert_eq!(vendor(other), None, "{other}");
        }
    }
}
