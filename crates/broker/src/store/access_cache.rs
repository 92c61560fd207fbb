//! What agents were given lately, in memory: whoever asks again gets it without a call of the database.
//!
//! All of it was read at one version of the vault and holds for that version alone. Any commit, by this process, by another or
//! by another program, is another version, and then nothing of it is used: only this process's own lines of the activity log
//! carry the version on (`vault::Commit`). What depends on time is decided at each request.

use crate::locked;
use model::{Agent, Grant, NewEvent, Permit};
use oauth::time::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use tokio::sync::Notify;
use vault::{Commit, SealedToken, VaultVersion};

#[derive(Default)]
pub(crate) struct AccessCache {
    state: Mutex<State>,
    /// A commit to the log is done, or has failed.
    settled: Notify,
}

/// By id.
pub(crate) type Agents = HashMap<String, Agent>;

/// By the id of the agent that has them.
pub(crate) type Permits = HashMap<String, Vec<Permit>>;

#[derive(Default)]
pub(crate) struct State {
    version: Option<VaultVersion>,
    /// All of them, so that an id that is there costs what one that is not does.
    pub(crate) agents: Option<Arc<Agents>>,
    /// All of them, as they are read: the seal is around the whole.
    pub(crate) permits: Option<Arc<Permits>>,
    /// Those of the first agents that asked, until more of them do.
    pub(crate) first_permits: Option<Arc<Permits>>,
    given: HashMap<AccessQuery, Arc<CachedAccess>>,
    /// This process's own commits to the log, the last ones: what is read meanwhile holds after them as well.
    commits: VecDeque<Commit>,
    /// The version that the commit under way follows.
    committing: Option<VaultVersion>,
}

/// A commit to the log, from right before it until what it means for what is remembered is known.
pub(crate) struct Committing<'a> {
    cache: &'a AccessCache,
    before: OnceLock<VaultVersion>,
}

impl Committing<'_> {
    pub(crate) fn follows(&self, before: VaultVersion) {
        let _ = self.before.set(before);
        locked(&self.cache.state).committing = Some(before);
    }
}

impl Drop for Committing<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.cache.state);
        // Another one may have begun already.
        if state.committing.as_ref() == self.before.get() {
            state.committing = None;
        }
        drop(state);
        self.cache.settled.notify_waiters();
    }
}

/// Who asked for what, to the letter.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct AccessQuery {
    pub(crate) agent: String,
    pub(crate) resource: String,
    pub(crate) account: Option<String>,
}

/// What was given.
pub(crate) struct CachedAccess {
    /// The line of the log about it, but for its time.
    pub(crate) event: Arc<NewEvent>,
    /// Without its secrets.
    pub(crate) grant: Grant,
    /// When the permit ends.
    pub(crate) until: Option<Timestamp>,
    pub(crate) token: SealedToken,
}

/// Nobody reads for longer than so many groups of lines.
const MOST_COMMITS: usize = 256;
/// So many different questions are remembered.
const MOST: usize = 50_000;

impl State {
    fn is_about_to_hold(&self, version: VaultVersion) -> bool {
        self.committing.is_some()
            && self.committing == self.version
            && self.version != Some(version)
    }

    /// What was given to whoever asks the same again.
    pub(crate) fn given(&self, asked: &AccessQuery) -> Option<Arc<CachedAccess>> {
        self.given.get(asked).cloned()
    }

    /// Remembers it.
    pub(crate) fn remember(&mut self, asked: AccessQuery, given: CachedAccess) {
        if self.given.len() >= MOST {
            self.given.clear();
        }
        self.given.insert(asked, Arc::new(given));
    }
}

/// All permits by the agents that have them.
pub(crate) fn permits_by_agent(permits: Vec<Permit>) -> Permits {
    let mut of_agents = Permits::new();
    for permit in permits {
        let of_agent = of_agents.entry(permit.agent_id.clone()).or_default();
        of_agent.push(permit);
    }
    of_agents
}

impl AccessCache {
    /// A commit to the log is about to be made.
    pub(crate) fn committing(&self) -> Committing<'_> {
        Committing {
            cache: self,
            before: OnceLock::new(),
        }
    }

    /// Waits where this version may be the one that the commit under way makes of what is remembered: for the moment in which
    /// others see the commit already and this process has not heard of it, nothing would be known, and all of it be read.
    /// False where there is nothing to wait for.
    pub(crate) async fn settles(&self, version: VaultVersion) -> bool {
        let settled = self.settled.notified();
        if !locked(&self.state).is_about_to_hold(version) {
            return false;
        }
        settled.await;
        true
    }

    /// What was read at this version, if anything was.
    pub(crate) fn at(&self, version: VaultVersion) -> Option<MutexGuard<'_, State>> {
        let state = locked(&self.state);
        (state.version == Some(version)).then_some(state)
    }

    /// The same, and nothing of any other version.
    pub(crate) fn begin(&self, version: VaultVersion) -> MutexGuard<'_, State> {
        let mut state = locked(&self.state);
        if state.version != Some(version) {
            *state = State {
                version: Some(version),
                commits: std::mem::take(&mut state.commits),
                committing: state.committing,
                ..State::default()
            };
        }
        state
    }

    /// Lines of the activity log were written, and change nothing of this.
    pub(crate) fn carry_on(&self, commit: Option<&Commit>) {
        let Some(commit) = commit else { return };
        let mut state = locked(&self.state);
        if let Some(version) = state.version.and_then(|version| commit.follows(version)) {
            state.version = Some(version);
        }
        state.commits.push_back(*commit);
        if state.commits.len() > MOST_COMMITS {
            state.commits.pop_front();
        }
    }

    /// The version for which holds what was read at this one, as far as only this process's log was written since.
    pub(crate) fn carried(&self, version: VaultVersion) -> VaultVersion {
        let state = locked(&self.state);
        let commits = state.commits.iter();
        commits.fold(version, |version, commit| {
            commit.follows(version).unwrap_or(version)
        })
    }

    /// The vault is closed.
    pub(crate) fn clear(&self) {
        *locked(&self.state) = State::default();
    }
}
