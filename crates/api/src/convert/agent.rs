//! Agents, permits and events.

use crate::convert::problem::problem;
use crate::dto;
use broker::ResourceView;
use model::{PermitOffer, StandingPermit};

/// How to fetch a token with this key. It goes through a pipe, written by the shell itself: other users of the machine can
/// read every program's arguments.
pub fn example(id: &str, key: &oauth::secret::Secret, address: &str) -> String {
    format!(
        "echo 'user = \"{id}:{}\"' | curl -s -K - -d grant_type=client_credentials --data-urlencode resource=MCP_SERVER_URL {address}/token",
        key.expose()
    )
}

/// An agent with the permits that still lead somewhere.
pub fn agent(
    agent: model::Agent,
    permits: &[model::Permit],
    resources: &[ResourceView],
) -> dto::Agent {
    let permits = permits
        .iter()
        .filter_map(|given| permit(given, &agent, resources))
        .collect();
    dto::Agent {
        permits,
        added_at: agent.added_at.0,
        last_used_at: agent.last_used_at.map(|at| at.0),
        id: agent.id,
        name: agent.name,
    }
}

/// A permit with the names that a person knows; None if its server is gone meanwhile, or a newer permit took its place.
pub fn permit(
    permit: &model::Permit,
    agent: &model::Agent,
    resources: &[ResourceView],
) -> Option<dto::Permit> {
    let (view, known) = resources.iter().find_map(|view| {
        let is_it = |known: &&StandingPermit| {
            known.permit.grant_id == permit.grant_id && known.permit.agent_id == permit.agent_id
        };
        view.permits.iter().find(is_it).map(|known| (view, known))
    })?;
    let grant = view
        .grants
        .iter()
        .find(|grant| grant.id == permit.grant_id)?;
    let refusal = broker::refusal(
        &known.standing,
        &agent.name,
        &view.record,
        grant,
        permit.scopes.as_ref(),
    );
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
