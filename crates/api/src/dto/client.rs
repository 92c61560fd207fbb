//! Client ids: how one can be had at an issuer, and those that a person enters.

use super::{AuthMethod, Redirect, RegistrationKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How this program can get a client id at the server's issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientOptions {
    /// The issuer.
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

/// A redirect to be registered by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RedirectOption {
    /// The kind of redirect.
    pub redirect: Redirect,
    /// To be registered byte for byte.
    pub uri: String,
    /// When to take it, in one sentence.
    pub when: String,
}

/// A client id that is kept. Its secret stays in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientInfo {
    /// Its id.
    pub id: String,
    /// The issuer.
    pub issuer: String,
    /// The client id.
    pub client_id: String,
    /// How it was had.
    pub kind: RegistrationKind,
    /// How this program authenticates with it.
    pub auth_method: AuthMethod,
    /// Which redirects were registered with it.
    pub redirect_uris: Vec<String>,
    /// When its secret ends.
    #[ts(type = "number | null")]
    pub secret_expires_at: Option<i64>,
    /// When it was registered or entered.
    #[ts(type = "number")]
    pub registered_at: i64,
}

/// What the owner of an authorization server gave to the person. It travels inward only, and is not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientSet {
    /// The server.
    pub resource_id: String,
    /// The client id.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: Option<String>,
    /// PEM.
    pub private_key: Option<String>,
    /// The `kid` of that key.
    pub key_id: Option<String>,
    /// None: what the issuer says that it takes.
    pub auth_method: Option<AuthMethod>,
    /// Which redirects were registered.
    pub redirects: Vec<Redirect>,
}

/// A client id to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientId {
    /// Its id.
    pub id: String,
    /// Also where logins use it, which then cannot be renewed any more.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub anyway: Option<bool>,
}

/// Where the document will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DocumentRequest {
    /// The address.
    pub url: String,
}

/// The document to host at that URL, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClientDocument {
    /// The address.
    pub url: String,
    /// The document.
    pub document: String,
}

/// A company's identity provider, as it is entered (SEP-990). It travels inward only, and is not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderSet {
    /// The issuer.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: Option<String>,
}

/// A company's identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Provider {
    /// The issuer.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Who is logged in there.
    pub account: Option<String>,
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderId {
    /// The issuer.
    pub issuer: String,
}
