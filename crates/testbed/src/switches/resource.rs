//! What the MCP server says and does.

use serde::{Deserialize, Serialize};

use super::Answer;

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
    /// 403 whatever the token has, naming one more scope each time, and in the end what it has already.
    AnotherEachTime,
    /// 403 without a challenge.
    WithoutChallenge,
}
