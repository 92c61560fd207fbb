//! A token request, and the tokens that answer it.

use serde_json::Value;

use crate::clients::Client;
use crate::grants::Grant;
use crate::issue::{Issue, answer};
use crate::params::Params;
use crate::reply::OAuthError;
use crate::scopes::{Scopes, needed};
use crate::switches::{ScopeInAnswer, Switches};
use crate::world::{Memory, World};

/// A token request whose client has proven itself.
pub(crate) struct TokenRequest<'a> {
    pub(crate) world: &'a World,
    pub(crate) switches: &'a Switches,
    pub(crate) params: &'a Params,
    pub(crate) client: &'a Client,
    /// The thumbprint of the key that it proves to hold.
    pub(crate) key: Option<String>,
}

/// The scopes that a request without an authorization request before it asks for.
pub(super) fn asked_scopes(request: &TokenRequest<'_>) -> Result<Scopes, OAuthError> {
    let vocabulary = request.switches.vocabulary;
    let default = || needed(vocabulary, false);
    let scopes = Scopes::parse(
        request
            .params
            .get("scope")
            .or(request.client.scope.as_deref())
            .unwrap_or_else(default),
    );
    match scopes.unknown(vocabulary) {
        Some(unknown) => Err(OAuthError::new(
            "invalid_scope",
            format!("{unknown} is not offered here"),
        )),
        None => Ok(scopes),
    }
}

/// The tokens of a grant that is new.
pub(super) fn issued(
    request: &TokenRequest<'_>,
    memory: &mut Memory,
    grant: &Grant,
    refreshable: bool,
) -> Value {
    let id = memory.grants.add(grant.clone());
    issued_for(request, memory, &id, grant, refreshable)
}

/// The first tokens of a grant.
pub(super) fn issued_for(
    request: &TokenRequest<'_>,
    memory: &mut Memory,
    id: &str,
    grant: &Grant,
    refreshable: bool,
) -> Value {
    let TokenRequest {
        world,
        switches,
        client,
        ref key,
        ..
    } = *request;
    // A client with a secret or a key of its own proves itself at each refresh anyway (RFC 9449 section 5).
    memory
        .grants
        .bind(id, key.clone().filter(|_| client.is_public()));
    let refreshable = refreshable
        && switches.refresh_tokens
        && client.may_refresh()
        && (!switches.refresh_needs_offline_access || grant.scopes.contains("offline_access"));
    let refresh_token = refreshable.then(|| memory.grants.add_refresh_token(id));
    let scopes = match switches.scope_in_answer {
        ScopeInAnswer::Narrower => grant.scopes.without_the_last(),
        _ => grant.scopes.clone(),
    };
    answer(
        world,
        switches,
        memory,
        &Issue {
            id,
            grant,
            scopes,
            refresh_token,
            key: key.as_deref(),
        },
    )
}
