//! All agents and permits, remembered for one version of the vault, and which version that is.

use crate::store::access_cache::{Agents, Permits, State, permits_by_agent};
use crate::{Broker, Error};
use std::sync::Arc;
use tokio::sync::MutexGuard;
use vault::VaultVersion;

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
    pub(crate) fn held(&self, version: Option<VaultVersion>) -> Option<VaultVersion> {
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
        let read = Arc::new(permits_by_agent(self.vault()?.permits().await?));
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
}
