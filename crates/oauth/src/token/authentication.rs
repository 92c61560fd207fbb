//! How a client proves itself at an endpoint (RFC 6749 §2.3, RFC 7523 §2.2).

use super::error::TokenError;
use super::form::Form;
use crate::assertion::{CLIENT_ASSERTION_TYPE, client_assertion};
use crate::jwt::{KeyError, SigningKey};
use crate::metadata::AuthorizationServer;
use crate::random;
use crate::registration::Registration;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where the client id and its secret stand in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// `client_id` in the body, no secret.
    Id,
    Basic,
    Post,
    /// Nowhere: the request's own assertion says it.
    Nobody,
}

/// How a client proves itself at an endpoint: the methods of RFC 7591 §2, and the forms in which servers take them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// By nothing but its id.
    Public,
    /// By HTTP Basic (RFC 6749 §2.3.1).
    Basic,
    /// The id stands in the body as well, which some servers insist on (lab-06).
    BasicAndId,
    /// By id and secret in the body.
    Post,
    /// By a signed assertion for the issuer, as the newer texts say …
    AssertionForIssuer,
    /// … or for the endpoint that it is sent to, as RFC 7523 §3 allows.
    AssertionForEndpoint,
    /// Not at all: the assertion that is brought says who asks.
    Nobody,
}

impl ClientAuthentication {
    /// What RFC 7591 §2 calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Public | Self::Nobody => "none",
            Self::Basic | Self::BasicAndId => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::AssertionForIssuer | Self::AssertionForEndpoint => "private_key_jwt",
        }
    }

    pub(crate) fn method(self) -> Method {
        match self {
            Self::Public | Self::AssertionForIssuer | Self::AssertionForEndpoint => Method::Id,
            Self::Basic | Self::BasicAndId => Method::Basic,
            Self::Post => Method::Post,
            Self::Nobody => Method::Nobody,
        }
    }

    /// Adds what the method alone does not say.
    pub(crate) fn added_to(
        self,
        form: Form,
        registration: Option<&Registration>,
        endpoint: &str,
        now: Timestamp,
        random: &random::Source,
    ) -> Result<Form, TokenError> {
        let Some(registration) = registration else {
            return Ok(form);
        };
        let audience = match self {
            Self::BasicAndId => return Ok(form.with(&[("client_id", &registration.client_id)])),
            Self::AssertionForIssuer => registration.issuer.as_str(),
            Self::AssertionForEndpoint => endpoint,
            _ => return Ok(form),
        };
        let assertion = signed(registration, audience, now, random).map_err(|source| {
            let host = AuthorizationServer::host_of(endpoint);
            TokenError::Key { host, source }
        })?;
        Ok(form.with(&[
            ("client_assertion_type", CLIENT_ASSERTION_TYPE),
            ("client_assertion", assertion.expose()),
        ]))
    }
}

fn signed(
    registration: &Registration,
    audience: &str,
    now: Timestamp,
    random: &random::Source,
) -> Result<crate::secret::Secret, KeyError> {
    let pem = registration
        .client_secret
        .as_ref()
        .ok_or(KeyError::Missing)?;
    let key = SigningKey::from_pem(pem)?;
    let (id, kid) = (&registration.client_id, registration.key_id.as_deref());
    client_assertion(id, &key, kid, audience, now, random::bytes(random))
}
