//! The addresses that are served, and no other.

pub(crate) const TOKEN: &str = "/token";
pub(crate) const CALLBACK: &str = oauth::redirect::LOOPBACK_PATH;
/// The redirect of one issuer alone (B-14).
pub(crate) const CALLBACK_OF: &str = "/callback/{issuer}";
/// On the socket only.
pub(crate) const VAULT: &str = "/vault";
/// On the socket only, for whoever could open the vault as well.
pub(crate) const PERSON: &str = "/person/token";
pub(crate) const METADATA: &str = "/.well-known/oauth-authorization-server";

/// The login's redirect: of all issuers, or of one.
pub(crate) fn is_callback(path: &str) -> bool {
    path.strip_prefix(CALLBACK)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
