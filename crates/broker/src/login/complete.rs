//! The answer of the browser: found by its state, checked, exchanged, kept; all of it once.

use super::account;
use super::attempt::End;
use crate::error::{Attempt, command_line};
use crate::grant::keep::Made;
use crate::{Broker, Code, Error, ResourceRecord};
use oauth::authorization::{Callback, PendingAuthorization, ResponseError};
use oauth::concession::{Concession, Reach};
use oauth::grant::{Grant, GrantKind};
use oauth::registration::{AuthMethod, Registration, RegistrationKind};
use oauth::said::Said;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::token::{Answer, Client, TokenError};
use oauth::vendor::Vendor;
use vault::{ClientEndpoint, IssuerHabits, Vault};

impl Broker {
    /// A callback by deep link, loopback or paste. One that nobody asked for changes nothing (C-01).
    pub async fn complete_login(
        &self,
        callback: Result<Callback, ResponseError>,
    ) -> Result<Grant, Error> {
        // A hang-up of the browser must not lose a code that is already spent.
        let broker = self.clone();
        let completed = tokio::spawn(async move { broker.complete(callback).await }).await;
        completed
            .unwrap_or_else(|_| Err(Error::new(Code::Internal, "the login ended unexpectedly")))
    }

    async fn complete(&self, callback: Result<Callback, ResponseError>) -> Result<Grant, Error> {
        self.sweep(self.now()).await?;
        let callback = match callback {
            Ok(callback) => callback,
            Err(error) => return Err(self.unasked_for(error.into()).await),
        };
        let vault = self.vault()?;
        let Some(pending) = vault.pending_by_state(&callback.state).await? else {
            return Err(self
                .unasked_for(Error::new(
                    Code::LoginUnknown,
                    "an answer came for a login that is not under way",
                ))
                .await);
        };
        let record = self.record_of(pending.resource.as_str()).await?;
        let code = match pending.respond(callback, self.now()) {
            Ok(code) => code,
            // A forged answer must not end the real login: it stays under way (PROTOCOL.md 2.10 step 4).
            Err(
                error @ (ResponseError::IssMismatch { .. }
                | ResponseError::IssMissing { .. }
                | ResponseError::WrongPlace { .. }
                | ResponseError::NotACallback),
            ) => {
                return Err(self
                    .not_used(&vault, &record, &pending.id, error.into())
                    .await);
            }
            Err(error) => {
                let error = self.explained(&vault, &record, &pending, error).await?;
                self.end(
                    &vault,
                    &pending.id,
                    &End::Failed {
                        error: error.clone(),
                    },
                )
                .await?;
                return Err(self.failed(&record, error).await);
            }
        };
        // Nothing is used up where the answer could not be kept: the same address may be opened again.
        let _aloft = match self.take_off(&vault, &pending.token_endpoint).await {
            Ok(aloft) => aloft,
            Err(error) => {
                let hint = format!(
                    "{} Then open the address of the browser's answer again.",
                    error.hint()
                );
                return Err(self
                    .not_used(&vault, &record, &pending.id, error.with_hint(hint))
                    .await);
            }
        };
        // Single use: of several copies of one answer, one goes on (F05).
        if !self.end(&vault, &pending.id, &End::Answered).await? {
            return Err(self
                .unasked_for(Error::new(
                    Code::LoginUnknown,
                    "this answer was already used",
                ))
                .await);
        }
        let outcome = match pending.kind {
            GrantKind::EnterpriseManaged => {
                self.logged_in_at_provider(&vault, &record, &pending, &code)
                    .await
            }
            _ => self.redeem(&vault, &record, &pending, &code).await,
        };
        match outcome {
            Ok(grant) => {
                self.ended(
                    &vault,
                    &pending.id,
                    &End::Done {
                        grant: grant.id.clone(),
                    },
                )
                .await;
                if let Err(error) = self.learn_redirect(&pending).await {
                    tracing::warn!(%error, "the redirect that worked could not be noted");
                }
                Ok(grant)
            }
            Err(error) => {
                self.ended(
                    &vault,
                    &pending.id,
                    &End::Failed {
                        error: error.clone(),
                    },
                )
                .await;
                Err(self.failed(&record, error).await)
            }
        }
    }

