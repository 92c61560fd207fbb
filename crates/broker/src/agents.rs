//! Local programs that ask for access. Of an agent's key only a hash is kept; permits say what it may use.

pub(crate) mod access_token;
mod cached;
mod known;
pub(crate) mod permits;
pub(crate) mod permitted;
pub(crate) mod token;

use crate::store::access_cache::permits_by_agent;
use crate::store::events::EventContext;
use crate::store::names::clean_name;
use crate::store::nearest::nearest;
use crate::upstream::randomness::{random, secret_of};
use crate::{Broker, Error, ListQuery, ListedResource};
use messages::text;
use model::{Agent, Code, EventKind, Permit};
use oauth::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use vault::VaultVersion;

/// A page of the list of agents.
#[derive(Debug, Clone)]
pub struct AgentPage {
    /// By name.
    pub agents: Vec<Agent>,
    /// Where they have permits.
    pub resources: Vec<ListedResource>,
    /// How many agents fit, on this page or not.
    pub total: u64,
}

/// So that a leaked key is known for what it is.
const KEY_PREFIX: &str = "glk_";

impl Broker {
    /// A new agent and its key, which is shown once.
    pub async fn add_agent(&self, name: &str) -> Result<(Agent, Secret), Error> {
        let name = clean_name(name)?;
        let vault = self.vault_that_holds().await?;
        if vault
            .agents()
            .await?
            .iter()
            .any(|known| known.name == name || known.id == name)
        {
            return Err(Error::new(Code::AgentExists, text::AgentNameTaken { name }));
        }
        let key = new_key()?;
        let tail = secret_of(random()?);
        let slug: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .take(16)
            .collect();
        let tail: String = tail
            .expose()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(6)
            .collect();
        let id = format!(
            "{}-{}",
            if slug.is_empty() { "agent" } else { &slug },
            tail.to_ascii_lowercase()
        );
        let agent = Agent {
            id,
            name,
            key_hash: hash(&key),
            added_at: self.now(),
            last_used_at: None,
        };
        vault.add_agent(&agent).await?;
        self.record(
            self.event(
                EventKind::AgentAdded,
                true,
                text::AgentAdded { agent: &agent.name },
            )
            .by(&agent),
        )
        .await;
        Ok((agent, key))
    }

    /// Every agent with its permits.
    pub async fn agents(&self) -> Result<Vec<(Agent, Vec<Permit>)>, Error> {
        let vault = self.vault()?;
        let mut permits = permits_by_agent(vault.permits().await?);
        let of = |agent: Agent| {
            let own = permits.remove(&agent.id).unwrap_or_default();
            (agent, own)
        };
        let agents = vault.agents().await?.into_iter().map(of).collect();
        self.tell_doubts().await;
        Ok(agents)
    }

    /// The first agents that fit, by name, with the servers that they have permits at, and how many fit.
    pub async fn agents_page(&self, query: &ListQuery) -> Result<AgentPage, Error> {
        let vault = self.vault()?;
        let agents = vault.agents_page(&query.search, query.limit).await?;
        let total = vault.count_agents(&query.search).await?;
        let has_all = query.limit.is_none_or(|limit| total <= limit.into());
        let permits = if query.search.is_empty() && has_all {
            // Also those that no agent of ours has: who wrote them is told.
            vault.permits().await?
        } else {
            let ids = agents.iter().map(|agent| agent.id.as_str());
            vault.permits_of(ids).await?
        };
        let grants = permits.iter().map(|permit| &permit.grant_id);
        let resources = self.resources_of(grants).await?;
        self.tell_doubts().await;
        Ok(AgentPage {
            agents,
            resources,
            total,
        })
    }

    /// One agent as a page shows it.
    pub async fn agent_listed(&self, reference: &str) -> Result<AgentPage, Error> {
        let agent = self.agent(reference).await?;
        let permits = self.vault()?.permits_of([agent.id.as_str()]).await?;
        let grants = permits.iter().map(|permit| &permit.grant_id);
        Ok(AgentPage {
            resources: self.resources_of(grants).await?,
            agents: vec![agent],
            total: 1,
        })
    }

