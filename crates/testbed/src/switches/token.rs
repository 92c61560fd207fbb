//! What comes of tokens.

use serde::{Deserialize, Serialize};

/// What the token endpoint answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenAnswers {
    /// Tokens, or the error that the request deserves.
    Proper,
    /// This status and an HTML page.
    Html(u16),
    /// 500 `server_error`; nothing was done.
    ServerError,
    /// 500 after doing everything: codes and refresh tokens are spent.
    ServerErrorAfterCommit,
    /// 503, with `Retry-After` in seconds.
    Unavailable(u64),
    /// `invalid_grant` with this status (400 and 401 occur).
    InvalidGrant(u16),
    /// This `error`, with 400.
    Error(String),
    /// 200 with an error body.
    ErrorIn200,
    /// 400 and an empty body.
    Empty400,
    /// RFC 9457 problem JSON in place of an OAuth error.
    Problem,
    /// Nothing; nothing was done.
    Never,
    /// The connection is cut; nothing was done.
    Cut,
    /// The connection is cut after the tokens were made and the old ones spent.
    CutAfterCommit,
    /// A 307 to this place.
    Redirect(String),
    /// 200 and a body of 10 GB.
    Endless,
    /// 200, JSON, without an access token.
    WithoutAccessToken,
    /// 403 and an empty body.
    Empty403,
    /// This `error`, with 400 and without a description.
    ErrorWithoutDescription(String),
    /// This status, media type and body, as servers answer in the shapes of their frameworks; nothing was done.
    Said(u16, String, String),
}

impl TokenAnswers {
    /// This status, media type and body.
    pub fn said(status: u16, media_type: &str, body: &str) -> Self {
        Self::Said(status, media_type.to_owned(), body.to_owned())
    }
}

/// `expires_in` in the token answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiresIn {
    /// A number, as it should be.
    Number,
    /// A number in a string.
    String,
    /// Not there.
    Missing,
    /// 0, though the token lives.
    Zero,
    /// -1, though the token lives.
    Negative,
}

/// `scope` in the token answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeInAnswer {
    /// What was granted.
    Granted,
    /// Not there.
    Missing,
    /// One scope less than asked, if there is more than one; the token has less too.
    Narrower,
    /// One scope more than asked; the token does not have it.
    Wider,
}

/// The format of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessTokens {
    /// A random value.
    Opaque,
    /// RFC 9068, signed with ES256.
    Jwt,
}

/// What a refresh without `scope` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshWithoutScope {
    /// What was granted.
    Same,
    /// One scope less, if there is more than one.
    Narrower,
    /// `invalid_request`.
    Refused,
}

/// What the revocation endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationAnswers {
    /// 200, and the token is dead.
    Proper,
    /// There is no revocation endpoint.
    Missing,
    /// 503 with `Retry-After`.
    Unavailable,
    /// 503 with `Retry-After: 0` once, and then as it should be.
    UnavailableOnce,
    /// This status, a page, and nothing is revoked.
    Status(u16),
    /// This status, and the token is dead.
    RevokesWith(u16),
    /// `unsupported_token_type` for access tokens.
    RefusesAccessTokens,
    /// Public clients must send an empty `client_secret`.
    WantsEmptySecret,
    /// 200, and the token lives on.
    Lies,
    /// 200 with a page for browsers, and the token lives on.
    Page,
    /// 200 with a JSON body that says that it failed, and the token lives on.
    SaysItFailed,
    /// Nothing.
    Never,
    /// 400 `invalid_token` for a token that it does not know.
    RefusesUnknown,
}
