//! What a refusal of a login means, and what to do next.

use crate::error::{Attempt, login};
use crate::issuer::scopes::{named_scopes, without_scopes};
use crate::{Broker, Error};
use messages::text;
use model::{ClientRecord, ConcessionText, LoginAttempt, ResourceRecord};
use oauth::authorization::{PendingAuthorization, ResponseError};
use oauth::concession::Concession;
use oauth::token::TokenError;
use oauth::vendor::Vendor;
use vault::Vault;

impl Broker {
    /// What a refusal at the token endpoint means for the next try.
    pub(super) async fn exchange_refused(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        attempt: &LoginAttempt,
        request: &PendingAuthorization,
        registration: &ClientRecord,
        error: TokenError,
    ) -> Result<Error, Error> {
        self.learn_from(vault, registration, &error).await?;
        let vendor = maker(request);
        let hidden = hides_an_unknown_resource(&error, vendor);
        let about_resource = request.resource_parameter.is_some() && error.is_about_the_resource();
        let refused_scopes = error.refused_with("invalid_scope");
        let told = Attempt {
            name: &record.name,
            registration: Some(registration),
            began: Some(attempt.started_at),
            now: self.now(),
        };
        let error = told.explain(error);
        let error = if hidden || about_resource {
            error.with_concession(Concession::NoResourceParameter)
        } else {
            error
        };
        let error = with_resource_named(error, request, vendor);
        if refused_scopes {
            let listed = self.scopes_listed(vault, request).await?;
            return Ok(without_scopes(error, record, request, &listed));
        }
        Ok(error)
    }

    /// What a refusal at the authorization endpoint means for the next try (docs/protocol.md#scopes, lab-19).
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
        // Cognito says it in the description (lab-19); others deny the access, and name a scope that was asked for.
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
            let command = login(&record.name);
            return Ok(told.with_hint(text::LoginHintWithoutConsent { command }));
        }
        if !about_scopes {
            return Ok(told);
        }
        self.scopes_refused(vault, record, attempt, request, &named, told)
            .await
    }
}

/// Who made the authorization server that was asked, also behind a proxy.
fn maker(request: &PendingAuthorization) -> Option<&'static Vendor> {
    let endpoints = [request.token_endpoint.as_str(), &request.authorization_url];
    Vendor::speaking(&[&request.expected_iss, &request.issuer], &endpoints)
}

/// Whether this may be what an issuer says of a resource that it does not know, in other words (docs/protocol.md#cognito).
fn hides_an_unknown_resource(error: &TokenError, vendor: Option<&Vendor>) -> bool {
    matches!(error, TokenError::InvalidGrant { .. })
        && vendor.is_some_and(|vendor| vendor.hides_unknown_resources)
}

/// Where the issuer does not know the resource, its owner has to be told the very string (Q34, Q35).
fn with_resource_named(
    error: Error,
    request: &PendingAuthorization,
    vendor: Option<&Vendor>,
) -> Error {
    match (&request.resource_parameter, error.concession()) {
        (Some(resource), Some(concession @ Concession::NoResourceParameter)) => error
            .with_pattern(vendor.and_then(|vendor| concession.pattern_of(vendor)))
            .with_hint(text::LoginHintNameResource { resource }),
        // It was not sent.
        (None, Some(Concession::NoResourceParameter)) => error
            .with_concession(None)
            .with_hint(text::LoginHintNoResourceSent),
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
