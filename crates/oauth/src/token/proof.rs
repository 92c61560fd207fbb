//! Who we are, in each way that an endpoint may want it (RFC 6749 §2.3, RFC 7523 §2.2; LAB.md 4.5 – 4.8).

use super::client::Client;
use super::error::TokenError;
use crate::assertion::{CLIENT_ASSERTION_TYPE, client_assertion};
use crate::http::Request;
use crate::jwt::SigningKey;
use crate::metadata::AuthorizationServer;
use crate::registration::Registration;
use serde::{Deserialize, Serialize};

/// What `oauth2` has to write into the request itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// `client_id` in the body, no secret.
    Id,
    Basic,
    Post,
    /// Nothing at all: the request's own assertion says it.
    Nobody,
}

/// One way to prove who the client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Public,
    Basic,
    /// The id stands in the body as well, which some servers insist on (LAB.md 4.6).
    BasicAndId,
    Post,
    /// A signed assertion for the issuer, as the newer texts say …
    AssertionForIssuer,
    /// … or for the endpoint that it is sent to, as RFC 7523 §3 allows.
    AssertionForEndpoint,
    Nobody,
}

impl Way {
    /// What RFC 7591 §2 calls it.
    pub(crate) fn name(self) -> &'static str {
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
        request: Request,
        client: &Client<'_>,
    ) -> Result<Request, TokenError> {
        let Some(registration) = client.registration else {
            return Ok(request);
        };
        match self {
            Self::BasicAndId => Ok(with(request, &[("client_id", &registration.client_id)])),
            Self::AssertionForIssuer => {
                signed(request, registration, registration.issuer.as_str(), client)
            }
            Self::AssertionForEndpoint => signed(request, registration, client.endpoint, client),
            _ => Ok(request),
        }
    }
}

fn signed(
    request: Request,
    registration: &Registration,
    audience: &str,
    client: &Client<'_>,
) -> Result<Request, TokenError> {
    let unusable = |why: String| TokenError::Key {
        host: AuthorizationServer::host_of(client.endpoint),
        why,
    };
    let pem = registration
        .client_secret
        .as_ref()
        .ok_or_else(|| unusable("it is missing".to_owned()))?;
    let key = SigningKey::from_pem(pem).map_err(|error| unusable(error.to_string()))?;
    let (id, kid) = (&registration.client_id, registration.key_id.as_deref());
    let assertion = client_assertion(id, &key, kid, audience, client.now, (client.random)());
    Ok(with(
        request,
        &[
            ("client_assertion_type", CLIENT_ASSERTION_TYPE),
            ("client_assertion", assertion.expose()),
        ],
    ))
}

/// More members for a form.
pub(crate) fn with(mut request: Request, more: &[(&str, &str)]) -> Request {
    let more = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(more)
        .finish();
    if !request.body.is_empty() {
        request.body.push(b'&');
    }
    request.body.extend(more.bytes());
    request
}
