//! A login attempt: one row from its beginning to its outcome, which any process ends and any process waits for.

use crate::GrantId;
use oauth::authorization::PendingAuthorization;
use oauth::device::DeviceCode;
use oauth::redirect::Redirect;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::uri::{Issuer, ResourceUri};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One attempt to log in to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginAttempt {
    /// Names the attempt in every process.
    pub id: String,
    /// The server that it logs in to.
    pub resource: ResourceUri,
    /// When it began.
    pub started_at: Timestamp,
    /// How the person logs in, with all that this way needs.
    pub kind: LoginKind,
}

/// How the person logs in. A variant holds what its answer is checked against, and what is asked for with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginKind {
    /// In a browser, which brings the answer by a redirect (RFC 6749 §4.1).
    Browser(BrowserLogin),
    /// In a browser elsewhere, while the token endpoint is polled (RFC 8628).
    Device(DeviceLogin),
    /// In a browser, at the company's identity provider: its id token is what the server's own login goes on with (SEP-990).
    Provider(PendingAuthorization),
}

/// An authorization code grant that waits for its redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserLogin {
    /// The request that was sent, as its response is checked against it.
    pub request: PendingAuthorization,
    /// The registration whose client id was sent.
    pub registration_id: String,
    /// Whose login it shall be.
    pub account: AccountWish,
}

/// A device authorization grant that is polled for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceLogin {
    /// What the issuer gave for the person to type, and for the program to poll with.
    pub code: DeviceCode,
    /// Who gave it.
    pub issuer: Issuer,
    /// Where the tokens are polled for.
    pub token_endpoint: String,
    /// RFC 8707 `resource`, in all requests of this login the same bytes; None only by concession.
    pub resource_parameter: Option<String>,
    /// The scopes that are asked for.
    pub scopes: Scopes,
    /// The key that the tokens are to be bound to (RFC 9449).
    pub dpop_key: Option<Secret>,
    /// The registration whose client id was sent.
    pub registration_id: String,
    /// Whose login it shall be.
    pub account: AccountWish,
}

/// How far a login attempt is. It waits, is answered, and is done or failed; whatever waits can be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum LoginStatus {
    /// No answer came that was used.
    Waiting {
        /// The error of the last answer that was not of who was asked, as its host wrote it.
        unused_answer: Option<Value>,
    },
    /// The answer is being redeemed; nobody else may.
    Answered,
    /// There are tokens.
    Done {
        /// The grant that they belong to.
        grant: GrantId,
    },
    /// There are none, and will be none.
    Failed {
        /// The whole error, as its host wrote it: whoever waits is told no less than whoever received the answer.
        error: Value,
    },
    /// Another login to the same server began.
    Replaced,
}

/// Whose login it shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountWish {
    /// Whoever logs in.
    #[default]
    Any,
    /// One more beside those that are logged in.
    Another,
    /// This one again.
    Same(GrantId),
}

impl LoginAttempt {
    /// From then on no answer is used.
    pub fn expires_at(&self) -> Timestamp {
        match &self.kind {
            LoginKind::Browser(login) => login.request.expires_at,
            LoginKind::Device(login) => login.code.expires_at,
            LoginKind::Provider(request) => request.expires_at,
        }
    }

    /// The page that the person logs in at.
    pub fn url(&self) -> &str {
        match &self.kind {
            LoginKind::Browser(login) => &login.request.authorization_url,
            LoginKind::Device(login) => {
                let code = &login.code;
                let complete = code.verification_uri_complete.as_deref();
                complete.unwrap_or(&code.verification_uri)
            }
            LoginKind::Provider(request) => &request.authorization_url,
        }
    }

    /// Who is asked: the server's authorization server, or the company's provider.
    pub fn issuer(&self) -> &Issuer {
        match &self.kind {
            LoginKind::Browser(login) => &login.request.issuer,
            LoginKind::Device(login) => &login.issuer,
            LoginKind::Provider(request) => &request.issuer,
        }
    }

    /// Where the code is exchanged.
    pub fn token_endpoint(&self) -> &str {
        match &self.kind {
            LoginKind::Browser(login) => &login.request.token_endpoint,
            LoginKind::Device(login) => &login.token_endpoint,
            LoginKind::Provider(request) => &request.token_endpoint,
        }
    }

    /// The scopes that are asked for.
    pub fn scopes(&self) -> &Scopes {
        match &self.kind {
            LoginKind::Browser(login) => &login.request.scopes,
            LoginKind::Device(login) => &login.scopes,
            LoginKind::Provider(request) => &request.scopes,
        }
    }

    /// The registration that is in use. A provider has none: its client id is the person's own.
    pub fn registration_id(&self) -> Option<&str> {
        match &self.kind {
            LoginKind::Browser(login) => Some(&login.registration_id),
            LoginKind::Device(login) => Some(&login.registration_id),
            LoginKind::Provider(_) => None,
        }
    }

    /// The request whose answer a browser brings.
    pub fn request(&self) -> Option<&PendingAuthorization> {
        match &self.kind {
            LoginKind::Browser(login) => Some(&login.request),
            LoginKind::Device(_) => None,
            LoginKind::Provider(request) => Some(request),
        }
    }

    /// Where the browser brings its answer, if it does.
    pub fn redirect(&self) -> Option<Redirect> {
        self.request().map(|request| request.redirect)
    }

    /// What the person types elsewhere, if they do.
    pub fn device(&self) -> Option<&DeviceCode> {
        match &self.kind {
            LoginKind::Device(login) => Some(&login.code),
            LoginKind::Browser(_) | LoginKind::Provider(_) => None,
        }
    }
}

impl LoginKind {
    /// Its name, as it is kept and shown.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Browser(_) => "browser",
            Self::Device(_) => "device",
            Self::Provider(_) => "provider",
        }
    }
}

impl LoginStatus {
    /// Its name, as it is kept and shown.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Answered => "answered",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Replaced => "replaced",
        }
    }
}
