//! A login under way.

use super::{Grant, RegistrationKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PendingLogin {
    pub id: String,
    pub resource_id: String,
    /// Opened in the browser by the program; shown for copying.
    pub authorization_url: String,
    /// Where the person will be asked to log in: shown before and while waiting.
    pub authorization_host: String,
    pub redirect: Redirect,
    pub redirect_uri: String,
    #[ts(type = "number")]
    pub started_at: i64,
    #[ts(type = "number")]
    pub expires_at: i64,
    /// A login in a browser elsewhere: no answer comes back here by itself.
    pub device: Option<DeviceCode>,
    /// Set when the browser could not be opened: what to do instead.
    pub message: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Redirect {
    DeepLink,
    Loopback,
    /// The loopback listener by its name, for issuers that take no address.
    Localhost,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginBegin {
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
    pub pending: Option<PendingLogin>,
    pub grant: Option<Grant>,
}

/// RFC 8628: what the person types, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceCode {
    pub user_code: String,
    pub verification_uri: String,
    pub verification_uri_complete: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginId {
    pub id: String,
}

/// The same login, with its answer by another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginSwitch {
    pub id: String,
    pub redirect: Redirect,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginPaste {
    pub callback_url: String,
}
