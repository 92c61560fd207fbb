//! Agents, permits and events.

use crate::dto;
use broker::ResourceView;

pub fn agent(agent: broker::Agent, permits: &[broker::Permit], resources: &[ResourceView]) -> dto::Agent {
    let permits = permits.iter().filter_map(|given| permit(given, &agent, resources)).collect();
    dto::Agent {
        permits,
        added_at: agent.added_at.0,
        last_used_at: agent.last_used_at.map(|at| at.0),
        id: agent.id,
        name: agent.name,
    }
}

/// A permit with the names that a person knows; None if its server is gone meanwhile.
pub fn permit(permit: &broker::Permit, agent: &broker::Agent, resources: &[ResourceView]) -> Option<dto::Permit> {
    let (view, grant) = resources
        .iter()
        .find_map(|view| view.grants.iter().find(|grant| grant.id == permit.grant_id).map(|grant| (view, grant)))?;
    Some(dto::Permit {
        agent_id: agent.id.clone(),
        agent_name: agent.name.clone(),
        grant_id: grant.id.0.clone(),
        resource_id: view.record.id.clone(),
        resource_name: view.record.name.clone(),
        account: grant.account.name.clone(),
        scopes: permit.scopes.as_ref().map(oauth::scope::Scopes::to_vec),
        until: permit.until.map(|until| until.0),
        given_at: permit.given_at.0,
    })
}

pub fn event(event: broker::Event) -> dto::Event {
    dto::Event {
        id: event.id,
        at: event.at.0,
        kind: event.kind,
        ok: event.ok,
        message: event.message,
        code: event.code,
        agent_name: event.agent_name,
        resource_id: event.resource_id,
        resource_name: event.resource_name,
    }
}
