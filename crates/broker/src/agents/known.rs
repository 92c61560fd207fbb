//! All agents and permits, remembered for one version of the vault, and which version that is.

use crate::store::access_cache::{Agents, Permits, State, permits_by_agent};
use crate::{Broker, Error};
use model::Permit;
use std::sync::Arc;
use tokio::sync::MutexGuard;
use vault::VaultVersion;

/// One is the rule. Whoever meets more of them reads for itself.
const MOST_COMMITS_WAITED_FOR: usize = 4;
/// Agents whose permits are read alone, after somebody has written.
const FEW: usize = 2;

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
    pub(crate) fn held(&self, version: Option<VaultVersion>) -> Option<VaultVersion> {
        let carried = self.inner.access.carried(version?);
        (self.version() == Some(carried)).then_some(carried)
    }

    /// All agents.
    pub(crate) async fn known_agents(&self) -> Result<Arc<Agents>, Error> {
        let read = async {
            let agents = self.vault_that_holds().await?.agents().await?;
            let by_id = agents.into_iter().map(|agent| (agent.id.clone(), agent));
            Ok(by_id.collect())
        };
        self.known(|state| &mut state.agents, read).await
    }

    /// The permits of this agent. Those of the first agents that ask are read alone: a host that has just been started answers
    /// without reading what ten thousand servers permit.
    pub(crate) async fn known_permits(&self, agent: &str) -> Result<Vec<Permit>, Error> {
        let version = self.settled_version().await;
        let of = |all: Arc<Permits>| all.get(agent).cloned().unwrap_or_default();
        if let Some(all) = self.remembered(version, |state| &mut state.permits) {
            return Ok(of(all));
        }
        let first = self.remembered(version, |state| &mut state.first_permits);
        match (version, first.unwrap_or_default()) {
            (Some(_), first) if first.contains_key(agent) => Ok(of(first)),
            (Some(_), first) if first.len() < FEW => {
                let own = self.vault_that_holds().await?.permits_of([agent]).await?;
                self.tell_doubts().await;
                self.vault_that_holds().await?;
                if let Some(version) = self.held(version) {
                    let mut state = self.inner.access.begin(version);
                    let known = state.first_permits.get_or_insert_default();
                    Arc::make_mut(known).insert(agent.to_owned(), own.clone());
                }
                Ok(own)
            }
            _ => {
                let read = async { Ok(permits_by_agent(self.vault()?.permits().await?)) };
                let all = self.known(|state| &mut state.permits, read).await?;
                Ok(of(all))
            }
        }
    }

    /// What is remembered of this version, or is read anew: once after somebody has written, however many ask then.
    async fn known<T>(
        &self,
        part: fn(&mut State) -> &mut Option<Arc<T>>,
        read: impl Future<Output = Result<T, Error>>,
    ) -> Result<Arc<T>, Error> {
        let version = self.settled_version().await;
        if let Some(known) = self.remembered(version, part) {
            return Ok(known);
        }
        let _turn = self.turn_to_read(version).await;
        let version = self.settled_version().await;
        if let Some(known) = self.remembered(version, part) {
            return Ok(known);
        }
        let read = Arc::new(read.await?);
        self.tell_doubts().await;
        // That it is older may have been found just now: then no key is wrong, and no permit missing.
        self.vault_that_holds().await?;
        if let Some(version) = self.held(version) {
            *part(&mut self.inner.access.begin(version)) = Some(Arc::clone(&read));
        }
        Ok(read)
    }

    pub(crate) fn remembered<T>(
        &self,
        version: Option<VaultVersion>,
        part: fn(&mut State) -> &mut Option<Arc<T>>,
    ) -> Option<Arc<T>> {
        part(&mut *self.inner.access.at(version?)?).clone()
    }

    /// One reads for all, where the others can have what it read.
    async fn turn_to_read(&self, version: Option<VaultVersion>) -> Option<MutexGuard<'_, ()>> {
        match version {
            Some(_) => Some(self.inner.reading.lock().await),
            None => None,
        }
    }
}
