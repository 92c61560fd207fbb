//! Which scopes a login asks for, and which ones after a refusal (RFC 6749 §3.3).

use crate::error::login;
use crate::issuer::registration::criteria::narrow;
use crate::{Broker, Error, command_line};
use messages::text;
use model::{Grant, LoginAttempt, LoginMethod, ResourceRecord};
use oauth::authorization::PendingAuthorization;
use oauth::error_description::ErrorDescription;
use oauth::metadata::AuthorizationServer;
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use vault::{IssuerHabits, Vault};

/// The scope of OpenID Connect Core §11 that asks for a refresh token.
pub(crate) const OFFLINE: &str = "offline_access";

/// What a login asks for: what the person chose, what this server asks for, and `more` that an operation lacked (S-10).
/// Without `offline_access` where the issuer refused it, or where the method has no use for a refresh token.
pub(crate) fn scopes_of_login(
    record: &ResourceRecord,
    server: &AuthorizationServer,
    grants: &[Grant],
    habits: IssuerHabits,
    more: Option<&Scopes>,
) -> Scopes {
    let scopes = scopes_to_ask(record, Some(server), grants);
    let is_of_a_person = matches!(
        record.login_method,
        LoginMethod::Browser | LoginMethod::Device
    );
    let scopes = if habits.refuses_offline || !is_of_a_person {
        without_offline(record, &scopes)
    } else {
        scopes
    };
    more.map_or_else(|| scopes.clone(), |more| scopes.union(more))
}

/// What the person chose, else what the server asks for and what was asked for before (S-07, S-10).
pub(crate) fn scopes_to_ask(
    record: &ResourceRecord,
    server: Option<&AuthorizationServer>,
    grants: &[Grant],
) -> Scopes {
    if let Some(chosen) = &record.chosen_scopes {
        return chosen.clone();
    }
    let live = grants.iter().filter(|grant| !grant.is_revoked());
    let scopes = live.fold(record.scopes_to_request.clone(), |scopes, grant| {
        scopes.union(&grant.scopes_requested)
    });
    match server {
        Some(server) => completed(&scopes, server),
        None => scopes,
    }
}

/// What a server's documents ask for, as a request names it at this issuer: with `offline_access` where the issuer lists it
/// (S-14); none at all stays none, unless the issuer's maker is known to want one.
pub(crate) fn completed(scopes: &Scopes, server: &AuthorizationServer) -> Scopes {
    if !scopes.is_empty() {
        return scopes.union(&offline_access(server));
    }
    let least = server.vendor().and_then(|vendor| vendor.least_scope);
    least.map(Scopes::parse).unwrap_or_default()
}

/// What the login at the company's provider asks for: an id token, and a refresh token where the provider lists one.
pub(crate) fn scopes_at_provider(server: &AuthorizationServer) -> Scopes {
    Scopes::parse("openid").union(&offline_access(server))
}

fn offline_access(server: &AuthorizationServer) -> Scopes {
    if server.scopes_supported.contains(OFFLINE) {
        Scopes::parse(OFFLINE)
    } else {
        Scopes::default()
    }
}

