//! What agents were given lately: whoever asks again is answered from memory, after every guard.

use crate::agents::access_token::AccessToken;
use crate::agents::by_agent;
use crate::store::access_cache::{AccessQuery, Agents, CachedAccess, Permits, State};
use crate::{Broker, Error, TokenRequest};
use model::{Agent, Grant, GrantState, NewEvent, Next, Permit, ResourceRecord};
use oauth::secret::Secret;
use oauth::token::TokenSet;
use std::sync::Arc;
use tokio::sync::MutexGuard;
use vault::{Vault, VaultVersion};

/// One is the rule. Whoever meets more of them reads for itself.
const MOST_COMMITS_WAITED_FOR: usize = 4;

impl Broker {
    /// The version of the vault that is read from now on, if it can be told.
    pub(crate) fn version(&self) -> Option<VaultVersion> {
        self.vault().ok()?.version()
    }

    /// The same, once it is known whether what is remembered holds for it.
    pub(crate) async fn settled_version(&self) -> Option<VaultVersion> {
        for _ in 0..MOST_COMMITS_WAITED_FOR {
            let version = self.version()?;
            if !self.inner.access.settles(version).await {
                return Some(version);
            }
        }
        self.version()
    }

    /// The version of now, where what was read at this one still holds.
    fn held(&self, version: Option<VaultVersion>) -> Option<VaultVersion> {
        let carried = self.inner.access.carried(version?);
        (self.version() == Some(carried)).then_some(carried)
    }

    /// All agents. They are read anew once after somebody has written, however many ask then.
    pub(crate) async fn known_agents(
        &self,
        version: Option<VaultVersion>,
    ) -> Result<Arc<Agents>, Error> {
        if let Some(known) = self.remembered(version, |state| state.agents.clone()) {
            return Ok(known);
        }
        let _turn = self.turn_to_read(version).await;
        let version = self.settled_version().await;
        if let Some(known) = self.remembered(version, |state| state.agents.clone()) {
            return Ok(known);
        }
        let read = self.vault_that_holds().await?.agents().await?;
        self.tell_doubts().await;
        // That it is older may have been found just now: then no key is wrong.
        self.vault_that_holds().await?;
        let by_id = read.into_iter().map(|agent| (agent.id.clone(), agent));
        let read = Arc::new(by_id.collect());
        if let Some(version) = self.held(version) {
            self.inner.access.begin(version).agents = Some(Arc::clone(&read));
        }
        Ok(read)
    }

    /// All permits, in the same way.
    pub(crate) async fn known_permits(&self) -> Result<Arc<Permits>, Error> {
        let version = self.settled_version().await;
        if let Some(known) = self.remembered(version, |state| state.permits.clone()) {
            return Ok(known);
        }
        let _turn = self.turn_to_read(version).await;
        let version = self.settled_version().await;
        if let Some(known) = self.remembered(version, |state| state.permits.clone()) {
            return Ok(known);
        }
        let read = Arc::new(by_agent(self.vault()?.permits().await?));
        self.tell_doubts().await;
        self.vault_that_holds().await?;
        if let Some(version) = self.held(version) {
            self.inner.access.begin(version).permits = Some(Arc::clone(&read));
        }
        Ok(read)
    }

    fn remembered<T>(
        &self,
        version: Option<VaultVersion>,
        part: impl Fn(&State) -> Option<T>,
    ) -> Option<T> {
        part(&*self.inner.access.at(version?)?)
    }

    /// One reads for all, where the others can have what it read.
    async fn turn_to_read(&self, version: Option<VaultVersion>) -> Option<MutexGuard<'_, ()>> {
        match version {
            Some(_) => Some(self.inner.reading.lock().await),
            None => None,
        }
    }

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
