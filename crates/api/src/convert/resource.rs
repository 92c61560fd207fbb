//! MCP servers, their authorization servers, and the steps of discovery.

use crate::convert::{agent, client, concession, grant, receipt, trace};
use crate::dto;
use broker::{Error, ListedResource, ResourceView};
use messages::{Text, text};
use model::{
    ClientRecord, Grant, LoginAttempt, LoginMethod, ResourceRecord, ResourceState, RevocationState,
    where_a_login_goes,
};
use oauth::metadata::AuthorizationServer;
use oauth::scope::Scopes;
use oauth::uri::Issuer;

/// A server, as a list shows it.
pub fn resource(listed: &ListedResource) -> dto::Resource {
    let ListedResource {
        record,
        state,
        message,
        grants,
        pending,
        ..
    } = listed;
    of_list(record, *state, message.as_ref(), grants, pending.as_ref())
}

fn of_list(
    record: &ResourceRecord,
    state: ResourceState,
    message: Option<&Text>,
    grants: &[Grant],
    pending: Option<&LoginAttempt>,
) -> dto::Resource {
    // The grant that the list shows: a live one, else the newest.
    let shown = grants
        .iter()
        .find(|grant| grant.tokens().is_some())
        .or(grants.first());
    dto::Resource {
        id: record.id.clone(),
        name: record.name.clone(),
        uri: record.uri.to_string(),
        state,
        message: message.map(Text::told),
        account: shown.map(|grant| grant.account.name.clone()),
        expires_at: shown
            .and_then(|grant| grant.tokens())
            .and_then(|tokens| tokens.expires_at)
            .map(|at| at.0),
        issuer: record.issuer.as_ref().map(ToString::to_string),
        scopes: shown
            .and_then(|grant| grant.tokens())
            .map(|tokens| tokens.scopes.to_vec())
            .unwrap_or_default(),
        logged_in: grants.iter().any(|grant| grant.tokens().is_some()),
        waiting: pending.map(|pending| match pending.device() {
            Some(_) => dto::LoginPrompt::Code,
            None => dto::LoginPrompt::Browser,
        }),
        is_demo: record.uri.as_str() == crate::demo::RESOURCE,
    }
}

/// A server's page.
pub fn detail(view: ResourceView) -> dto::ResourceDetail {
    let id = &view.record.id;
    let (permits, permit_offers) = permits(&view);
    let (message, pending) = (view.message.as_ref(), view.pending.as_ref());
    let revocations_open = view
        .receipts
        .iter()
        .filter(|receipt| receipt.ending == RevocationState::Open)
        .map(receipt::receipt)
        .collect();
    dto::ResourceDetail {
        resource: of_list(&view.record, view.state, message, &view.grants, pending),
        authorization_server: view
            .authorization_server
            .as_ref()
            .map(|server| authorization_server(server, view.registration.as_ref())),
        endpoints_entered: view.entered.clone(),
        scopes_to_request: view.scopes_to_ask.to_vec(),
        scopes_offered: offered(&view).to_vec(),
        named_by_itself: Some(broker::is_named_by_itself(&view.record)),
        grants: view
            .grants
            .iter()
            .map(|known| with_consent(&view, grant::grant(known, id, &view.receipts, view.at)))
            .collect(),
        pending: view
            .pending
            .as_ref()
            .map(|login| grant::pending(login, id, None)),
        // Only a host that lives on knows it.
        login_failure: None,
        concessions: concession::allowed(&view.record),
        login_method: view.record.login_method.clone(),
        login_methods: methods(&view),
        scopes_chosen: view.record.chosen_scopes.as_ref().map(Scopes::to_vec),
        locked_to: locked_to(&view),
        step_up: view.record.missing_scopes.to_vec(),
        issuer_change: issuer_change(&view),
        needs_dpop: view.record.needs_dpop,
        client: view.registration.as_ref().map(client::client),
        permits,
        permit_offers,
        revocations_open,
        trace: view
            .record
            .trace
            .into_iter()
            .map(|kept| trace::step(&kept))
            .collect(),
        added_at: view.record.added_at.0,
        checked_at: view.record.checked_at.map(|at| at.0),
    }
}