    /// By id or by name.
    pub async fn agent(&self, reference: &str) -> Result<Agent, Error> {
        let agents = self.vault_that_holds().await?.agents().await?;
        self.vault_that_holds().await?;
        if let Some(agent) = agents
            .iter()
            .find(|agent| agent.id == reference || agent.name == reference)
        {
            return Ok(agent.clone());
        }
        let name = oauth::uri::excerpt(reference);
        let error = Error::new(Code::AgentUnknown, text::AgentUnknown { name });
        Err(
            match nearest(reference, agents.iter().map(|agent| agent.name.as_str())) {
                Some(name) => error.with_hint(text::AgentDidYouMean { name }),
                None => error,
            },
        )
    }

    /// Another key in place of the one that was lost or shown to somebody: it is worth nothing from here on, and the permits
    /// stay.
    pub async fn new_agent_key(&self, id: &str) -> Result<(Agent, Secret), Error> {
        let (agent, key) = (self.agent(id).await?, new_key()?);
        let agent = Agent {
            key_hash: hash(&key),
            ..agent
        };
        if !self.vault()?.save_agent(&agent).await? {
            return Err(removed_meanwhile());
        }
        let line = text::AgentKeyChanged { agent: &agent.name };
        self.record(
            self.event(EventKind::AgentKeyChanged, true, line)
                .by(&agent),
        )
        .await;
        Ok((agent, key))
    }

    /// Another name for an agent; its key and its permits stay.
    pub async fn rename_agent(&self, id: &str, name: &str) -> Result<Agent, Error> {
        let (agent, name, vault) = (self.agent(id).await?, clean_name(name)?, self.vault()?);
        // Commands take an id or a name: one agent's name is no other one's id.
        if vault
            .agents()
            .await?
            .iter()
            .any(|known| known.id != agent.id && (known.name == name || known.id == name))
        {
            return Err(Error::new(Code::AgentExists, text::AgentNameTaken { name }));
        }
        let before = agent.name;
        let agent = Agent { name, ..agent };
        if !vault.save_agent(&agent).await? {
            return Err(removed_meanwhile());
        }
        let name = &agent.name;
        let line = text::AgentRenamed { before, name };
        self.record(self.event(EventKind::AgentRenamed, true, line).by(&agent))
            .await;
        Ok(agent)
    }

    /// Its key is worth nothing from here on.
    pub async fn remove_agent(&self, id: &str) -> Result<(), Error> {
        let agent = self.agent(id).await?;
        if !self.vault()?.remove_agent(&agent.id).await? {
            return Err(removed_meanwhile());
        }
        self.record(
            self.event(
                EventKind::AgentRemoved,
                true,
                text::AgentRemoved { agent: &agent.name },
            )
            .by(&agent),
        )
        .await;
        Ok(())
    }

    /// Who shows this key. An unknown id and a wrong key are the same work and give the same answer (attack L05).
    pub async fn authenticate(&self, agent_id: &str, key: &Secret) -> Result<Agent, Error> {
        Ok(self.authenticated(agent_id, key).await?.agent)
    }

    /// The same, for an agent that asks for a token in the same breath ([`Broker::issue_to`]).
    pub async fn authenticated(
        &self,
        agent_id: &str,
        key: &Secret,
    ) -> Result<AuthenticatedAgent, Error> {
        let version = self.settled_version().await;
        let (agents, version) = match self.remembered(version, |state| &mut state.agents) {
            Some(agents) => (agents, version),
            // While they were read a right may have been taken away: what is remembered from before it is not asked.
            None => (self.known_agents().await?, None),
        };
        let agent = agents.get(agent_id);
        let expected = agent.map_or([0; 32], |agent| agent.key_hash);
        let matches = bool::from(hash(key).ct_eq(&expected));
        let agent = agent
            .filter(|_| matches)
            .cloned()
            .ok_or_else(|| Error::new(Code::InvalidClient, text::AgentKeyWrong))?;
        Ok(AuthenticatedAgent { agent, version })
    }
}

/// An agent that has shown its key.
pub struct AuthenticatedAgent {
    /// Which one.
    pub agent: Agent,
    /// The vault's version when it came, where it was known from memory: what is remembered of that one holds for this request.
    pub(crate) version: Option<VaultVersion>,
}

fn removed_meanwhile() -> Error {
    Error::new(Code::AgentUnknown, text::AgentRemovedMeanwhile)
}

fn new_key() -> Result<Secret, Error> {
    Ok(Secret::new(format!(
        "{KEY_PREFIX}{}",
        secret_of(random()?).expose()
    )))
}

/// Keys are 256 random bits: a plain hash is enough, nothing can be guessed.
fn hash(key: &Secret) -> [u8; 32] {
    Sha256::digest(key.expose().as_bytes()).into()
}
