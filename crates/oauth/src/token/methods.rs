//! In which order the kinds of client authentication are tried at an endpoint, and what was learned by it.

use super::authentication::ClientAuthentication;
use crate::registration::{AuthMethod, Registration};
use std::sync::{Mutex, PoisonError};

/// The client authentication of one client at one endpoint: what its metadata lists, and what it has taken. One request may
/// teach it; whoever keeps registrations keeps that, too.
#[derive(Debug, Default)]
pub struct AuthenticationMethods {
    listed: Option<Vec<String>>,
    first: Mutex<Option<ClientAuthentication>>,
}

impl AuthenticationMethods {
    /// `listed`: `token_endpoint_auth_methods_supported`, or that of another endpoint. `first`: what was learned before.
    pub fn new(listed: Option<&[String]>, first: Option<ClientAuthentication>) -> Self {
        Self {
            listed: listed
                .filter(|listed| !listed.is_empty())
                .map(<[String]>::to_vec),
            first: Mutex::new(first),
        }
    }

    /// What to begin with the next time, if it is known.
    pub fn learned(&self) -> Option<ClientAuthentication> {
        *self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin_with(&self, way: ClientAuthentication) {
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(way);
    }

    /// The way that was learned; the registered one; then the others that the same secret allows, of those only what the
    /// endpoint lists, where it lists any (RFC 8414 §2): no secret goes by a way that the document excludes.
    pub(crate) fn order(&self, registration: Option<&Registration>) -> Vec<ClientAuthentication> {
        let (registered, others) = by_registration(registration);
        let is_listed = |way: &ClientAuthentication| {
            self.listed
                .as_ref()
                .is_none_or(|listed| listed.iter().any(|method| method == way.name()))
        };
        let mut order: Vec<ClientAuthentication> = registered
            .iter()
            .copied()
            .chain(others.iter().copied().filter(is_listed))
            .collect();
        if let Some(at) = self
            .learned()
            .and_then(|learned| order.iter().position(|way| *way == learned))
        {
            order[..=at].rotate_right(1);
        }
        order
    }
}

/// The registered way in its forms, and the others that the same secret allows.
fn by_registration(
    registration: Option<&Registration>,
) -> (
    &'static [ClientAuthentication],
    &'static [ClientAuthentication],
) {
    use ClientAuthentication::{
        AssertionForEndpoint, AssertionForIssuer, Basic, BasicAndId, Nobody, Post, Public,
    };
    let has_secret = registration.is_some_and(|registration| registration.client_secret.is_some());
    match registration.map(|registration| registration.auth_method) {
        None => (&[Nobody], &[]),
        // Registered with `none` and given a secret: it may be demanded all the same (Q23).
        Some(AuthMethod::None) if has_secret => (&[Public], &[Basic, BasicAndId, Post]),
        Some(AuthMethod::None) => (&[Public], &[]),
        Some(AuthMethod::ClientSecretBasic) => (&[Basic, BasicAndId], &[Post]),
        Some(AuthMethod::ClientSecretPost) => (&[Post], &[Basic, BasicAndId]),
        Some(AuthMethod::PrivateKeyJwt) => (&[AssertionForIssuer, AssertionForEndpoint], &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::RegistrationKind;
    use crate::secret::Secret;
    use crate::time::Timestamp;
    use crate::uri::Issuer;

    fn order(
        auth_method: AuthMethod,
        listed: &[&str],
        first: Option<ClientAuthentication>,
    ) -> Vec<ClientAuthentication> {
        let registration = Registration {
            issuer: Issuer::stored("https://as.example".into()),
            redirects: Vec::new(),
            kind: RegistrationKind::PreRegistered,
            client_id: "c".into(),
            client_secret: Some(Secret::new("s3cret")),
            key_id: None,
            auth_method,
            secret_expires_at: None,
            management: None,
            registered_at: Timestamp(0),
        };
        let listed: Vec<String> = listed.iter().map(|method| (*method).to_owned()).collect();
        AuthenticationMethods::new(Some(&listed), first).order(Some(&registration))
    }

    /// RFC 8414 §2; RFC 6749 §2.3.1. Rules: T-03
    #[test]
    fn t03_what_the_document_excludes_is_never_tried() {
        use AuthMethod::{ClientSecretBasic, ClientSecretPost, None as Public};
        use ClientAuthentication::{Basic, BasicAndId, Post};
        assert_eq!(
            order(ClientSecretPost, &["client_secret_post"], None),
            [Post]
        );
        assert_eq!(
            order(ClientSecretBasic, &["client_secret_basic", "none"], None),
            [Basic, BasicAndId]
        );
        assert_eq!(
            order(
                ClientSecretBasic,
                &["client_secret_basic", "client_secret_post"],
                None
            ),
            [Basic, BasicAndId, Post]
        );
        assert_eq!(
            order(ClientSecretBasic, &[], None),
            [Basic, BasicAndId, Post],
            "where it lists nothing, all"
        );
        assert_eq!(
            order(Public, &["client_secret_post"], None),
            [ClientAuthentication::Public, Post]
        );
        assert_eq!(
            order(ClientSecretPost, &["client_secret_basic"], None),
            [Post, Basic, BasicAndId],
            "a person's own choice"
        );
    }

    #[test]
    fn what_was_learned_comes_first_and_nothing_is_lost() {
        use AuthMethod::{ClientSecretBasic, ClientSecretPost};
        use ClientAuthentication::{Basic, BasicAndId, Post};
        assert_eq!(
            order(ClientSecretBasic, &[], Some(Post)),
            [Post, Basic, BasicAndId]
        );
        assert_eq!(
            order(ClientSecretBasic, &[], Some(BasicAndId)),
            [BasicAndId, Basic, Post]
        );
        assert_eq!(
            order(ClientSecretPost, &["client_secret_post"], Some(Basic)),
            [Post],
            "not by what is excluded now"
        );
        assert_eq!(
            order(AuthMethod::PrivateKeyJwt, &[], Some(Post)),
            [
                ClientAuthentication::AssertionForIssuer,
                ClientAuthentication::AssertionForEndpoint
            ]
        );
    }
}
