//! A request that our client makes at an endpoint of its issuer: how it proves itself there, as the metadata lists it and as was
//! learned before. Every request to a token endpoint, a device authorization endpoint or a revocation endpoint is built here.

use crate::upstream::randomness::random_source;
use crate::{Broker, Error};
use chacha20::ChaCha20Rng;
use model::ClientRecord;
use oauth::address_guard::Reach;
use oauth::dpop::Proofs;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::{AuthenticationMethods, Client};
use oauth::uri::Issuer;
use std::sync::Mutex;
use vault::ClientEndpoint;

/// Where the request goes.
#[derive(Clone, Copy)]
pub(crate) struct IssuerEndpoint<'a> {
    pub(crate) kind: ClientEndpoint,
    pub(crate) url: &'a str,
    pub(crate) issuer: &'a Issuer,
    pub(crate) reach: Reach,
}

impl<'a> IssuerEndpoint<'a> {
    pub(crate) fn token(issuer: &'a Issuer, url: &'a str, reach: Reach) -> Self {
        let kind = ClientEndpoint::Token;
        Self {
            kind,
            url,
            issuer,
            reach,
        }
    }
}

/// Who makes the request, and with what. It lives for as long as the answer is awaited.
pub(crate) struct ClientRequest<'a> {
    endpoint: IssuerEndpoint<'a>,
    /// None: the assertion itself says who asks (workload identity).
    registration: Option<&'a ClientRecord>,
    proofs: Option<Proofs>,
    random: Mutex<ChaCha20Rng>,
    authentication: AuthenticationMethods,
    now: Timestamp,
}

impl ClientRequest<'_> {
    pub(crate) fn client(&self) -> Client<'_> {
        Client {
            endpoint: self.endpoint.url,
            registration: self.registration.map(|client| &client.registration),
            reach: self.endpoint.reach,
            now: self.now,
            random: &self.random,
            dpop: self.proofs.as_ref(),
            authentication: &self.authentication,
        }
    }
}

impl Broker {
    /// `dpop_key` is the key that the tokens are, or shall be, bound to (RFC 9449).
    pub(crate) async fn client_request<'a>(
        &self,
        endpoint: IssuerEndpoint<'a>,
        registration: Option<&'a ClientRecord>,
        dpop_key: Option<&Secret>,
    ) -> Result<ClientRequest<'a>, Error> {
        Ok(ClientRequest {
            endpoint,
            registration,
            proofs: self.inner.upstream.proofs(dpop_key)?,
            random: random_source()?,
            authentication: self.authentication(endpoint, registration).await?,
            now: self.now(),
        })
    }

    async fn authentication(
        &self,
        endpoint: IssuerEndpoint<'_>,
        registration: Option<&ClientRecord>,
    ) -> Result<AuthenticationMethods, Error> {
        let vault = self.vault()?;
        let server = vault.authorization_server(endpoint.issuer).await?;
        let listed = server.and_then(|(server, _)| match endpoint.kind {
            // RFC 8414 §2 gives each endpoint a list of its own; where this one has none, the other is the best word there is.
            // Its default, Basic, is tried last.
            ClientEndpoint::Revocation => server.revocation_endpoint_auth_methods.or_else(|| {
                let basic = "client_secret_basic".to_owned();
                server
                    .token_endpoint_auth_methods
                    .map(|methods| methods.into_iter().chain([basic]).collect())
            }),
            ClientEndpoint::Token | ClientEndpoint::DeviceAuthorization => {
                server.token_endpoint_auth_methods
            }
        });
        let learned = match registration {
            Some(registration) => {
                vault
                    .client_authentication(&registration.id, endpoint.kind)
                    .await?
            }
            None => None,
        };
        Ok(AuthenticationMethods::new(listed.as_deref(), learned))
    }

    /// Keeps what the request has taught. What cannot be kept is learned once more.
    pub(crate) async fn learn_authentication(&self, request: &ClientRequest<'_>) {
        let (Some(registration), Some(learned), Ok(vault)) = (
            request.registration,
            request.authentication.learned(),
            self.vault(),
        ) else {
            return;
        };
        let kind = request.endpoint.kind;
        let kept = async {
            if vault.client_authentication(&registration.id, kind).await? != Some(learned) {
                vault
                    .save_client_authentication(&registration.id, kind, learned)
                    .await?;
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, "the client authentication that works could not be kept");
        }
    }
}
