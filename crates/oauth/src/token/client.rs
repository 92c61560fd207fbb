//! A client of one token endpoint: a request goes out with each kind of client authentication that may be taken, until one is.

use super::error::TokenError;
use super::proof::Method;
use super::ways::Ways;
use crate::concession::Reach;
use crate::dpop::Proofs;
use crate::http::{Http, HttpError, Request, Response};
use crate::metadata::AuthorizationServer;
use crate::registration::Registration;
use crate::said;
use crate::secret::Secret;
use crate::time::Timestamp;

/// Random bytes, whenever some are needed: this crate has none of its own.
pub type Random<'a> = &'a (dyn Fn() -> [u8; 32] + Sync);

/// Who asks at which token endpoint, and with what at hand. One value serves all requests of a login or a refresh.
#[derive(Clone, Copy)]
pub struct Client<'a> {
    pub endpoint: &'a str,
    /// None: the assertion itself says who asks (workload identity).
    pub registration: Option<&'a Registration>,
    pub reach: Reach,
    pub now: Timestamp,
    pub random: Random<'a>,
    /// The key that the tokens are bound to, if they are (RFC 9449).
    pub dpop: Option<&'a Proofs>,
    /// How this client proves itself at this endpoint, as far as it is known.
    pub ways: &'a Ways,
}

impl Client<'_> {
    /// Sends the request with the client authentication that was learned or registered; where that is refused, once with
    /// each of the other kinds (LAB.md 4.5, 4.6: what a server registers and what its token endpoint reads are not always the
    /// same). The first refusal is the one to tell: what comes after it may be an answer to a try that could not succeed.
    pub(super) async fn send<T>(
        &self,
        http: &impl Http,
        prepare: impl Fn(Method) -> Result<Request, TokenError>,
        read: impl Fn(&Response, &[Secret]) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let order = self.ways.order(self.registration);
        let known = self.ways.learned().is_some();
        let mut refused: Option<TokenError> = None;
        for way in &order {
            let request = Request {
                reach: self.reach,
                url: self.endpoint.to_owned(),
                ..prepare(way.method())?
            };
            let request = way.added_to(request, self)?;
            // What must not come back in an error's text.
            let secret = self
                .registration
                .and_then(|registration| registration.client_secret.clone());
            let sent: Vec<_> = said::secrets_in(&request)
                .into_iter()
                .chain(secret)
                .collect();
            let outcome = read(&self.send_bound(http, request).await?, &sent);
            match outcome {
                Err(error) if error.refuses(*way, known) => {
                    if refused.as_ref().is_none_or(|first| {
                        !first.is_about_the_client() && error.is_about_the_client()
                    }) {
                        refused = Some(error);
                    }
                }
                outcome => {
                    let is_taken = match &outcome {
                        Ok(_) => true,
                        // Whatever else is wrong, it was not the client any more.
                        Err(error) => refused.is_some() && !error.is_unknown(),
                    };
                    if is_taken && order.len() > 1 {
                        self.ways.begin_with(*way);
                    }
                    return match (outcome, refused) {
                        // Either way may be the one that it reads: what the first was told is not hidden by the outage.
                        (
                            Err(TokenError::Unavailable {
                                host,
                                why,
                                said,
                                retry_after,
                            }),
                            Some(first),
                        ) => {
                            let before = said::clause(first.said());
                            let why = format!(
                                "{why}; before that it refused another way to prove who asks{before}"
                            );
                            Err(TokenError::Unavailable {
                                host,
                                why,
                                said,
                                retry_after,
                            })
                        }
                        (Err(TokenError::InvalidGrant { host, said }), Some(first)) => {
                            Err(TokenError::Spent {
                                host,
                                first: first.said().cloned(),
                                said,
                            })
                        }
                        (outcome, _) => outcome,
                    };
                }
            }
        }
        let host = AuthorizationServer::host_of(self.endpoint);
        Err(refused.unwrap_or(TokenError::Request {
            host,
            why: "there is no way to prove who asks".to_owned(),
        }))
    }

    /// With a proof of the key, if there is one; once more with the nonce that the issuer asks for (RFC 9449 §8).
    async fn send_bound(&self, http: &impl Http, request: Request) -> Result<Response, HttpError> {
        let Some(proofs) = self.dpop else {
            return http.send(request).await;
        };
        let proved = |request: &Request| {
            let proof = proofs.proof("POST", self.endpoint, None, self.now, (self.random)());
            request.clone().header("dpop", proof.expose())
        };
        let response = http.send(proved(&request)).await?;
        proofs.learn(self.endpoint, &response);
        if !crate::dpop::wants_nonce(&response) {
            return Ok(response);
        }
        let response = http.send(proved(&request)).await?;
        proofs.learn(self.endpoint, &response);
        Ok(response)
    }
}
