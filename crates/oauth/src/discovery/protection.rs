//! How a server is protected: what discovery found.

use super::error::DiscoveryError;
use super::probe::ProbeResult;
use crate::challenge::Challenge;
use crate::metadata::{AuthorizationServer, ProtectedResourceMetadata};
use crate::scope::Scopes;
use crate::trace::{Sink, Step, StepKind, StepResult, Verdict};

/// What discovery found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discovery {
    /// The server answers without a token and publishes no metadata: nothing to log in to (G-01).
    NotProtected {
        /// What the server calls itself.
        calls_itself: Option<String>,
    },
    /// A login is wanted.
    Protected(Box<Protected>),
}

/// How a server wants to be logged in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    /// What the server calls itself (RFC 9728 §2 `resource_name`, else MCP `serverInfo`): its own word.
    pub calls_itself: Option<String>,
    /// The `resource` parameter from now on, verbatim from the metadata.
    pub resource_parameter: String,
    /// Where tokens are asked for.
    pub authorization_server: AuthorizationServer,
    /// Scopes to ask for: the challenge's, else all that the resource lists, else none (S-02 … S-04).
    pub scopes_to_request: Scopes,
    /// All that the resource lists.
    pub scopes_supported: Scopes,
    /// The resource takes only tokens that are bound to a key (RFC 9449).
    pub needs_dpop: bool,
    /// What it says no with to whoever has no token, where that asks for none.
    pub refuses: Option<DiscoveryError>,
}

/// The scopes of the challenge, else all that the resource lists, else none (S-02 … S-04).
pub(super) fn protected(
    resource_parameter: &str,
    authorization_server: AuthorizationServer,
    probed: &ProbeResult,
    metadata: Option<ProtectedResourceMetadata>,
) -> Discovery {
    let challenge = probed.challenge();
    let (named, bound, listed) = metadata.map_or((None, false, Vec::new()), |metadata| {
        (
            metadata.resource_name,
            metadata.dpop_bound_access_tokens_required,
            metadata.scopes_supported,
        )
    });
    let scopes_supported: Scopes = listed.into_iter().collect();
    Discovery::Protected(Box::new(Protected {
        refuses: probed.refusal().cloned(),
        calls_itself: named.or_else(|| probed.calls_itself()),
        resource_parameter: resource_parameter.to_owned(),
        authorization_server,
        scopes_to_request: challenge
            .and_then(|challenge| challenge.scope.clone())
            .unwrap_or_else(|| scopes_supported.clone()),
        needs_dpop: bound || challenge.is_some_and(Challenge::wants_dpop),
        scopes_supported,
    }))
}

pub(super) fn not_protected(calls_itself: Option<String>, trace: Sink<'_>) -> Discovery {
    trace(Step::new(
        StepKind::NotProtected,
        Verdict::Ok,
        StepResult::NothingToLogInTo,
        "MCP authorization, protocol requirements",
    ));
    Discovery::NotProtected { calls_itself }
}
