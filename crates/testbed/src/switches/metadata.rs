//! What the authorization server says of itself, and what it registers.

use serde::{Deserialize, Serialize};

/// What a place answers that should answer a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The document.
    Proper,
    /// This status, with a short text.
    Status(u16),
    /// 200 and a web page, as single-page sites answer to everything.
    Html,
    /// 200, `application/json`, and bytes that are no JSON.
    Garbage,
    /// 200, `application/json`, and a body of 10 GB.
    Endless,
    /// Nothing, for as long as the caller waits.
    Never,
    /// A 302 to this place.
    Redirect(String),
}

/// A well-known place for authorization server metadata; without a path in the issuer, inserted and appended coincide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataPlace {
    /// `/.well-known/oauth-authorization-server/tenant` (RFC 8414).
    OAuthInserted,
    /// `/.well-known/openid-configuration/tenant`.
    OpenIdInserted,
    /// `/tenant/.well-known/openid-configuration` (OpenID Connect Discovery 1.0).
    OpenIdAppended,
    /// `/tenant/.well-known/oauth-authorization-server`, which no specification knows.
    OAuthAppended,
    /// The places of an issuer without a path, though the issuer has one.
    Root,
}

/// The `issuer` in the metadata document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerInMetadata {
    /// The issuer.
    Right,
    /// The issuer and a slash; `iss` has it too.
    TrailingSlash,
    /// Another issuer.
    Other(String),
    /// None.
    Missing,
}

/// `code_challenge_methods_supported`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PkceAdvertised {
    /// `["S256"]`.
    S256,
    /// `["plain", "S256"]`.
    PlainAndS256,
    /// `["plain"]`.
    PlainOnly,
    /// Not there.
    Nothing,
}

/// The members of the metadata document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataMembers {
    /// Everything that is so.
    All,
    /// Exactly those of a Cognito user pool.
    Cognito,
    /// Those of an Entra tenant.
    Entra,
    /// Those of GitHub.
    GitHub,
}

/// The secret that a client gets though it asked for `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretUnasked {
    /// None.
    No,
    /// With `client_secret_basic`.
    Basic,
    /// With `client_secret_post`.
    Post,
    /// Without any `token_endpoint_auth_method`; Basic and post are taken.
    MethodUnsaid,
    /// The answer says `none`, yet the token endpoint demands the secret.
    SaysNone,
}

/// `scope` in the registration's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationScope {
    /// What was asked, if anything was.
    AsAsked,
    /// All scopes that there are.
    All,
    /// Not there.
    Missing,
}
