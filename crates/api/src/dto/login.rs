//! A login under way.

use super::{Grant, Redirect, RegistrationKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A login under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PendingLogin {
    /// Its id.
    pub id: String,
    /// The server.
    pub resource_id: String,
    /// Opened in the browser by the program; shown for copying.
    pub authorization_url: String,
    /// Where the person will be asked to log in: shown before and while waiting.
    pub authorization_host: String,
    /// The kind of redirect.
    pub redirect: Redirect,
    /// Where the answer arrives.
    pub redirect_uri: String,
    /// When it began.
    #[ts(type = "number")]
    pub started_at: i64,
    /// When it ends.
    #[ts(type = "number")]
    pub expires_at: i64,
    /// A login in a browser elsewhere: no answer comes back here by itself.
    pub device: Option<DeviceCode>,
    /// Set when the browser could not be opened: what to do instead.
    pub message: Option<String>,
}

/// A login to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginBegin {
    /// The server.
    pub resource_id: String,
    /// None: what is known to work at this issuer.
    pub redirect: Option<Redirect>,
    /// Ask the issuer to let the person pick an account (`prompt=select_account`).
    pub select_account: bool,
    /// One more account beside those that are logged in.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub another_account: Option<bool>,
    /// The login that is to go on, where there are several.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub grant_id: Option<String>,
    /// The account's name, as the issuer knows it (OpenID Connect `login_hint`).
    #[serde(default)]
    #[ts(optional = nullable)]
    pub login_hint: Option<String>,
    /// Ask the issuer to ask for consent anew (OpenID Connect `prompt=consent`), where no refresh token comes without.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub consent: Option<bool>,
    /// More than is asked for anyway: what an operation lacked.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub scopes: Option<Vec<String>>,
    /// How to get a client id; none: the best way there is.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub registration: Option<RegistrationKind>,
}

/// What came of beginning a login: somebody has to do something, or it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginStarted {
    /// What waits for the person.
    pub pending: Option<PendingLogin>,
    /// What was granted at once.
    pub grant: Option<Grant>,
}

/// RFC 8628: what the person types, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceCode {
    /// What the person types.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same with the code in it.
    pub verification_uri_complete: Option<String>,
}

/// A login under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginId {
    /// The login.
    pub id: String,
}

/// The same login, with its answer by another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginSwitch {
    /// The login under way.
    pub id: String,
    /// The kind of redirect.
    pub redirect: Redirect,
}

/// An answer that the person brings by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginPaste {
    /// The address that the browser ended on.
    pub callback_url: String,
}
