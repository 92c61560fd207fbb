//! The refresh grant (RFC 6749 section 6, RFC 9700 section 4.14.2).

use serde_json::Value;

use super::request::TokenRequest;
use crate::grants::Grant;
use crate::issue::{Issue, answer};
use crate::random::now_ms;
use crate::reply::OAuthError;
use crate::resource_parameter::resource;
use crate::scopes::Scopes;
use crate::switches::{RefreshWithoutScope, ScopeInAnswer};
use crate::world::Memory;

pub(crate) fn tokens(request: &TokenRequest<'_>, memory: &mut Memory) -> Result<Value, OAuthError> {
    let TokenRequest {
        world,
        switches,
        params,
        client,
        ..
    } = *request;
    let refused = |why: &str| OAuthError::new("invalid_grant", why);
    let token = params
        .get("refresh_token")
        .ok_or_else(|| OAuthError::new("invalid_request", "no refresh_token"))?;
    let (_, grant) = memory
        .grants
        .refresh_token(token)
        .ok_or_else(|| refused("this refresh token is not known"))?;
    let grant = grant.clone();
    if grant.client != client.id {
        return Err(refused("this refresh token was issued to another client"));
    }
    if !client.may_refresh() {
        return Err(OAuthError::new(
            "unauthorized_client",
            "the client did not register for refresh_token",
        ));
    }
    if grant.key.is_some() && grant.key != request.key {
        return Err(refused(
            "this refresh token is bound to a key, and the request does not prove it",
        ));
    }
    let named = resource(world, switches, params, true)?;
    if named.is_some() && named != grant.resource {
        return Err(OAuthError::new(
            "invalid_target",
            "resource is not the one that was granted",
        ));
    }
    let scopes = scopes(request, &grant)?;
    let (id, refresh_token) = memory.grants.refresh(token, switches, now_ms())?;
    let scopes = match switches.scope_in_answer {
        ScopeInAnswer::Narrower => scopes.without_the_last(),
        _ => scopes,
    };
    Ok(answer(
        world,
        switches,
        memory,
        &Issue {
            id: &id,
            grant: &grant,
            scopes,
            refresh_token,
            key: request.key.as_deref(),
        },
    ))
}

/// RFC 6749 section 6: less than was granted is possible, more is not.
fn scopes(request: &TokenRequest<'_>, grant: &Grant) -> Result<Scopes, OAuthError> {
    let asked = request.params.get("scope");
    let scopes = match (asked, request.switches.refresh_without_scope) {
        (Some(named), _) => Scopes::parse(named),
        (None, RefreshWithoutScope::Same) => grant.scopes.clone(),
        (None, RefreshWithoutScope::Narrower) => grant.scopes.without_the_last(),
        (None, RefreshWithoutScope::Refused) => {
            return Err(OAuthError::new("invalid_request", "AADSTS90014: no scope"));
        }
    };
    if grant.scopes.covers(&scopes) {
        Ok(scopes)
    } else {
        Err(OAuthError::new("invalid_scope", "more than was granted"))
    }
}
