//! A login under way.

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
    /// Set when the browser could not be opened: what to do instead.
    pub message: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Redirect {
    DeepLink,
    Loopback,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginBegin {
    pub resource_id: String,
    /// None: what is known to work at this issuer.
    pub redirect: Option<Redirect>,
    /// Ask the issuer to let the person pick an account (`prompt=select_account`).
    pub select_account: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginId {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginPaste {
    pub callback_url: String,
}
