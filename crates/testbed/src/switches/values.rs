//! The positions of those switches that have more than two.

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
    /// `unsupported_token_type` for access tokens.
    RefusesAccessTokens,
    /// Public clients must send an empty `client_secret`.
    WantsEmptySecret,
    /// 200, and the token lives on.
    Lies,
    /// Nothing.
    Never,
    /// 400 `invalid_token` for a token that it does not know.
    RefusesUnknown,
}

/// Where the protected resource metadata is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceMetadataPlace {
    /// `/.well-known/oauth-protected-resource/mcp`, named in the challenge.
    Inserted,
    /// `/.well-known/oauth-protected-resource`, not named in the challenge.
    RootOnly,
    /// At a place that only the challenge knows.
    HeaderOnly,
    /// Nowhere.
    Nowhere,
    /// On the authorization server's origin, named in the challenge.
    OtherOrigin,
}

/// `resource` in the protected resource metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceInMetadata {
    /// The MCP server's URI.
    Right,
    /// The origin alone.
    Parent,
    /// The URI and a slash.
    TrailingSlash,
    /// Another path of this origin.
    SiblingPath,
    /// Another origin.
    OtherOrigin,
    /// This string.
    Verbatim(String),
    /// None.
    Missing,
}

/// `authorization_servers` in the protected resource metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationServers {
    /// Our issuer.
    Ours,
    /// Our issuer and a slash.
    TrailingSlash,
    /// The address of the metadata document in place of the issuer.
    MetadataUrl,
    /// Our issuer, then another.
    Two,
    /// An empty list.
    Empty,
    /// No list.
    Missing,
    /// An issuer that is http and not on this machine.
    PlainHttp,
    /// These.
    Verbatim(Vec<String>),
    /// No list, but the issuer in a member `authorization_server`.
    Singular,
}

/// The shape of the 401's challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeShape {
    /// `Bearer` with everything that is known.
    Full,
    /// Without `resource_metadata`.
    WithoutMetadata,
    /// `resource_metadata` as a path.
    RelativeMetadata,
    /// `Basic` first, then `bearer` in lower case, in one header.
    AmongOthers,
    /// `Bearer` and nothing else.
    Bare,
    /// No `WWW-Authenticate`.
    Absent,
}

/// What the MCP endpoint answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum McpAnswers {
    /// As the specification says.
    Proper,
    /// 200 without any token.
    Unprotected,
    /// 401 at `tools/call` only.
    Lazy,
    /// This in place of MCP.
    Instead(Answer),
    /// No MCP at all: a plain REST path, with a JSON list for whoever has a token.
    PlainRest,
}

/// The protocol eras that the MCP server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eras {
    /// 2026-07-28 and those with `initialize`.
    Both,
    /// 2026-07-28 alone.
    ModernOnly,
    /// Those with `initialize` alone.
    LegacyOnly,
}

/// What a 403 `insufficient_scope` says about the missing scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepUp {
    /// The scopes that the tool needs.
    NamesTheScope,
    /// No `scope`.
    NamesNothing,
    /// 403 whatever the token has, naming what it has already.
    NeverEnough,
    /// 403 without a challenge.
    WithoutChallenge,
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
