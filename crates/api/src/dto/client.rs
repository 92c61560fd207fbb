//! Client ids: how one can be had at an issuer, and those that a person enters.

use super::{Redirect, RegistrationKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// RFC 7591 §2 `token_endpoint_auth_method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    None,
    ClientSecretBasic,
    ClientSecretPost,
    PrivateKeyJwt,
}

/// How this program can get a client id at the server's issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientOptions {
    pub issuer: String,
    /// What a person registers by hand: exactly one of these, or several.
    pub redirects: Vec<RedirectOption>,
    /// What this program registers by itself, the first that the issuer takes: loopback, as this machine listens.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub own_redirects: Option<Vec<String>>,
    /// The issuer takes client id metadata documents.
    pub takes_documents: bool,
    /// Where ours is hosted, if it is.
    pub document_url: Option<String>,
    /// The issuer lets programs register themselves (RFC 7591).
    pub registers: bool,
    /// The one that was entered.
    pub entered: Option<ClientInfo>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RedirectOption {
    pub redirect: Redirect,
    /// To be registered byte for byte.
    pub uri: String,
    /// When to take it, in one sentence.
    pub when: String,
}

/// A client id that is kept. Its secret stays in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientInfo {
    pub id: String,
    pub issuer: String,
    pub client_id: String,
    pub kind: RegistrationKind,
    pub auth_method: AuthMethod,
    pub redirect_uris: Vec<String>,
    #[ts(type = "number | null")]
    pub secret_expires_at: Option<i64>,
    #[ts(type = "number")]
    pub registered_at: i64,
}

/// What the owner of an authorization server gave to the person. It travels inward only, and is not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientSet {
    pub resource_id: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// PEM.
    pub private_key: Option<String>,
    pub key_id: Option<String>,
    /// None: what the issuer says that it takes.
    pub auth_method: Option<AuthMethod>,
    /// Which redirects were registered.
    pub redirects: Vec<Redirect>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientId {
    pub id: String,
    /// Also where logins use it, which then cannot be renewed any more.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub anyway: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// Where our client id metadata document is hosted.
    pub client_metadata_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DocumentAsk {
    pub url: String,
}

/// The document to host at that URL, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientDocument {
    pub url: String,
    pub document: String,
}

/// A company's identity provider, as it is entered (SEP-990). It travels inward only, and is not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderSet {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Provider {
    pub issuer: String,
    pub client_id: String,
    /// Who is logged in there.
    pub account: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderId {
    pub issuer: String,
}
