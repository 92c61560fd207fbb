//! What a refusal of a login means, and what to do next.

use crate::error::login;
use crate::issuer::scopes::{OFFLINE, named_scopes, without_scopes};
use crate::{Broker, Error, ResourceRecord, command_line};
use model::LoginAttempt;
use oauth::authorization::{PendingAuthorization, ResponseError};
use oauth::concession::Concession;
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use oauth::token::TokenError;
use oauth::vendor::Vendor;
use vault::{IssuerHabits, Vault};

impl Broker {
    /// What a refusal at the authorization endpoint means for the next try (PROTOCOL.md 2.8 step 8, LAB.md 4.19).
    pub(crate) async fn explained(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
        request: &PendingAuthorization,
        error: ResponseError,
    ) -> Result<Error, Error> {
        let ResponseError::Refused { error: code, said } = &error else {
            return Ok(error.into());
        };
        let mentions = |word: &str| said.as_ref().is_some_and(|said| said.mentions(word));
        let vendor = maker(request);
        // Cognito says it in the description (LAB.md 4.19); others deny the access, and name a scope that was asked for.
        let named = named_scopes(request, said.as_ref());
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
        if about_resource && request.resource_parameter.is_some() {
            return Ok(with_resource_named(
                told.with_concession(Concession::NoResourceParameter),
                request,
                vendor,
            ));
        }
        if about_consent && self.unlearn_consent(vault, request).await? {
            let again = login(&record.name);
            return Ok(told.with_hint(format!(
                "Log in again: consent is not asked for by name from now on: {again}."
            )));
        }
        if !about_scopes {
            return Ok(told);
        }
        if let Some(again) = self.registered_for_less(vault, record, attempt).await? {
            let hint = format!(
                "Log in again: the program registers itself anew, for these scopes: `{again}`."
            );
            return Ok(told.with_hint(hint));
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
        Ok(told.with_hint("Log in again: the scope offline_access, which the server did not ask for, is left out from now on."))
    }

    /// The command that logs in by a new registration, where the one of now has given a login and this one asked for more: many
    /// issuers hold a client to the scopes that it was registered with (RFC 7591 §2).
    pub(crate) async fn registered_for_less(
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
            .filter(|grant| grant.registration_id == registration_id)
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
        vault
            .set_setting(&crate::issuer::registration::narrow(registration_id), "1")
            .await?;
        let mut words = vec!["login", record.name.as_str()];
        words.extend(
            more.iter()
                .filter(|scope| *scope != OFFLINE)
                .flat_map(|scope| ["--scope", scope]),
        );
        Ok(Some(command_line(&words)))
    }
}

/// Who made the authorization server that was asked, also behind a proxy.
pub(crate) fn maker(request: &PendingAuthorization) -> Option<&'static Vendor> {
    let endpoints = [request.token_endpoint.as_str(), &request.authorization_url];
    Vendor::speaking(&[&request.expected_iss, &request.issuer], &endpoints)
}

/// Whether this may be what an issuer says of a resource that it does not know, in other words (PROTOCOL.md 8.1).
pub(crate) fn hides_an_unknown_resource(error: &TokenError, vendor: Option<&Vendor>) -> bool {
    matches!(error, TokenError::InvalidGrant { .. })
        && vendor.is_some_and(|vendor| vendor.hides_unknown_resources)
}

/// Where the issuer does not know the resource, its owner has to be told the very string (Q34, Q35).
pub(crate) fn with_resource_named(
    error: Error,
    request: &PendingAuthorization,
    vendor: Option<&Vendor>,
) -> Error {
    match (&request.resource_parameter, error.concession()) {
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
