//! Words for what a server, a login, a client id or a permit is now.

use crate::output::command_line;
use api::dto::{AuthMethod, LoginMethod, PermitOffer, PermitStanding, RegistrationKind};
use messages::{Arg, Text, text};

pub(crate) fn login_method(method: &LoginMethod) -> Text {
    match method {
        LoginMethod::Browser => text::CliMethodBrowser.into(),
        LoginMethod::Device => text::CliMethodDevice.into(),
        LoginMethod::ClientCredentials => text::CliMethodProgram.into(),
        LoginMethod::Enterprise { provider } => text::CliMethodProvider {
            provider: provider.as_str(),
        }
        .into(),
        LoginMethod::Workload { token_file } => text::CliMethodWorkload { file: token_file }.into(),
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

/// Scopes are written as a protocol writes them, for a command that takes them so.
pub(crate) fn scopes(scopes: &[String]) -> Arg {
    if scopes.is_empty() {
        text::CliNone.into()
    } else {
        scopes.join(" ").into()
    }
}

/// Why a permit gives nothing now, for a list; None while it does.
pub(crate) fn standing(standing: PermitStanding) -> Option<Text> {
    Some(match standing {
        PermitStanding::Active => return None,
        PermitStanding::Ended => text::CliStandingEnded.into(),
        PermitStanding::LoginNeeded => text::CliStandingLoginNeeded.into(),
        PermitStanding::LoginRevoked => text::CliStandingLoginRevoked.into(),
        PermitStanding::IssuerChanged => text::CliStandingIssuerChanged.into(),
        PermitStanding::AccountLocked => text::CliStandingAccountLocked.into(),
        PermitStanding::Narrower => text::CliStandingNarrower.into(),
        PermitStanding::KeyBound => text::CliStandingKeyBound.into(),
    })
}

/// The offer to permit once more what was permitted of a login that was taken back.
pub(crate) fn permit_again(offer: &PermitOffer, now: i64) -> Text {
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
    let (agent, command) = (&offer.agent_name, command_line(&words));
    text::CliPermitAgain { agent, command }.into()
}
