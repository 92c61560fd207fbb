//! What the authorization endpoint does.

use serde::{Deserialize, Serialize};

/// What the authorization endpoint does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizeAnswers {
    /// Login, consent, redirect.
    Proper,
    /// A redirect with this `error` at once, like `access_denied`.
    Error(String),
    /// A page with this status, and no redirect.
    Page(u16),
    /// Nothing.
    Never,
    /// A redirect with a wrong `state`.
    WrongState,
    /// A redirect without `state`.
    NoState,
}

/// `iss` in the authorization response (RFC 9207).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssInResponse {
    /// Advertised and sent, in errors too.
    Right,
    /// Advertised and not sent.
    OmittedThoughAdvertised,
    /// Advertised and sent, but not in errors.
    OmittedInErrors,
    /// Advertised, and this is sent.
    Wrong(String),
    /// Advertised, and the issuer is sent with a slash more.
    TrailingSlash,
    /// Neither advertised nor sent.
    NotAdvertised,
    /// Sent though not advertised.
    SentThoughNotAdvertised,
}

/// What becomes of the `resource` parameter (RFC 8707).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceParameter {
    /// Demanded everywhere, and must be our MCP server; else `invalid_target`.
    Checked,
    /// Not read; the MCP server takes the token all the same.
    Ignored,
    /// Refused with `invalid_target`.
    Refused,
    /// Refused at a refresh only.
    RefusedAtRefresh,
    /// Taken by the authorization endpoint, refused with `invalid_target` by the token endpoint.
    RefusedAtToken,
    /// Refused with `invalid_target` unless all scopes of an API begin with it (AADSTS9010010).
    MustMatchScopes,
}

/// The names that scopes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vocabulary {
    /// `notes:read`
    Notes,
    /// `mcp-api/read`, and no `offline_access`.
    Cognito,
    /// `api://notes/read`
    Entra,
    /// `read:user` and `repo`
    GitHub,
}
