//! Our client id at one issuer and how we got it: given by its owner, a document of ours ([`document`], CIMD), or
//! dynamic registration ([`dynamic`], RFC 7591 and 7592). The order among them is PROTOCOL.md 2.7.

mod document;
mod dynamic;

use crate::http::HttpError;
use crate::redirect::Redirect;
use crate::said::{self, Said};
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::Issuer;
pub use document::{
    DocumentUrlError, accepts_our_document, check_document_url, client_metadata, document_redirects,
};
pub use dynamic::{Wanted, delete, is_known, register, renew};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The name that people read on consent pages.
pub const CLIENT_NAME: &str = "Gatelodge";

/// A client id that is ours at one issuer, for the redirects that the issuer knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    pub id: String,
    pub issuer: Issuer,
    /// A dynamic one has exactly one: several issuers refuse lists that mix schemes (Q26).
    pub redirects: Vec<Redirect>,
    pub kind: RegistrationKind,
    pub client_id: String,
    /// With [`AuthMethod::PrivateKeyJwt`] the private key, as PEM.
    pub client_secret: Option<Secret>,
    /// The `kid` of that key, where the issuer has several of ours.
    pub key_id: Option<String>,
    pub auth_method: AuthMethod,
    /// None: never, or not said.
    pub secret_expires_at: Option<Timestamp>,
    /// RFC 7592: where the registration can be deleted, and the token for it.
    pub management: Option<Management>,
    pub registered_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Management {
    pub uri: String,
    pub access_token: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationKind {
    PreRegistered,
    MetadataDocument,
    Dynamic,
}

/// How a client proves itself at an endpoint (RFC 6749 §2.3, RFC 7591 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    None,
    ClientSecretBasic,
    ClientSecretPost,
    /// RFC 7523 §2.2: a signed assertion in place of a secret.
    PrivateKeyJwt,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    #[error("{issuer} does not let programs register themselves, and no client id is known for it")]
    NotOffered { issuer: Issuer },
    /// The issuer does not take this redirect: the other one is tried.
    #[error("{host} does not accept the redirect {redirect}{}", said::clause(said.as_ref()))]
    RedirectRefused {
        host: String,
        redirect: String,
        said: Option<Said>,
    },
    #[error("{host} refused the registration with status {status}{}", said::clause(said.as_ref()))]
    Refused {
        host: String,
        status: u16,
        said: Option<Said>,
    },
    /// It registers whom somebody gave a token for it (RFC 7591 §3, initial access token); ours has none.
    #[error("{host} registers programs only by a token that its owner gives out{}", said::clause(said.as_ref()))]
    NeedsToken { host: String, said: Option<Said> },
    #[error("nothing answers at {endpoint}, where programs would be registered (status {status})")]
    Absent { endpoint: String, status: u16 },
    /// Not now; a later try may succeed.
    #[error("{host} registers no program at the moment (status {status}){}{}", wait(*retry_after), said::clause(said.as_ref()))]
    Unavailable {
        host: String,
        status: u16,
        retry_after: Option<u64>,
        said: Option<Said>,
    },
    #[error("{host} answered the registration with something else than RFC 7591 asks for: {why}")]
    Malformed { host: String, why: String },
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl RegistrationError {
    /// The issuer's own words, if it had any.
    pub fn said(&self) -> Option<&Said> {
        match self {
            Self::RedirectRefused { said, .. }
            | Self::Refused { said, .. }
            | Self::NeedsToken { said, .. }
            | Self::Unavailable { said, .. } => said.as_ref(),
            Self::NotOffered { .. }
            | Self::Absent { .. }
            | Self::Malformed { .. }
            | Self::Http(_) => None,
        }
    }

    /// Whether another redirect may be taken where this one was not. Few say that it is about the redirect, and some say it
    /// with a status of their own, or with a fault (R-16, R-18; LAB.md 4.20).
    pub fn may_be_about_the_redirect(&self) -> bool {
        matches!(
            self,
            Self::RedirectRefused { .. }
                | Self::Refused {
                    status: 400..=500,
                    ..
                }
        )
    }
}

fn wait(retry_after: Option<u64>) -> String {
    retry_after.map_or_else(String::new, |seconds| format!("; wait {seconds} s"))
}
