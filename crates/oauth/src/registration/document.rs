//! Our client id metadata document (CIMD; docs/protocol.md#client-id): a client id that is a URL, at which somebody
//! hosts what we print here.

use super::client::CLIENT_NAME;
use crate::metadata::AuthorizationServer;
use crate::redirect::{LOOPBACK_PATH, Redirect};
use crate::uri::{UrlError, is_loopback, secure_url};
use serde_json::{Value, json};

/// Why a URL cannot be a client id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentUrlError {
    /// It breaks the rules for every URL.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// It is on this machine.
    #[error("{0} is on this machine; authorization servers have to be able to fetch the document")]
    Local(String),
    /// It has no path.
    #[error("{0} has no path; a client id that is a URL has one, like /oauth/client.json")]
    NoPath(String),
    /// It has a query.
    #[error("{0} has a query, which the document's URL should not have")]
    Query(String),
    /// Its path climbs.
    #[error("{0} has a `.` or `..` in its path")]
    DotSegment(String),
}

/// The rules for a client id that is a URL (R-07, R-08; CIMD §3). `text` is kept byte for byte.
pub fn check_document_url(text: &str) -> Result<(), DocumentUrlError> {
    let url = secure_url(text)?;
    let shown = || text.to_owned();
    if is_loopback(&url) {
        return Err(DocumentUrlError::Local(shown()));
    }
    if url.path() == "/" {
        return Err(DocumentUrlError::NoPath(shown()));
    }
    if url.query().is_some() {
        return Err(DocumentUrlError::Query(shown()));
    }
    // `url` has already resolved them, so the text itself is looked at.
    let dots = ["/./", "/../", "/%2e/", "/%2e%2e/"];
    let lower = text.to_ascii_lowercase();
    if dots.iter().any(|dot| lower.contains(dot)) || lower.ends_with("/.") || lower.ends_with("/..")
    {
        return Err(DocumentUrlError::DotSegment(shown()));
    }
    Ok(())
}

/// The document to host at this URL (R-06 … ). Loopback redirects only: one redirect that an issuer does
/// not take refuses the whole document (Q26). Without a port for those who follow RFC 8252 §7.3, and with ours for
/// those who compare exactly (Q29).
pub fn client_metadata(url: &str, port: u16) -> Value {
    let hosts = ["127.0.0.1", "localhost"];
    let portless = hosts.map(|host| format!("http://{host}{LOOPBACK_PATH}"));
    let exact = document_redirects(port).map(Redirect::uri);
    json!({
        "client_id": url,
        "client_name": CLIENT_NAME,
        "application_type": "native",
        "redirect_uris": portless.into_iter().chain(exact).collect::<Vec<_>>(),
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        // Asked for by SEP-3149, which is open: it costs nothing to say it now.
        "token_endpoint_auth_methods_supported": ["none"],
    })
}

/// The redirects of that document that can be used at this port.
pub fn document_redirects(port: u16) -> [Redirect; 2] {
    [Redirect::loopback(port), Redirect::localhost(port)]
}

/// Whether the issuer takes a document, and public clients (R-04; docs/protocol.md#client-id).
pub fn accepts_our_document(server: &AuthorizationServer) -> bool {
    let takes_public = |methods: &Vec<String>| methods.iter().any(|method| method == "none");
    server.accepts_metadata_documents
        && server
            .token_endpoint_auth_methods
            .as_ref()
            .is_none_or(takes_public)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r08_r07_what_a_client_id_url_has_to_be() {
        assert_eq!(
            check_document_url("https://gatelodge.example/oauth/client.json"),
            Ok(())
        );
        assert_eq!(
            check_document_url("https://gatelodge.example:8443/c"),
            Ok(())
        );
        for bad in [
            "http://gatelodge.example/c",
            "https://gatelodge.example",
            "https://gatelodge.example/",
            "https://gatelodge.example/c?x",
            "https://gatelodge.example/c#x",
            "https://u@gatelodge.example/c",
            "https://gatelodge.example/a/../c",
            "https://gatelodge.example/%2E%2e/c",
            "https://127.0.0.1/c",
            "client.json",
        ] {
            assert!(check_document_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn r09_r10_r06_r11_the_document_says_what_the_draft_asks_for() {
        let url = "https://gatelodge.example/oauth/client.json";
        let document = client_metadata(url, 4283);
        assert_eq!(document["client_id"], url, "R-10: byte for byte");
        assert_eq!(document["client_name"], "Gatelodge");
        let redirects: Vec<_> = document["redirect_uris"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(redirects.len(), 4);
        assert!(
            redirects.contains(&"http://127.0.0.1:4283/callback")
                && redirects.contains(&"http://localhost/callback")
        );
        assert!(
            document["grant_types"]
                .as_array()
                .expect("a list")
                .contains(&"refresh_token".into()),
            "R-25"
        );
        assert_eq!(
            document["token_endpoint_auth_method"], "none",
            "no key that every copy of the program would share (R-11)"
        );
        for secret in ["client_secret", "client_secret_expires_at", "jwks"] {
            assert!(document.get(secret).is_none(), "{secret}");
        }
        assert!(document.to_string().len() < 5 * 1024, "5 KB at most");
    }

    /// Rules
    #[test]
    fn r04_r05_r03_a_document_is_offered_only_to_an_issuer_that_takes_it() {
        let server = |takes: bool, methods: &[&str]| {
            let origin = url::Url::parse("https://as.example/").expect("a URL");
            let methods = (!methods.is_empty())
                .then(|| methods.iter().map(|method| (*method).to_owned()).collect());
            let server = AuthorizationServer::legacy(&origin).expect("a server");
            AuthorizationServer {
                accepts_metadata_documents: takes,
                token_endpoint_auth_methods: methods,
                ..server
            }
        };
        for (takes, methods, offered) in [
            (true, &[][..], true),
            (true, &["client_secret_basic", "none"], true),
            (true, &["client_secret_basic"], false),
            (true, &["private_key_jwt"], false),
            (false, &[], false),
            (false, &["none"], false),
        ] {
            assert_eq!(
                accepts_our_document(&server(takes, methods)),
                offered,
                "{takes} {methods:?}"
            );
        }
    }
}
