//! A client id of ours at one issuer, and how it proves itself.

use crate::redirect::Redirect;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::Issuer;
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
