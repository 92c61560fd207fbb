//! Registered clients (RFC 6749 section 2, RFC 7591 section 2).

use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::grant_type_names;
use crate::random::{now_seconds, opaque};
use crate::redirect::{self, ApplicationType};
use crate::switches::Switches;

/// How a client authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthMethod {
    None,
    Basic,
    Post,
    /// RFC 7523 section 2.2.
    PrivateKeyJwt,
}

impl AuthMethod {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    pub(crate) fn needs_secret(self) -> bool {
        matches!(self, Self::Basic | Self::Post)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::None, Self::Basic, Self::Post, Self::PrivateKeyJwt]
            .into_iter()
            .find(|method| method.name() == name)
    }
}

/// One client: registered by itself, by hand, or by its metadata document.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) uri: Option<String>,
    pub(crate) software_id: Option<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) grant_types: Vec<String>,
    pub(crate) scope: Option<String>,
    pub(crate) kind: ApplicationType,
    pub(crate) secret: Option<String>,
    /// The public halves of the keys that it signs assertions with, as JWKs.
    pub(crate) keys: Vec<Value>,
    /// The methods it may use; more than one only where the registration left it open.
    pub(crate) methods: Vec<AuthMethod>,
    /// RFC 7592: what it must show to read or delete its registration.
    pub(crate) registration_access_token: Option<String>,
    pub(crate) issued_at: u64,
}

impl Client {
    /// A native client that somebody registered for it; one with a secret may show it by Basic or in the body.
    pub(crate) fn by_hand(name: &str, redirect_uris: Vec<String>, with_secret: bool) -> Self {
        Self {
            id: opaque("client_"),
            name: name.to_owned(),
            uri: None,
            software_id: None,
            redirect_uris,
            grant_types: grant_type_names::ALL.map(str::to_owned).to_vec(),
            scope: None,
            kind: ApplicationType::Native,
            secret: with_secret.then(|| opaque("secret_")),
            keys: Vec::new(),
            methods: if with_secret {
                vec![AuthMethod::Basic, AuthMethod::Post]
            } else {
                vec![AuthMethod::None]
            },
            registration_access_token: None,
            issued_at: now_seconds(),
        }
    }

    pub(crate) fn may_redirect_to(&self, uri: &str, switches: &Switches) -> bool {
        // An administrator may have registered what this server does not take.
        redirect::acceptable(uri, self.kind, switches).is_ok()
            && self
                .redirect_uris
                .iter()
                .any(|known| redirect::matches(known, uri, self.kind, switches.exact_loopback_port))
    }

    /// Whether it has nothing to prove itself with.
    pub(crate) fn is_public(&self) -> bool {
        self.secret.is_none() && self.keys.is_empty()
    }

    pub(crate) fn may_refresh(&self) -> bool {
        self.may_use("refresh_token")
    }

    /// Whether it registered for this grant type.
    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|grant| grant == grant_type)
    }

    /// What consent is remembered for: the software if it says which, so that a client that registers anew is still known.
    /// The value is the client's own claim; a server that guards more than demo notes must not trust it.
    pub(crate) fn consent_key(&self) -> &str {
        self.software_id.as_deref().unwrap_or(&self.id)
    }

    pub(crate) fn knows(&self, secret: &str) -> bool {
        self.secret
            .as_ref()
            .is_some_and(|known| known.as_bytes().ct_eq(secret.as_bytes()).into())
    }
}

/// The keys of a registration or of a metadata document (RFC 7591 section 2). Nothing is fetched, so `jwks_uri` gives none.
pub(crate) fn keys(metadata: &Value) -> Vec<Value> {
    metadata["jwks"]["keys"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}
