//! A client of one token endpoint: a request goes out with each client authentication that may be taken, until one is.

use super::authentication::{ClientAuthentication, Method};
use super::error::TokenError;
use super::fault::{Outage, RequestFault};
use super::form::Form;
use super::methods::AuthenticationMethods;
use crate::address_guard::Reach;
use crate::dpop::Proofs;
use crate::http::{Body, HeaderName, Http, Request, Response, with_header};
use crate::metadata::AuthorizationServer;
use crate::random;
use crate::registration::Registration;
use crate::secret::Secret;
use crate::time::Timestamp;

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// Who asks at which token endpoint, and with what at hand. One value serves all requests of a login or a refresh.
#[derive(Clone, Copy)]
pub struct Client<'a> {
    /// The endpoint as it was pinned.
    pub endpoint: &'a str,
    /// None: the assertion itself says who asks (workload identity).
    pub registration: Option<&'a Registration>,
    /// Where the endpoint may be.
    pub reach: Reach,
    /// When it is asked.
    pub now: Timestamp,
    /// Random bytes, whenever some are needed.
    pub random: &'a random::Source,
    /// The key that the tokens are bound to, if they are (RFC 9449).
    pub dpop: Option<&'a Proofs>,
    /// How this client proves itself at this endpoint, as far as it is known.
    pub authentication: &'a AuthenticationMethods,
}

impl Client<'_> {
    /// Sends the request with the client authentication that was learned or registered; where that is refused, once with
    /// each of the other kinds (lab-05, lab-06: what a server registers and what its token endpoint reads are not always the
    /// same). The first refusal is the one to tell: what comes after it may be an answer to a try that could not succeed.
    pub(super) async fn send<T>(
        &self,
        http: &impl Http,
        prepare: impl Fn(Method) -> Result<Form, TokenError>,
        read: impl Fn(&Response, &[Secret]) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let order = self.authentication.order(self.registration);
        let known = self.authentication.learned().is_some();
        let mut refused: Option<TokenError> = None;
        for authentication in &order {
            let form = self.authenticated(*authentication, prepare(authentication.method())?)?;
            let secret = self
                .registration
                .and_then(|registration| registration.client_secret.clone());
            let sent: Vec<_> = form.secrets().into_iter().chain(secret).collect();
            let without_secret = *authentication == ClientAuthentication::Public;
            let outcome = match read(&self.send_bound(http, &form).await?, &sent) {
                Err(error) if error.refuses(without_secret, known) => {
                    if refused.as_ref().is_none_or(|first| {
                        !first.is_about_the_client() && error.is_about_the_client()
                    }) {
                        refused = Some(error);
                    }
                    continue;
                }
                outcome => outcome,
            };
            let is_taken = match &outcome {
                Ok(_) => true,
                // Whatever else is wrong, it was not the client any more.
                Err(error) => refused.is_some() && !error.is_unknown(),
            };
            if is_taken && order.len() > 1 {
                self.authentication.begin_with(*authentication);
            }
            return outcome.map_err(|error| after(refused, error));
        }
        let host = AuthorizationServer::host_of(self.endpoint);
        Err(refused.unwrap_or(TokenError::Request {
            host,
            why: RequestFault::NoAuthentication,
        }))
    }

    pub(crate) fn authenticated(
        &self,
        authentication: ClientAuthentication,
        form: Form,
    ) -> Result<Form, TokenError> {
        let (endpoint, now) = (self.endpoint, self.now);
        authentication.added_to(form, self.registration, endpoint, now, self.random)
    }

    /// With a proof of the key, if there is one; once more with the nonce that the issuer asks for (RFC 9449 §8).
    async fn send_bound(&self, http: &impl Http, form: &Form) -> Result<Response, TokenError> {
        let request = || form.request(self.endpoint, self.reach);
        let Some(proofs) = self.dpop else {
            return Ok(http.fetch(request()?).await?);
        };
        let response = http.fetch(self.proved(request()?, proofs)?).await?;
        proofs.learn(self.endpoint, &response);
        if !crate::dpop::wants_nonce(&response) {
            return Ok(response);
        }
        let response = http.fetch(self.proved(request()?, proofs)?).await?;
        proofs.learn(self.endpoint, &response);
        Ok(response)
    }

    fn proved(&self, request: Request<Body>, proofs: &Proofs) -> Result<Request<Body>, TokenError> {
        let jti = random::bytes(self.random);
        let proof = proofs
            .proof("POST", self.endpoint, None, self.now, jti)
            .map_err(|source| TokenError::Key {
                host: AuthorizationServer::host_of(self.endpoint),
                source,
            })?;
        Ok(with_header(request, DPOP, proof.expose())?)
    }
}

/// The error of a later try, told with what an earlier one was refused for.
fn after(refused: Option<TokenError>, error: TokenError) -> TokenError {
    match (error, refused) {
        // Either client authentication may be the one that it reads: what the first was told is not hidden by the outage.
        (
            TokenError::Unavailable {
                host,
                why,
                said,
                retry_after,
            },
            Some(first),
        ) => TokenError::Unavailable {
            host,
            why: Outage::AfterRefusal {
                status: why.status(),
                first: first.said().cloned(),
            },
            said,
            retry_after,
        },
        (TokenError::InvalidGrant { host, said }, Some(first)) => TokenError::Spent {
            host,
            first: first.said().cloned(),
            said,
        },
        (error, _) => error,
    }
}