    async fn redeem(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
        code: &Secret,
    ) -> Result<Grant, Error> {
        let registration = vault
            .registration(&pending.registration_id)
            .await?
            .ok_or_else(|| {
                Error::new(
                    Code::ClientForgotten,
                    "the registration of this login is gone",
                )
            })?;
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let proofs = self.proofs(pending.dpop_key.as_ref())?;
        let random = crate::random_stream()?;
        let ways = self
            .ways(Some(&registration), &pending.issuer, ClientEndpoint::Token)
            .await?;
        let client = Client {
            endpoint: &pending.token_endpoint,
            registration: Some(&registration),
            reach,
            now: self.now(),
            random: &random,
            dpop: proofs.as_ref(),
            ways: &ways,
        };
        let outcome = client.exchange(&self.inner.http, pending, code).await;
        self.learn_way(Some(&registration), ClientEndpoint::Token, &ways)
            .await;
        match outcome {
            Ok(answer) => {
                self.keep_answer(vault, record, pending, answer, reach)
                    .await
            }
            Err(error) => {
                self.learn_from(vault, &registration, &error).await?;
                let vendor = maker(pending);
                let hidden = hides_an_unknown_resource(&error, vendor);
                let about_resource =
                    pending.resource_parameter.is_some() && error.is_about_the_resource();
                let refused_scopes =
                    matches!(&error, TokenError::Refused { error, .. } if error == "invalid_scope");
                let (began, now) = (Some(pending.started_at), self.now());
                let attempt = Attempt {
                    name: &record.name,
                    registration: Some(&registration),
                    began,
                    now,
                };
                let error = attempt.explain(error);
                let error = if hidden || about_resource {
                    error.with_concession(Concession::NoResourceParameter)
                } else {
                    error
                };
                let error = with_resource_named(error, pending, vendor);
                if refused_scopes {
                    return Err(without_scopes(
                        error,
                        record,
                        pending,
                        &self.scopes_listed(vault, pending).await?,
                    ));
                }
                Err(error)
            }
        }
    }

