//! Which redirect URIs may be registered, and which match at the authorization endpoint (RFC 8252 sections 7 and 8.4, RFC 9700 section 2.1).

use url::{Host, Url};

use crate::switches::Switches;

/// What kind of client registered (OpenID Connect Dynamic Client Registration 1.0, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApplicationType {
    Native,
    Web,
}

/// Refuses a redirect URI that this client may not register, and says why.
pub(crate) fn acceptable(
    uri: &str,
    kind: ApplicationType,
    switches: &Switches,
) -> Result<(), String> {
    let url = Url::parse(uri).map_err(|_| format!("{uri} is not an absolute URI"))?;
    if !uri.is_ascii() || uri.contains('#') || uri.chars().any(|c| c.is_ascii_control() || c == ' ')
    {
        return Err(format!(
            "{uri} has a fragment or characters that a redirect URI may not have"
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{uri} has a user name or a password in it"));
    }
    match url.scheme() {
        "http" if !is_loopback(&url) => Err(format!("{uri} is http, and not on this machine")),
        "http" if switches.loopback_by_name_only && url.domain() != Some("localhost") => {
            Err(format!("{uri} is http, and not to localhost by name"))
        }
        "http" if kind == ApplicationType::Web => {
            Err(format!("{uri} is http, and application_type is web"))
        }
        "http" | "https" => Ok(()),
        _ if kind == ApplicationType::Web => Err(format!(
            "{uri} has a private-use scheme, and application_type is web"
        )),
        _ if switches.registration_refuses_private_use => {
            Err(format!("{uri} has a private-use scheme"))
        }
        // RFC 8252 section 7.1: a scheme must be a domain name in reverse, so it has at least one dot.
        scheme if !scheme.contains('.') => Err(format!(
            "the scheme {scheme} is not a domain name in reverse"
        )),
        _ => Ok(()),
    }
}

/// Whether the redirect URI of a request is one that was registered: the same string, but for the port of a native
/// client's loopback literal (RFC 8252 section 7.3).
pub(crate) fn matches(
    registered: &str,
    asked: &str,
    kind: ApplicationType,
    exact_port: bool,
) -> bool {
    if registered == asked {
        return true;
    }
    if exact_port || kind != ApplicationType::Native {
        return false;
    }
    match (
        without_loopback_port(registered),
        without_loopback_port(asked),
    ) {
        (Some(registered), Some(asked)) => registered == asked,
        _ => false,
    }
}

pub(crate) fn is_private_use(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| !matches!(url.scheme(), "http" | "https"))
}

/// The redirect URI with the answer's parameters added.
pub(crate) fn with_answer(uri: &str, answer: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(answer)
        .finish();
    let joint = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{joint}{query}")
}

/// The place that a form may lead to, as a CSP source: browsers apply `form-action` to the redirect after a form too.
pub(crate) fn csp_source(uri: &str) -> String {
    match Url::parse(uri) {
        // CSP has no syntax for IPv6 hosts, so those get the scheme alone.
        Ok(url)
            if matches!(url.host(), Some(Host::Ipv4(_) | Host::Domain(_)))
                && url.scheme().starts_with("http") =>
        {
            url.origin().ascii_serialization()
        }
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => String::new(),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Only for IP literals: `localhost` may be another machine's name for a while, so its port stays exact.
fn without_loopback_port(uri: &str) -> Option<String> {
    let mut url = Url::parse(uri).ok()?;
    let literal = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    if url.scheme() != "http" || !literal || !is_loopback(&url) || uri.contains('#') {
        return None;
    }
    url.set_port(None).ok()?;
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationType::{Native, Web};

    #[test]
    fn a_native_client_may_use_any_port_of_a_loopback_literal_and_nothing_else() {
        let registered = "http://127.0.0.1:4283/callback";
        for (asked, expected) in [
            ("http://127.0.0.1:4283/callback", true),
            ("http://127.0.0.1:5000/callback", true),
            ("http://127.0.0.1/callback", true),
            ("http://127.0.0.1:5000/callback/", false),
            ("http://127.0.0.1:5000/callback?x=1", false),
            ("http://127.0.0.1:5000/callback#x", false),
            ("http://localhost:4283/callback", false),
            ("https://127.0.0.1:5000/callback", false),
            ("http://127.0.0.1:5000@evil.example/callback", false),
            ("http://a@127.0.0.1:5000/callback", false),
        ] {
            assert_eq!(
                matches(registered, asked, Native, false),
                expected,
                "{asked}"
            );
        }
        assert!(!matches(
            registered,
            "http://127.0.0.1:5000/callback",
            Native,
            true
        ));
        assert!(!matches(
            registered,
            "http://127.0.0.1:5000/callback",
            Web,
            false
        ));
        assert!(!matches(
            "http://localhost:1/cb",
            "http://localhost:2/cb",
            Native,
            false
        ));
    }

    #[test]
    fn only_native_clients_register_private_use_schemes_and_only_reverse_dns_ones() {
        let plain = Switches::default();
        let strict = Switches::default().refusing_private_use_at_registration();
        assert!(acceptable("app.gatelodge.desktop:/oauth/callback", Native, &plain).is_ok());
        assert!(acceptable("app.gatelodge.desktop:/oauth/callback", Web, &plain).is_err());
        assert!(acceptable("app.gatelodge.desktop:/oauth/callback", Native, &strict).is_err());
        assert!(acceptable("gatelodge://callback", Native, &plain).is_err());
        assert!(acceptable("javascript:alert(1)", Native, &plain).is_err());
        assert!(acceptable("http://example.com/cb", Native, &plain).is_err());
        assert!(acceptable("http://127.0.0.1/cb", Web, &plain).is_err());
        assert!(acceptable("https://example.com/cb#x", Web, &plain).is_err());
        assert!(acceptable("/relative", Native, &plain).is_err());
    }

    #[test]
    fn an_answer_is_added_to_what_the_redirect_already_has() {
        assert_eq!(
            with_answer("a.b:/c", &[("state", "x y")]),
            "a.b:/c?state=x+y"
        );
        assert_eq!(
            with_answer("http://127.0.0.1/c?k=v", &[("code", "&")]),
            "http://127.0.0.1/c?k=v&code=%26"
        );
    }

    #[test]
    fn a_form_may_lead_to_the_redirect_only() {
        assert_eq!(
            csp_source("http://127.0.0.1:4283/callback"),
            "http://127.0.0.1:4283"
        );
        assert_eq!(csp_source("http://[::1]:4283/callback"), "http:");
        assert_eq!(
            csp_source("app.gatelodge.desktop:/oauth/callback"),
            "app.gatelodge.desktop:"
        );
    }
}
