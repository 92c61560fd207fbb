//! MCP servers, their authorization servers, and the steps of discovery.

use crate::convert;
use crate::dto;
use broker::{ResourceState, ResourceView};
use oauth::metadata::AuthorizationServer;
use oauth::registration::{Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::trace::{Step, Verdict};

pub fn resource(view: &ResourceView) -> dto::Resource {
    // The grant that the list shows: a live one, else the newest.
    let shown = view.grants.iter().find(|grant| grant.tokens().is_some()).or(view.grants.first());
    dto::Resource {
        id: view.record.id.clone(),
        name: view.record.name.clone(),
        uri: view.record.uri.to_string(),
        state: match view.state {
            ResourceState::NotProtected => dto::ResourceState::NotProtected,
            ResourceState::LoginNeeded => dto::ResourceState::LoginNeeded,
            ResourceState::LoggingIn => dto::ResourceState::LoggingIn,
            ResourceState::Active => dto::ResourceState::Active,
            ResourceState::Revoked => dto::ResourceState::Revoked,
        },
        message: view.message.clone(),
        account: shown.map(|grant| grant.account.name.clone()),
        expires_at: shown.and_then(|grant| grant.tokens()).and_then(|tokens| tokens.expires_at).map(|at| at.0),
        issuer: view.record.issuer.as_ref().map(ToString::to_string),
        scopes: shown.and_then(|grant| grant.tokens()).map(|tokens| tokens.scopes.to_vec()).unwrap_or_default(),
    }
}

pub fn detail(view: ResourceView, agents: &[(broker::Agent, Vec<broker::Permit>)]) -> dto::ResourceDetail {
    let id = &view.record.id;
    let views = std::slice::from_ref(&view);
    let permits = view
        .permits
        .iter()
        .filter_map(|permit| {
            let (agent, _) = agents.iter().find(|(agent, _)| agent.id == permit.agent_id)?;
            convert::agent::permit(permit, agent, views)
        })
        .collect();
    dto::ResourceDetail {
        resource: resource(&view),
        authorization_server: view
            .authorization_server
            .as_ref()
            .map(|server| authorization_server(server, view.registration.as_ref())),
        scopes_to_request: view.scopes_to_ask.to_vec(),
        scopes_offered: offered(&view).to_vec(),
        grants: view.grants.iter().map(|grant| convert::grant(grant, id)).collect(),
        pending: view.pending.as_ref().map(|pending| convert::pending(pending, id, None)),
        permits,
        trace: view.record.trace.into_iter().map(step).collect(),
        added_at: view.record.added_at.0,
        checked_at: view.record.checked_at.map(|at| at.0),
    }
}

/// What the resource lists, and the one scope that only the issuer offers.
fn offered(view: &ResourceView) -> Scopes {
    let offline = Scopes::parse("offline_access");
    let lists_it = view.authorization_server.as_ref().is_some_and(|server| server.scopes_supported.includes(&offline));
    if lists_it { view.record.scopes_supported.union(&offline) } else { view.record.scopes_supported.clone() }
}

fn authorization_server(server: &AuthorizationServer, registration: Option<&Registration>) -> dto::AuthorizationServer {
    dto::AuthorizationServer {
        issuer: server.issuer.to_string(),
        authorization_host: AuthorizationServer::host_of(&server.authorization_endpoint),
        token_host: AuthorizationServer::host_of(&server.token_endpoint),
        registration_host: server.registration_endpoint.as_deref().map(AuthorizationServer::host_of),
        registration: registration.map(|registration| match registration.kind {
            RegistrationKind::PreRegistered => dto::RegistrationKind::PreRegistered,
            RegistrationKind::MetadataDocument => dto::RegistrationKind::MetadataDocument,
            RegistrationKind::Dynamic => dto::RegistrationKind::Dynamic,
        }),
        client_id: registration.map(|registration| registration.client_id.clone()),
        can_revoke: server.revocation_endpoint.is_some(),
        sends_iss: server.sends_iss,
    }
}

pub fn step(step: Step) -> dto::TraceStep {
    dto::TraceStep {
        title: step.title,
        request: step.request,
        status: step.status,
        verdict: match step.verdict {
            Verdict::Ok => dto::Verdict::Ok,
            Verdict::Next => dto::Verdict::Next,
            Verdict::Warning => dto::Verdict::Warning,
            Verdict::Problem => dto::Verdict::Problem,
        },
        detail: step.detail,
        rule: step.rule,
    }
}
