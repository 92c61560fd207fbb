//! What agents were given lately: whoever asks again is answered from memory, after every guard.

use crate::agents::access_token::AccessToken;
use crate::store::access_cache::{AccessQuery, CachedAccess};
use crate::{Broker, TokenRequest};
use model::{Agent, Grant, GrantState, NewEvent, Next, Permit, ResourceRecord};
use oauth::secret::Secret;
use oauth::token::TokenSet;
use std::sync::Arc;
use vault::{Vault, VaultVersion};

impl Broker {
    /// What this agent was given for the same question at this version, where it may have it still.
    pub(crate) fn cached(
        &self,
        version: Option<VaultVersion>,
        agent: &Agent,
        request: &TokenRequest,
    ) -> Option<(AccessToken, Arc<CachedAccess>, Vault)> {
        let given = self
            .inner
            .access
            .at(version?)?
            .given(&query(agent, request))?;
        let now = self.now();
        let has_ended = given.until.is_some_and(|until| until <= now);
        let Next::Serve(tokens) = given.grant.next(request.min_valid, now) else {
            return None;
        };
        let lacks = request
            .scope
            .as_ref()
            .is_some_and(|scopes| !tokens.scopes.includes(scopes));
        if has_ended || lacks {
            return None;
        }
        let vault = self.vault().ok()?;
        let token = vault
            .open_token(&given.grant.id, given.grant.generation, &given.token)
            .ok()?;
        let issued = AccessToken::of(&given.grant, tokens, token);
        Some((issued, given, vault))
    }

    /// Remembers what was read at this version and given, if it is the version still.
    pub(crate) fn cache(
        &self,
        version: Option<VaultVersion>,
        agent: &Agent,
        request: &TokenRequest,
        (record, permits): (&ResourceRecord, &[Permit]),
        (grant, event): (&Grant, &Arc<NewEvent>),
    ) {
        // Other spellings of the same server are endless, and one agent's would take all the room.
        let is_its_name = request.resource == record.uri.as_str()
            || record.resource_parameter.as_deref() == Some(request.resource.as_str());
        if !is_its_name {
            return;
        }
        let Some(permit) = permits.iter().find(|permit| permit.grant_id == grant.id) else {
            return;
        };
        let (Ok(vault), Some(tokens), Some(version)) =
            (self.vault(), grant.tokens(), self.held(version))
        else {
            return;
        };
        let Ok(token) = vault.seal_token(&grant.id, grant.generation, &tokens.access_token) else {
            return;
        };
        let given = CachedAccess {
            event: Arc::clone(event),
            grant: without_secrets(grant),
            until: permit.until,
            token,
        };
        let mut cache = self.inner.access.begin(version);
        cache.remember(query(agent, request), given);
    }
}

fn query(agent: &Agent, request: &TokenRequest) -> AccessQuery {
    AccessQuery {
        agent: agent.id.clone(),
        resource: request.resource.clone(),
        account: request.account.clone(),
    }
}

/// The grant, to be asked when its token ends; the token itself is sealed beside it.
fn without_secrets(grant: &Grant) -> Grant {
    let state = match &grant.state {
        GrantState::Active(tokens) => GrantState::Active(TokenSet {
            access_token: Secret::new(""),
            refresh_token: tokens.refresh_token.as_ref().map(|_| Secret::new("")),
            dpop_key: None,
            ..tokens.clone()
        }),
        other => other.clone(),
    };
    Grant {
        state,
        ..grant.clone()
    }
}