    /// Who it is, and the grant.
    pub(super) async fn keep_answer(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
        answer: Answer,
        reach: Reach,
    ) -> Result<Grant, Error> {
        // Who it is may be unknown; what came is kept.
        let account = self
            .account_of(vault, &pending.issuer, &answer, reach)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "who logged in could not be found out");
                account::nameless()
            });
        if pending.kind == GrantKind::AuthorizationCode
            && let Err(error) = self.learn_consent(vault, pending, &answer.tokens).await
        {
            tracing::warn!(%error, "that no refresh token came could not be noted");
        }
        self.keep_login(vault, record, Made::by(pending, account, answer.tokens))
            .await
    }

    /// A client that its issuer does not know is forgotten, unless a person entered it; one that it refuses because it
    /// has no secret is registered with one the next time (Q28, LAB.md 4.8).
    pub(super) async fn learn_from(
        &self,
        vault: &Vault,
        registration: &Registration,
        error: &TokenError,
    ) -> Result<(), Error> {
        let is_refused = error.is_about_the_client() || error.lacks_secret();
        if !is_refused || registration.kind != RegistrationKind::Dynamic {
            return Ok(());
        }
        vault.forget_registration(&registration.id).await?;
        if registration.auth_method == AuthMethod::None {
            let habits = vault.issuer_habits(&registration.issuer).await?;
            vault
                .save_issuer_habits(
                    &registration.issuer,
                    IssuerHabits {
                        wants_secret: true,
                        ..habits
                    },
                )
                .await?;
        }
        Ok(())
    }

    /// What a refusal at the authorization endpoint means for the next try (PROTOCOL.md 2.8 step 8, LAB.md 4.19).
    async fn explained(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
        error: ResponseError,
    ) -> Result<Error, Error> {
        let ResponseError::Refused { error: code, said } = &error else {
            return Ok(error.into());
        };
        let mentions = |word: &str| said.as_ref().is_some_and(|said| said.mentions(word));
        let vendor = maker(pending);
        // Cognito says it in the description (LAB.md 4.19); others deny the access, and name a scope that was asked for.
        let named = named_scopes(pending, said.as_ref());
        let about_scopes = code == "invalid_scope"
            || mentions("invalid_scope")
            || (!named.is_empty() && (code == "access_denied" || mentions("scope")));
        let hides = vendor.is_some_and(|vendor| vendor.hides_unknown_resources);
        let about_resource = code == "invalid_target"
            || (matches!(code.as_str(), "invalid_request" | "invalid_grant")
                && (mentions("resource") || hides));
        let about_consent = matches!(
            code.as_str(),
            "consent_required" | "interaction_required" | "invalid_request"
        ) || (code == "access_denied" && mentions("consent"))
            || mentions("prompt");
        let told = Error::from(error.clone());
        if about_resource && pending.resource_parameter.is_some() {
            return Ok(with_resource_named(
                told.with_concession(Concession::NoResourceParameter),
                pending,
                vendor,
            ));
        }
        if about_consent && self.unlearn_consent(vault, pending).await? {
            let again = crate::error::login(&record.name);
            return Ok(told.with_hint(format!(
                "Log in again: consent is not asked for by name from now on: {again}."
            )));
        }
        if !about_scopes {
            return Ok(told);
        }
        if let Some(again) = self.registered_for_less(vault, record, pending).await? {
            let hint = format!(
                "Log in again: the program registers itself anew, for these scopes: `{again}`."
            );
            return Ok(told.with_hint(hint));
        }
        let added = pending.scopes.contains(super::OFFLINE)
            && !record.scopes_to_request.contains(super::OFFLINE);
        if !added || (!named.is_empty() && !named.contains(super::OFFLINE)) {
            return Ok(without_scopes(
                told,
                record,
                pending,
                &self.scopes_listed(vault, pending).await?,
            ));
        }
        let habits = vault.issuer_habits(&pending.issuer).await?;
        vault
            .save_issuer_habits(
                &pending.issuer,
                IssuerHabits {
                    refuses_offline: true,
                    ..habits
                },
            )
            .await?;
        Ok(told.with_hint("Log in again: the scope offline_access, which the server did not ask for, is left out from now on."))
    }

    /// The command that logs in by a new registration, where the one of now has given a login and this one asked for more: many
    /// issuers hold a client to the scopes that it was registered with (RFC 7591 §2).
    async fn registered_for_less(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        pending: &PendingAuthorization,
    ) -> Result<Option<String>, Error> {
        let registration = vault.registration(&pending.registration_id).await?;
        if registration.is_none_or(|known| known.kind != RegistrationKind::Dynamic) {
            return Ok(None);
        }
        let grants = vault.grants().await?;
        let before: Scopes = grants
            .iter()
            .filter(|grant| grant.registration_id == pending.registration_id)
            .flat_map(|grant| {
                grant
                    .scopes_requested
                    .iter()
                    .chain(grant.tokens().into_iter().flat_map(|it| it.scopes.iter()))
            })
            .collect();
        let more = pending.scopes.without(&before);
        if before.is_empty() || more.is_empty() {
            return Ok(None);
        }
        vault
            .set_setting(
                &crate::issuer::registration::narrow(&pending.registration_id),
                "1",
            )
            .await?;
        let mut words = vec!["login", record.name.as_str()];
        words.extend(
            more.iter()
                .filter(|scope| *scope != super::OFFLINE)
                .flat_map(|scope| ["--scope", scope]),
        );
        Ok(Some(command_line(&words)))
    }

    /// What the issuer says that it knows.
    async fn scopes_listed(
        &self,
        vault: &Vault,
        pending: &PendingAuthorization,
    ) -> Result<Scopes, Error> {
        let server = vault.authorization_server(&pending.issuer).await?;
        Ok(server
            .map(|(server, _)| server.scopes_supported)
            .unwrap_or_default())
    }

    /// Counted and told of once a minute; none of its text is kept, and no window is opened for it.
    async fn unasked_for(&self, error: Error) -> Error {
        self.record_refusal(
            None,
            error.code(),
            "An answer came for a login that is not under way; it was ignored.".to_owned(),
        )
        .await;
        error
    }
}

