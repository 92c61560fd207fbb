//! The switches as sentences, for grants without a person, bound tokens and registrations.

use serde_json::Value;

use super::{
    AssertionAudience, DeviceAnswers, DeviceSwitches, DpopSupport, RegistrationRefusal,
    ResourceParameter, Switches, TrustedIssuer,
};

impl Switches {
    /// An identity provider: it exchanges id tokens for ID-JAGs, and knows nothing of resources.
    #[must_use]
    pub fn as_identity_provider(mut self) -> Self {
        self.enterprise.provider = true;
        self.resource_parameter = ResourceParameter::Ignored;
        self
    }

    /// The identity provider refuses every exchange.
    #[must_use]
    pub fn refusing_exchange(mut self, error: &str) -> Self {
        self.enterprise.exchange_refused = Some(error.to_owned());
        self
    }

    /// The JWTs of this platform are taken.
    #[must_use]
    pub fn trusting_platform(mut self, issuer: &str, jwks: Value) -> Self {
        self.workload.trusted.push(TrustedIssuer {
            issuer: issuer.to_owned(),
            jwks,
        });
        self
    }

    /// The device grant is offered.
    #[must_use]
    pub fn with_device_grant(mut self) -> Self {
        self.device.offered = true;
        self
    }

    /// The device grant is offered, takes polls at any pace, and is undecided for so many of them.
    #[must_use]
    pub fn deciding_after(mut self, polls: u32) -> Self {
        self.device = DeviceSwitches {
            offered: true,
            checks_pace: false,
            pending_polls: polls,
            ..self.device
        };
        self
    }

    /// How a device grant ends.
    #[must_use]
    pub fn answering_device(mut self, answers: DeviceAnswers) -> Self {
        self.device.answers = answers;
        self
    }

    /// Whoever sends a proof gets a bound token.
    #[must_use]
    pub fn offering_dpop(mut self) -> Self {
        self.dpop.support = DpopSupport::Offered;
        self
    }

    /// Bound tokens only, at both servers.
    #[must_use]
    pub fn requiring_dpop(mut self) -> Self {
        self.dpop.support = DpopSupport::Required;
        self
    }

    /// Both servers demand nonces.
    #[must_use]
    pub fn demanding_nonces(mut self) -> Self {
        (
            self.dpop.authorization_server_nonce,
            self.dpop.resource_nonce,
        ) = (true, true);
        self
    }

    /// An authorization server for programs, which are registered as who they say they are.
    #[must_use]
    pub fn for_programs_only(mut self) -> Self {
        self.machine.client_credentials = true;
        self.machine.programs_only = true;
        self
    }

    /// The client credentials grant is offered.
    #[must_use]
    pub fn with_client_credentials(mut self) -> Self {
        self.machine.client_credentials = true;
        self
    }

    /// Clients may authenticate by `private_key_jwt` too.
    #[must_use]
    pub fn taking_client_assertions(mut self) -> Self {
        self.token_auth_methods.push("private_key_jwt".into());
        self
    }

    /// Whom a client assertion must be for.
    #[must_use]
    pub fn assertions_for(mut self, audience: AssertionAudience) -> Self {
        self.machine.assertion_audience = audience;
        self
    }

    /// This status and body for redirects that begin so; may be said several times.
    #[must_use]
    pub fn refusing_registration(mut self, redirect: &str, status: u16, body: &str) -> Self {
        let refusal = RegistrationRefusal {
            redirect: redirect.to_owned(),
            status,
            body: body.to_owned(),
            header: None,
        };
        self.registration_refusals.push(refusal);
        self
    }

    /// The last refusal has this header, too.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Some(last) = self.registration_refusals.last_mut() {
            last.header = Some((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Redirects with the path `/callback` only.
    #[must_use]
    pub fn registering_plain_callbacks_only(mut self) -> Self {
        self.registration_plain_callback = true;
        self
    }
}
