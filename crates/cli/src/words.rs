//! Words for what a server, a login, a client id or a permit is now.

use crate::output::command_line;
use api::dto::{AuthMethod, LoginMethod, PermitOffer, PermitStanding, RegistrationKind};

pub(crate) fn login_method(method: &LoginMethod) -> String {
    match method {
        LoginMethod::Browser => "in the browser".to_owned(),
        LoginMethod::Device => "by a code typed in a browser elsewhere".to_owned(),
        LoginMethod::ClientCredentials => {
            "as a program, by its client id and secret or key".to_owned()
        }
        LoginMethod::Enterprise { provider } => {
            format!("through the identity provider {provider}")
        }
        LoginMethod::Workload { token_file } => {
            format!("as a workload, by the JWT in {token_file}")
        }
    }
}

pub(crate) fn registration_kind(kind: RegistrationKind) -> &'static str {
    match kind {
        RegistrationKind::PreRegistered => "pre-registered",
        RegistrationKind::MetadataDocument => "metadata-document",
        RegistrationKind::Dynamic => "dynamic",
    }
}

pub(crate) fn auth_method(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::None => "none",
        AuthMethod::ClientSecretBasic => "client_secret_basic",
        AuthMethod::ClientSecretPost => "client_secret_post",
        AuthMethod::PrivateKeyJwt => "private_key_jwt",
    }
}

/// Why a permit gives nothing now, for a list; None while it does.
pub(crate) fn standing(standing: PermitStanding) -> Option<&'static str> {
    Some(match standing {
        PermitStanding::Active => return None,
        PermitStanding::Ended => "ended",
        PermitStanding::LoginNeeded => "needs a login",
        PermitStanding::LoginRevoked => "login revoked",
        PermitStanding::IssuerChanged => "authorization server changed",
        PermitStanding::AccountLocked => "another account is locked in",
        PermitStanding::Narrower => "narrower than the token",
        PermitStanding::KeyBound => "tokens are bound to a key",
    })
}

/// The offer to permit once more what was permitted of a login that was taken back.
pub(crate) fn permit_again(offer: &PermitOffer, now: i64) -> String {
    let mut words = vec![
        "agent",
        "permit",
        &offer.agent_name,
        &offer.resource_name,
        "--account",
        &offer.account,
    ];
    let scopes = offer
        .scopes
        .iter()
        .flatten()
        .flat_map(|scope| ["--scope", scope.as_str()]);
    words.extend(scopes);
    let left = offer
        .until
        .map(|until| format!("{}m", ((until - now) / 60).max(1)));
    words.extend(left.iter().flat_map(|left| ["--until", left.as_str()]));
    format!(
        "Let {} use it again? {}",
        offer.agent_name,
        command_line(&words)
    )
}