/// Who made the authorization server that was asked, also behind a proxy.
fn maker(pending: &PendingAuthorization) -> Option<&'static Vendor> {
    let endpoints = [pending.token_endpoint.as_str(), &pending.authorization_url];
    Vendor::speaking(&[&pending.expected_iss, &pending.issuer], &endpoints)
}

/// Whether this may be what an issuer says of a resource that it does not know, in other words (PROTOCOL.md 8.1).
fn hides_an_unknown_resource(error: &TokenError, vendor: Option<&Vendor>) -> bool {
    matches!(error, TokenError::InvalidGrant { .. })
        && vendor.is_some_and(|vendor| vendor.hides_unknown_resources)
}

/// Where the issuer does not know the resource, its owner has to be told the very string (Q34, Q35).
fn with_resource_named(
    error: Error,
    pending: &PendingAuthorization,
    vendor: Option<&Vendor>,
) -> Error {
    match (&pending.resource_parameter, error.concession()) {
        (Some(resource), Some(concession @ Concession::NoResourceParameter)) => error
            .with_pattern(vendor.and_then(|vendor| concession.pattern_of(vendor)))
            .with_hint(format!(
                "Ask the authorization server's owner to register {resource} as a resource. Or allow no-resource-parameter for this server: its tokens may then work at other servers too."
            )),
        // It was not sent.
        (None, Some(Concession::NoResourceParameter)) => error
            .with_concession(None)
            .with_hint("The request named no resource. Tell the authorization server's owner, with these words."),
        _ => error,
    }
}

/// The scopes that were asked for and that the issuer names in its refusal, as whole words.
fn named_scopes(pending: &PendingAuthorization, said: Option<&Said>) -> Scopes {
    let Some(said) = said else {
        return Scopes::default();
    };
    let ends_word = |c: char| !(c.is_alphanumeric() || "_-./:*".contains(c));
    let words: Vec<&str> = said
        .whole()
        .split(ends_word)
        .map(|word| word.trim_end_matches(['.', ':']))
        .collect();
    pending
        .scopes
        .iter()
        .filter(|scope| words.contains(scope))
        .map(str::to_owned)
        .collect()
}

/// The refused scopes, and the command that asks without them: those that the issuer names; else those that it does not list;
/// else nobody knows which.
fn without_scopes(
    error: Error,
    record: &ResourceRecord,
    pending: &PendingAuthorization,
    listed: &Scopes,
) -> Error {
    let named = named_scopes(pending, error.said());
    let unlisted = if listed.is_empty() {
        Scopes::default()
    } else {
        pending.scopes.without(listed)
    };
    let refused = if named.is_empty() { unlisted } else { named };
    let again = crate::error::login(&record.name);
    if refused.is_empty() || pending.scopes.is_empty() {
        let asked = if pending.scopes.is_empty() {
            "no scope".to_owned()
        } else {
            pending.scopes.to_string()
        };
        let set = command_line(&["scopes", &record.name, "--set", "SCOPES"]);
        return error.with_hint(format!(
            "This login asked for {asked}. Choose others (`{set}`), and log in again: {again}."
        ));
    }
    let rest = pending.scopes.without(&refused);
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

#[cfg(test)]
mod tests {
    use super::*;
    use oauth::uri::Issuer;

    #[test]
    fn q35_an_invalid_grant_is_about_the_resource_at_cognito_alone() {
        let refused = TokenError::InvalidGrant {
            host: "h".to_owned(),
            said: None,
        };
        let pool = Issuer::stored(
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example".to_owned(),
        );
        assert!(hides_an_unknown_resource(&refused, Vendor::of(&pool)));
        assert!(!hides_an_unknown_resource(
            &refused,
            Vendor::of(&Issuer::stored("https://as.example".to_owned()))
        ));
        let other = TokenError::InvalidClient {
            host: "h".to_owned(),
            said: None,
        };
        assert!(!hides_an_unknown_resource(&other, Vendor::of(&pool)));
    }
}
