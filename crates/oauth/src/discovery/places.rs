//! Where documents are looked for: the places of the specifications, in their order, and what a challenge may name.

use crate::trace::{Sink, Step, StepKind, StepResult, Verdict};
use crate::uri::{Issuer, UrlError, excerpt, same_origin, secure_url};
use url::Url;

/// The `resource_metadata` of a challenge: relative on the same origin, or a URL by our rules (Q04, Q05).
pub(super) fn named_place(url: &Url, text: &str, trace: Sink<'_>) -> Option<Url> {
    let warn = |result| {
        trace(Step::new(
            StepKind::NamedPlace,
            Verdict::Warning,
            result,
            "RFC 9728 §5.1",
        ));
    };
    let joined = match url.join(text) {
        Ok(joined) if text.len() <= crate::uri::MAX_URL => joined,
        _ => {
            warn(StepResult::NamesNoUrl {
                text: excerpt(text),
            });
            return None;
        }
    };
    // A server behind a TLS proxy often writes http for itself: the same place by https.
    let mut place = joined;
    if place.scheme() == "http" && url.scheme() == "https" && place.host() == url.host() {
        warn(StepResult::NamesHttp {
            address: excerpt(text),
        });
        place.set_scheme("https").ok()?;
        place.set_port(url.port()).ok()?;
    }
    match secure_url(place.as_str()) {
        Ok(checked)
            if same_origin(&checked, url)
                || checked.scheme() == "https"
                || crate::uri::is_loopback(url) =>
        {
            Some(checked)
        }
        Ok(_) => {
            warn(StepResult::NamesForeignHttp {
                address: excerpt(text),
            });
            None
        }
        Err(error) => {
            warn(StepResult::NamesUnusable { why: error });
            None
        }
    }
}

/// RFC 9728 §3.1: the path inserted, then the root (once only where the path is empty, D-07).
pub(super) fn resource_metadata_places(url: &Url) -> Vec<Url> {
    let path = url.path().trim_end_matches('/');
    let mut places = vec![well_known(url, "oauth-protected-resource", path)];
    if !path.is_empty() {
        places.push(well_known(url, "oauth-protected-resource", ""));
    }
    places
}

/// Behind the issuer's path, where no specification puts it and some have it: asked last. What is there is held to the
/// same issuer as at the other places, and who writes below that path is the issuer.
pub(super) const APPENDED: &str = "RFC 8414 §3.1, OpenID Connect Discovery §4.1";

/// RFC 8414 §3.1 and OpenID Connect Discovery §4.1: never the root documents of an issuer with a path (M-04, M-05).
pub(super) fn authorization_server_places(
    issuer: &Issuer,
) -> Result<Vec<(Url, &'static str)>, UrlError> {
    let url = issuer.url()?;
    let path = url.path().trim_end_matches('/');
    let mut places = vec![
        (
            well_known(&url, "oauth-authorization-server", path),
            "RFC 8414 §3.1",
        ),
        (
            well_known(&url, "openid-configuration", path),
            "RFC 8414 §5",
        ),
    ];
    if !path.is_empty() {
        let appended = |suffix: &str| {
            let mut place = url.clone();
            place.set_path(&format!("{path}/.well-known/{suffix}"));
            place.set_query(None);
            place
        };
        places.push((
            appended("openid-configuration"),
            "OpenID Connect Discovery §4.1",
        ));
        places.push((appended("oauth-authorization-server"), APPENDED));
    }
    Ok(places)
}

/// The address of a document where an issuer should be, as the field's first example has it (lab-04).
pub(super) fn metadata_url(issuer: &Issuer) -> Result<Option<Url>, UrlError> {
    let url = issuer.url()?;
    let names_a_document = ["oauth-authorization-server", "openid-configuration"]
        .iter()
        .any(|suffix| url.path().contains(&format!("/.well-known/{suffix}")));
    Ok(names_a_document.then_some(url))
}

pub(super) fn well_known(url: &Url, suffix: &str, path: &str) -> Url {
    let mut place = url.clone();
    place.set_path(&format!("/.well-known/{suffix}{path}"));
    place.set_query(None);
    place.set_fragment(None);
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(url: &str) -> Vec<String> {
        resource_metadata_places(&Url::parse(url).expect("a URL"))
            .into_iter()
            .map(String::from)
            .collect()
    }

    #[test]
    fn d06_where_resource_metadata_is_looked_for() {
        assert_eq!(
            places("https://h/a/b?q"),
            [
                "https://h/.well-known/oauth-protected-resource/a/b",
                "https://h/.well-known/oauth-protected-resource",
            ]
        );
        assert_eq!(
            places("https://h/"),
            ["https://h/.well-known/oauth-protected-resource"],
            "D-07"
        );
        assert_eq!(
            places("https://h:8443"),
            ["https://h:8443/.well-known/oauth-protected-resource"]
        );
    }

    #[test]
    fn m04_where_issuer_metadata_is_looked_for() {
        let places = |issuer: &str| -> Vec<String> {
            let issuer = Issuer::parse(issuer).expect("an issuer");
            authorization_server_places(&issuer)
                .expect("places")
                .into_iter()
                .map(|(url, _)| url.into())
                .collect()
        };
        assert_eq!(
            places("https://as/t"),
            [
                "https://as/.well-known/oauth-authorization-server/t",
                "https://as/.well-known/openid-configuration/t",
                "https://as/t/.well-known/openid-configuration",
                "https://as/t/.well-known/oauth-authorization-server",
            ]
        );
        assert_eq!(
            places("https://as"),
            [
                "https://as/.well-known/oauth-authorization-server",
                "https://as/.well-known/openid-configuration",
            ]
        );
        assert_eq!(places("https://as/"), places("https://as"));
    }

    #[test]
    fn q05_what_a_challenge_may_name() {
        let url = Url::parse("https://h.example/mcp").expect("a URL");
        let place = |text: &str| named_place(&url, text, &|_| {}).map(String::from);
        assert_eq!(place("/meta").as_deref(), Some("https://h.example/meta"));
        assert_eq!(
            place("http://h.example/meta").as_deref(),
            Some("https://h.example/meta")
        );
        assert_eq!(
            place("https://other.example/meta").as_deref(),
            Some("https://other.example/meta")
        );
        for hostile in [
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "javascript:1",
            "http://other.example/",
            "http://127.0.0.1:1/x",
        ] {
            assert_eq!(place(hostile), None, "{hostile}");
        }
    }
}
