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
    /// Who knows it; it is sent to nobody else.
    pub issuer: Issuer,
    /// A dynamic one has exactly one: several issuers refuse lists that mix schemes (Q26).
    pub redirects: Vec<Redirect>,
    /// How it came about.
    pub kind: RegistrationKind,
    /// RFC 6749 §2.2.
    pub client_id: String,
    /// With [`AuthMethod::PrivateKeyJwt`] the private key, as PEM.
    pub client_secret: Option<Secret>,
    /// The `kid` of that key, where the issuer has several of ours.
    pub key_id: Option<String>,
    /// How it proves itself.
    pub auth_method: AuthMethod,
    /// None: never, or not said.
    pub secret_expires_at: Option<Timestamp>,
    /// RFC 7592: where the registration can be deleted, and the token for it.
    pub management: Option<Management>,
    /// When it was made or entered.
    pub registered_at: Timestamp,
}

/// Where a registration is managed (RFC 7592 §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Management {
    /// `registration_client_uri`.
    pub uri: String,
    /// `registration_access_token`.
    pub access_token: Secret,
}

/// How a client id came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationKind {
    /// Its owner gave it.
    PreRegistered,
    /// It is the URL of a document of ours.
    MetadataDocument,
    /// The issuer registered us (RFC 7591).
    Dynamic,
}

/// How a client proves itself at an endpoint (RFC 6749 §2.3, RFC 7591 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// By nothing: a public client.
    None,
    /// By HTTP Basic.
    ClientSecretBasic,
    /// By a secret in the body.
    ClientSecretPost,
    /// RFC 7523 §2.2: a signed assertion in place of a secret.
    PrivateKeyJwt,
}