/// Without the scope that we added of our own accord; one that the server asks for stays.
fn without_offline(record: &ResourceRecord, scopes: &Scopes) -> Scopes {
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

    /// The issuer refused scopes at its authorization endpoint: what the next login leaves out, or how a person chooses.
    pub(crate) async fn scopes_refused(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
        request: &PendingAuthorization,
        named: &Scopes,
        told: Error,
    ) -> Result<Error, Error> {
        if let Some(again) = self.registered_for_less(vault, record, attempt).await? {
            return Ok(told.with_hint(text::IssuerHintRegisterForScopes { command: again }));
        }
        let added = request.scopes.contains(OFFLINE) && !record.scopes_to_request.contains(OFFLINE);
        if !added || (!named.is_empty() && !named.contains(OFFLINE)) {
            return Ok(without_scopes(
                told,
                record,
                request,
                &self.scopes_listed(vault, request).await?,
            ));
        }
        let habits = vault.issuer_habits(&request.issuer).await?;
        vault
            .save_issuer_habits(
                &request.issuer,
                IssuerHabits {
                    refuses_offline: true,
                    ..habits
                },
            )
            .await?;
        Ok(told.with_hint(text::IssuerHintOfflineLeftOut {
            scope: OFFLINE,
            command: login(&record.name),
        }))
    }

    /// The command that logs in by a new registration, where the one of now has given a login and this one asked for more: many
    /// issuers hold a client to the scopes that it was registered with (RFC 7591 §2).
    async fn registered_for_less(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
    ) -> Result<Option<String>, Error> {
        let Some(registration_id) = attempt.registration_id() else {
            return Ok(None);
        };
        let registration = vault.registration(registration_id).await?;
        if registration.is_none_or(|known| known.kind != RegistrationKind::Dynamic) {
            return Ok(None);
        }
        let grants = vault.grants().await?;
        let before: Scopes = grants
            .iter()
            .filter(|grant| grant.is_of_registration(registration_id))
            .flat_map(|grant| {
                grant
                    .scopes_requested
                    .iter()
                    .chain(grant.tokens().into_iter().flat_map(|it| it.scopes.iter()))
            })
            .collect();
        let more = attempt.scopes().without(&before);
        if before.is_empty() || more.is_empty() {
            return Ok(None);
        }
        vault.set_setting(&narrow(registration_id), "1").await?;
        let mut words = vec!["login", record.name.as_str()];
        words.extend(
            more.iter()
                .filter(|scope| *scope != OFFLINE)
                .flat_map(|scope| ["--scope", scope]),
        );
        Ok(Some(command_line(&words)))
    }
}

/// The scopes that were asked for and that the issuer names in its refusal, as whole words.
pub(crate) fn named_scopes(
    request: &PendingAuthorization,
    said: Option<&ErrorDescription>,
) -> Scopes {
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
    if request.scopes.is_empty() {
        let set = command_line(&["scopes", &record.name, "--set", "SCOPES"]);
        return error.with_hint(text::IssuerHintChooseSomeScopes { set, again });
    }
    if refused.is_empty() {
        let asked = request.scopes.to_vec();
        let set = command_line(&["scopes", &record.name, "--set", "SCOPES"]);
        return error.with_hint(text::IssuerHintChooseScopes { asked, set, again });
    }
    let rest = request.scopes.without(&refused);
    let choose = match rest.to_string() {
        none if none.is_empty() => command_line(&["scopes", &record.name, "--none"]),
        rest => command_line(&["scopes", &record.name, "--set", &rest]),
    };
    let (code, scopes) = (error.code(), refused.to_vec());
    let what = text::IssuerScopesPerhapsRefused {
        scopes: scopes.clone(),
        what: error.text().clone(),
    };
    error
        .retold(code, what)
        .with_scopes_instead(rest)
        .with_hint(text::IssuerHintSignInWithout {
            scopes,
            choose,
            again,
        })
}

#[cfg(test)]
mod tests {
    use super::{completed, scopes_at_provider};
    use oauth::metadata::AuthorizationServer;
    use oauth::scope::Scopes;

    fn listing(scopes: &str) -> AuthorizationServer {
        let origin = url::Url::parse("https://as.example/").expect("a URL");
        AuthorizationServer {
            scopes_supported: Scopes::parse(scopes),
            ..AuthorizationServer::legacy(&origin).expect("an origin")
        }
    }

    #[test]
    fn s14_offline_access_is_asked_for_where_it_is_listed_and_beside_other_scopes() {
        let asked = |scopes: &str, listed: &str| {
            completed(&Scopes::parse(scopes), &listing(listed)).to_string()
        };
        assert_eq!(
            asked("notes", "notes offline_access"),
            "notes offline_access"
        );
        assert_eq!(asked("notes", "notes"), "notes");
        assert_eq!(asked("", "offline_access"), "", "the issuer decides");
    }

    #[test]
    fn a_provider_is_asked_for_an_id_token_and_for_what_renews_it_if_it_can() {
        let asked = |listed: &str| scopes_at_provider(&listing(listed)).to_string();
        assert_eq!(asked("openid"), "openid");
        assert_eq!(asked("openid offline_access"), "offline_access openid");
    }
}
