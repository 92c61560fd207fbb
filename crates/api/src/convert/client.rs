//! Client ids and the ways to get one, without their secrets.

use crate::dto;
use broker::ResourceView;
use messages::{Text, text};
use model::{ClientRecord, IdentityProvider, Settings};
use oauth::redirect::{Redirect, RedirectKind};
use oauth::registration::{RegistrationKind, accepts_our_document};

/// A client id without its secret.
pub fn client(registration: &ClientRecord) -> dto::ClientInfo {
    dto::ClientInfo {
        id: registration.id.clone(),
        issuer: registration.issuer.to_string(),
        client_id: registration.client_id.clone(),
        kind: registration.kind,
        auth_method: registration.auth_method,
        redirect_uris: registration
            .redirects
            .iter()
            .map(|redirect| redirect.uri())
            .collect(),
        secret_expires_at: registration.secret_expires_at.map(|at| at.0),
        registered_at: registration.registered_at.0,
    }
}

/// What there is to choose from for this server's issuer.
pub fn client_options(
    view: &ResourceView,
    redirects: &[Redirect],
    settings: Settings,
    known: &[ClientRecord],
) -> dto::ClientOptions {
    let server = view.authorization_server.as_ref();
    let entered = known.iter().find(|known| {
        known.kind == RegistrationKind::PreRegistered
            && Some(&known.issuer) == view.record.issuer.as_ref()
    });
    dto::ClientOptions {
        issuer: view
            .record
            .issuer
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        redirects: redirects.iter().map(|redirect| option(*redirect)).collect(),
        own_redirects: Some(own_redirects(view, redirects)),
        takes_documents: server.is_some_and(accepts_our_document),
        document_url: settings.client_metadata_url,
        registers: server.is_some_and(|server| server.registration_endpoint.is_some()),
        entered: entered.map(client),
    }
}

fn own_redirects(view: &ResourceView, redirects: &[Redirect]) -> Vec<String> {
    let Some(server) = &view.authorization_server else {
        return Vec::new();
    };
    let own_place = broker::has_own_place(server, &view.record.concessions);
    let loopback = redirects.iter().filter(|redirect| !redirect.is_deep_link());
    loopback
        .map(|redirect| {
            if own_place {
                redirect.of(&server.issuer)
            } else {
                *redirect
            }
            .uri()
        })
        .collect()
}

fn option(redirect: Redirect) -> dto::RedirectOption {
    let when: Text = match redirect.kind {
        RedirectKind::DeepLink => text::RedirectWhenDeepLink.into(),
        RedirectKind::Loopback(_) => text::RedirectWhenLoopback.into(),
        RedirectKind::Localhost(_) => text::RedirectWhenLocalhost.into(),
    };
    dto::RedirectOption {
        redirect: redirect.into(),
        uri: redirect.uri(),
        when: when.told(),
    }
}

/// A provider without its secrets.
pub fn provider(provider: &IdentityProvider) -> dto::Provider {
    dto::Provider {
        issuer: provider.issuer.to_string(),
        client_id: provider.client_id.clone(),
        account: provider.account.clone(),
    }
}