/// What agents have, and what they had before a login was taken back.
fn permits(view: &ResourceView) -> (Vec<dto::Permit>, Vec<dto::PermitOffer>) {
    let (record, grants) = (&view.record, &view.grants);
    let given = view
        .permits
        .iter()
        .filter_map(|known| agent::permit(known, record, grants));
    let offers = broker::offers(record, grants, &view.permits);
    (
        given.collect(),
        offers.into_iter().map(agent::permit_offer).collect(),
    )
}

/// A login that came without a refresh token may bring one the next time.
fn with_consent(view: &ResourceView, mut grant: dto::Grant) -> dto::Grant {
    if let Some(why) = grant
        .not_renewed
        .as_mut()
        .filter(|_| view.wants_consent && !grant.has_refresh_token)
    {
        let asked: Text = text::ConsentAskedNext { why: &*why }.into();
        *why = asked.told();
        grant.consent_may_help = Some(true);
    }
    grant
}

/// By the name that the account has now.
fn locked_to(view: &ResourceView) -> Option<String> {
    let locked = view.record.locked_to.as_ref()?;
    let here = view
        .grants
        .iter()
        .map(|grant| &grant.account)
        .find(|account| locked.is_same(account));
    Some(here.unwrap_or(locked).name.clone())
}

/// What the window names as a provider has to be an issuer.
pub fn login_method(method: LoginMethod) -> Result<LoginMethod, Error> {
    Ok(match method {
        LoginMethod::Enterprise { provider } => LoginMethod::Enterprise {
            provider: Issuer::parse(provider.as_str())?,
        },
        method => method,
    })
}

/// What the authorization server offers. The company's provider and the platform are the person's own, so both can
/// always be chosen.
fn methods(view: &ResourceView) -> Vec<dto::LoginMethodKind> {
    let server = view.authorization_server.as_ref();
    let offered = [
        (
            dto::LoginMethodKind::Browser,
            server.is_some_and(AuthorizationServer::offers_code_flow),
        ),
        (
            dto::LoginMethodKind::Device,
            server.is_some_and(|server| server.device_authorization_endpoint.is_some()),
        ),
        (dto::LoginMethodKind::ClientCredentials, server.is_some()),
        (dto::LoginMethodKind::Enterprise, server.is_some()),
        (dto::LoginMethodKind::Workload, server.is_some()),
    ];
    offered
        .into_iter()
        .filter(|(_, offered)| *offered)
        .map(|(kind, _)| kind)
        .collect()
}

fn issuer_change(view: &ResourceView) -> Option<dto::IssuerChange> {
    let new = view.record.issuer.as_ref()?;
    let old = view
        .grants
        .iter()
        .find(|grant| grant.tokens().is_some() && grant.issuer != *new)?;
    Some(dto::IssuerChange {
        old: old.issuer.to_string(),
        new: new.to_string(),
    })
}

/// What the resource lists, and the one scope that only the issuer offers.
fn offered(view: &ResourceView) -> Scopes {
    let offline = Scopes::parse("offline_access");
    let lists_it = view
        .authorization_server
        .as_ref()
        .is_some_and(|server| server.scopes_supported.includes(&offline));
    if lists_it {
        view.record.scopes_supported.union(&offline)
    } else {
        view.record.scopes_supported.clone()
    }
}

fn authorization_server(
    server: &AuthorizationServer,
    registration: Option<&ClientRecord>,
) -> dto::AuthorizationServer {
    dto::AuthorizationServer {
        issuer: server.issuer.to_string(),
        authorization_host: server
            .authorization_endpoint
            .as_deref()
            .map(AuthorizationServer::host_of)
            .unwrap_or_default(),
        token_host: AuthorizationServer::host_of(&server.token_endpoint),
        registration_host: server
            .registration_endpoint
            .as_deref()
            .map(AuthorizationServer::host_of),
        registration: registration.map(|registration| registration.kind),
        client_id: registration.map(|registration| registration.client_id.clone()),
        can_revoke: server.revocation_endpoint.is_some(),
        sends_iss: server.sends_iss,
        login_goes: Some(where_a_login_goes(server).told()),
        basis: Some(server.basis),
    }
}
