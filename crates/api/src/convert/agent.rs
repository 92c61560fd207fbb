//! Agents, permits and events.

use crate::convert::problem::problem;
use crate::dto;
use broker::AgentPage;
use model::{Agent, Grant, PermitOffer, ResourceRecord, StandingPermit};
use std::collections::HashMap;

/// How to fetch a token with this key. It goes through a pipe, written by the shell itself: other users of the machine can
/// read every program's arguments.
pub fn example(id: &str, key: &oauth::secret::Secret, address: &str) -> String {
    format!(
        "echo 'user = \"{id}:{}\"' | curl -s -K - -d grant_type=client_credentials --data-urlencode resource=MCP_SERVER_URL {address}/token",
        key.expose()
    )
}

/// The agents of a page, each with the permits that still lead somewhere, oldest first.
pub fn agents(page: AgentPage) -> Vec<dto::Agent> {
    let mut permits: HashMap<String, Vec<dto::Permit>> = HashMap::new();
    for server in &page.resources {
        for known in &server.permits {
            if let Some(given) = permit(known, &server.record, &server.grants) {
                let own = permits.entry(known.agent.id.clone());
                own.or_default().push(given);
            }
        }
    }
    let with_permits = |known: Agent| {
        let mut own = permits.remove(&known.id).unwrap_or_default();
        own.sort_by(|one, other| {
            (one.given_at, &one.grant_id).cmp(&(other.given_at, &other.grant_id))
        });
        agent(known, own)
    };
    page.agents.into_iter().map(with_permits).collect()
}

/// An agent with what it may use.
pub fn agent(agent: Agent, permits: Vec<dto::Permit>) -> dto::Agent {
    dto::Agent {
        permits,
        added_at: agent.added_at.0,
        last_used_at: agent.last_used_at.map(|at| at.0),
        id: agent.id,
        name: agent.name,
    }
}

/// A permit with the names that a person knows.
pub fn permit(
    known: &StandingPermit,
    record: &ResourceRecord,
    grants: &[Grant],
) -> Option<dto::Permit> {
    let (agent, permit) = (&known.agent, &known.permit);
    let grant = grants.iter().find(|grant| grant.id == permit.grant_id)?;
    let scopes = permit.scopes.as_ref();
    let refusal = broker::refusal(&known.standing, &agent.name, record, grant, scopes);
    Some(dto::Permit {
        agent_id: agent.id.clone(),
        agent_name: agent.name.clone(),
        grant_id: grant.id.0.clone(),
        resource_id: record.id.clone(),
        resource_name: record.name.clone(),
        account: grant.account.name.clone(),
        scopes: permit.scopes.as_ref().map(oauth::scope::Scopes::to_vec),
        until: permit.until.map(|until| until.0),
        given_at: permit.given_at.0,
        standing: known.standing.kind(),
        standing_message: refusal.as_ref().map(|refusal| problem(refusal).message),
        standing_hint: refusal.map(|refusal| refusal.hint().told()),
    })
}

/// A permit that can be given again.
pub fn permit_offer(offer: PermitOffer) -> dto::PermitOffer {
    dto::PermitOffer {
        agent_id: offer.agent.id,
        agent_name: offer.agent.name,
        before_grant_id: offer.before.0,
        grant_id: offer.permit.grant_id.0,
        resource_id: offer.resource_id,
        resource_name: offer.resource_name,
        account: offer.account,
        scopes: offer
            .permit
            .scopes
            .as_ref()
            .map(oauth::scope::Scopes::to_vec),
        until: offer.permit.until.map(|until| until.0),
    }
}
