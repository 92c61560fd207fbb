//! Which scopes a login asks for, and which ones after a refusal.

use crate::error::login;
use crate::{Broker, Error, ResourceRecord, command_line};
use model::{Grant, GrantState};
use oauth::authorization::PendingAuthorization;
use oauth::metadata::AuthorizationServer;
use oauth::said::Said;
use oauth::scope::Scopes;
use vault::Vault;

pub(crate) const OFFLINE: &str = "offline_access";

/// What the person chose, else what the server asks for and what was asked for before (S-07, S-10); `offline_access` only
/// where the issuer lists it (S-14).
pub(crate) fn scopes_to_ask(
    record: &ResourceRecord,
    server: Option<&AuthorizationServer>,
    grants: &[Grant],
) -> Scopes {
    if let Some(chosen) = &record.chosen_scopes {
        return chosen.clone();
    }
    let live = grants
        .iter()
        .filter(|grant| !matches!(grant.state, GrantState::Revoked { .. }));
    let mut scopes = live.fold(record.scopes_to_request.clone(), |scopes, grant| {
        scopes.union(&grant.scopes_requested)
    });
    if scopes.is_empty() {
        let least = server
            .and_then(AuthorizationServer::vendor)
            .and_then(|vendor| vendor.least_scope);
        scopes = least.map(Scopes::parse).unwrap_or_default();
    } else if server.is_some_and(|server| server.scopes_supported.contains(OFFLINE)) {
        scopes = scopes.union(&Scopes::parse(OFFLINE));
    }
    scopes
}

/// Without the scope that we added of our own accord; one that the server asks for stays.
pub(crate) fn without_offline(record: &ResourceRecord, scopes: &Scopes) -> Scopes {
    let asked = record.scopes_to_request.contains(OFFLINE) || record.chosen_scopes.is_some();
    if asked {
        scopes.clone()
    } else {
        scopes.without(&Scopes::parse(OFFLINE))
    }
}

impl Broker {
    /// What the issuer says that it knows.
    pub(crate) async fn scopes_listed(
        &self,
        vault: &Vault,
        request: &PendingAuthorization,
    ) -> Result<Scopes, Error> {
        let server = vault.authorization_server(&request.issuer).await?;
        Ok(server
            .map(|(server, _)| server.scopes_supported)
            .unwrap_or_default())
    }
}

/// The scopes that were asked for and that the issuer names in its refusal, as whole words.
pub(crate) fn named_scopes(request: &PendingAuthorization, said: Option<&Said>) -> Scopes {
    let Some(said) = said else {
        return Scopes::default();
    };
    let ends_word = |c: char| !(c.is_alphanumeric() || "_-./:*".contains(c));
    let words: Vec<&str> = said
        .whole()
        .split(ends_word)
        .map(|word| word.trim_end_matches(['.', ':']))
        .collect();
    request
        .scopes
        .iter()
        .filter(|scope| words.contains(scope))
        .map(str::to_owned)
        .collect()
}

/// The refused scopes, and the command that asks without them: those that the issuer names; else those that it does not list;
/// else nobody knows which.
pub(crate) fn without_scopes(
    error: Error,
    record: &ResourceRecord,
    request: &PendingAuthorization,
    listed: &Scopes,
) -> Error {
    let named = named_scopes(request, error.said());
    let unlisted = if listed.is_empty() {
        Scopes::default()
    } else {
        request.scopes.without(listed)
    };
    let refused = if named.is_empty() { unlisted } else { named };
    let again = login(&record.name);
    if refused.is_empty() || request.scopes.is_empty() {
        let asked = if request.scopes.is_empty() {
            "no scope".to_owned()
        } else {
            request.scopes.to_string()
        };
        let set = command_line(&["scopes", &record.name, "--set", "SCOPES"]);
        return error.with_hint(format!(
            "This login asked for {asked}. Choose others (`{set}`), and log in again: {again}."
        ));
    }
    let rest = request.scopes.without(&refused);
    let choose = match rest.to_string() {
        none if none.is_empty() => command_line(&["scopes", &record.name, "--none"]),
        rest => command_line(&["scopes", &record.name, "--set", &rest]),
    };
    let message = format!("{error}; refused may be {refused}, which this login asked for");
    let code = error.code();
    error.retold(code, message).with_scopes_instead(rest).with_hint(format!(
        "Ask without {refused}: `{choose}`, then {again}. Or ask the owner of the authorization server for it."
    ))
}
