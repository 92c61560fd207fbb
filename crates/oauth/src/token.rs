//! The token endpoint: every way to get tokens there (OAuth 2.1 §4, RFC 8628, RFC 7523, RFC 8693; PROTOCOL.md
//! 2.11, 2.12 and 6).
//!
//! The `oauth2` crate writes the requests and reads the answers; what real servers answer instead of
//! RFC 6749 §5 is put straight by [`answer`] before it reads them. [`proof`] says who we are, in each way that
//! an endpoint may want.

mod answer;
pub(crate) mod proof;
pub(crate) mod request;
mod set;
mod ways;

use crate::assertion;
use crate::authorization::PendingAuthorization;
use crate::concession::Reach;
use crate::device::{self, DeviceCode};
use crate::dpop::Proofs;
use crate::http::{Http, HttpError, Request, Response};
use crate::metadata::AuthorizationServer;
use crate::registration::Registration;
use crate::said::{self, Said};
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::uri::Issuer;
use crate::vendor::Vendor;
pub use answer::IdToken;
use oauth2::{AuthorizationCode, PkceCodeVerifier, RefreshToken};
pub use proof::Way;
pub use set::TokenSet;
pub use ways::Ways;

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

/// What is renewed (RFC 6749 §6), and what of the first request is said again.
#[derive(Clone, Copy)]
pub struct RefreshRequest<'a> {
    /// The refresh token.
    pub token: &'a Secret,
    /// The issuer that gave it.
    pub issuer: &'a Issuer,
    /// RFC 8707 `resource`, the same bytes as in the first request; None where this issuer is known to refuse it here.
    pub resource: Option<&'a str>,
    /// What was granted: the answer need not repeat it.
    pub scopes: Option<&'a Scopes>,
    /// Whether a refusal is followed by one more try without `resource`.
    pub may_omit_resource: bool,
}

/// What the token endpoint gave, and who it says logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub tokens: TokenSet,
    /// Claims of the id token, if one came. Shown to the person; nothing is decided by them.
    pub id_token: Option<IdToken>,
    /// The id token as it came, for an exchange at the same issuer (RFC 8693).
    pub raw_id_token: Option<Secret>,
    /// True where the tokens came only once `resource` was left out (Q38).
    pub without_resource: bool,
}

/// Why there are no tokens. The variants are the three outcomes that a caller tells apart (DESIGN.md, Refresh).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// `invalid_grant`: this code or refresh token is dead. Final.
    #[error("{host} says that the grant is no longer valid{}", said::clause(said.as_ref()))]
    InvalidGrant { host: String, said: Option<Said> },
    /// `invalid_client`, `unauthorized_client`: the registration is stale or its secret is wrong.
    #[error("{host} does not know this client any more{}", said::clause(said.as_ref()))]
    InvalidClient { host: String, said: Option<Said> },
    /// The private key that proves who we are cannot be used.
    #[error("the private key for {host} cannot be used: {why}")]
    Key { host: String, why: String },
    /// Another refusal that trying again will not change.
    #[error("{host} refused with {error:?}{}", said::clause(said.as_ref()))]
    Refused {
        host: String,
        status: u16,
        error: String,
        said: Option<Said>,
    },
    /// `invalid_grant` to the second try, after the first was refused because of the client: it took the code with it.
    #[error("{host} did not take the first way in which this program proved who it is{}; with the second it says that the code is no longer valid, as the first try has used it up", said::clause(first.as_ref()))]
    Spent {
        host: String,
        first: Option<Said>,
        said: Option<Said>,
    },
    /// RFC 8628 §3.5: the person has not decided yet. `told`: what it means to whoever waits for no person.
    #[error("the person has not decided yet")]
    Pending { slower: bool, told: Box<TokenError> },
    /// Nothing was sent: the request could not be written here.
    #[error("no request to {host} could be written: {why}")]
    Request { host: String, why: String },
    /// An answer that is not one of a token endpoint.
    #[error("{host} answered with something that is not a token: {why}")]
    Malformed { host: String, why: String },
    /// No answer, or one that says "later". Whether the request was carried out is unknown.
    #[error("{host} could not answer now ({why}){}", said::clause(said.as_ref()))]
    Unavailable {
        host: String,
        why: String,
        said: Option<Said>,
        retry_after: Option<u64>,
    },
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl Client<'_> {
    /// Exchanges the code of one login (T-01, T-02): same redirect, same resource, our verifier.
    pub async fn exchange(
        &self,
        http: &impl Http,
        pending: &PendingAuthorization,
        code: &Secret,
    ) -> Result<Answer, TokenError> {
        let prepare = |method| {
            let client = request::client(self.endpoint, self.registration, method)?
                .set_redirect_uri(request::redirect(pending.redirect)?);
            let mut request = client
                .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
                .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.expose().to_owned()));
            if let Some(resource) = &pending.resource_parameter {
                request = request.add_extra_param("resource", resource.clone());
            }
            request::capture(|sender| _ = request.request(&sender))
        };
        self.ask(http, prepare, &pending.scopes).await
    }

    /// Renews the tokens of a grant at the endpoint that the grant was made at, and nowhere else (I1). Where the
    /// issuer refuses the parameter `resource`, once more without it; never after `invalid_grant`, and not again where that
    /// did not help before (Q38, Q39).
    pub async fn refresh(
        &self,
        http: &impl Http,
        request: RefreshRequest<'_>,
    ) -> Result<Answer, TokenError> {
        let error = match self.refresh_with(http, request, request.resource).await {
            Err(error)
                if request.may_omit_resource
                    && request.resource.is_some()
                    && error.may_be_about_the_resource() =>
            {
                error
            }
            outcome => return outcome,
        };
        match self.refresh_with(http, request, None).await {
            Ok(answer) => Ok(Answer {
                without_resource: true,
                ..answer
            }),
            Err(second @ TokenError::InvalidGrant { .. }) => Err(second),
            // It was refused for that parameter, and nobody has answered to the request without.
            Err(second) if error.is_about_the_resource() && second.is_unknown() => Err(second),
            // What was said to the whole request is not hidden by what was said to less.
            Err(_) => Err(error),
        }
    }

    async fn refresh_with(
        &self,
        http: &impl Http,
        refresh: RefreshRequest<'_>,
        resource: Option<&str>,
    ) -> Result<Answer, TokenError> {
        let token = RefreshToken::new(refresh.token.expose().to_owned());
        let granted = refresh.scopes.cloned().unwrap_or_default();
        let repeats_scope = Vendor::speaking(&[refresh.issuer], &[self.endpoint])
            .is_some_and(|vendor| vendor.repeats_scope)
            && !granted.is_empty();
        let prepare = |method| {
            let client = request::client(self.endpoint, self.registration, method)?;
            let mut request = client.exchange_refresh_token(&token);
            if let Some(resource) = resource {
                request = request.add_extra_param("resource", resource.to_owned());
            }
            if repeats_scope {
                request = request.add_extra_param("scope", granted.to_string());
            }
            request::capture(|sender| _ = request.request(&sender))
        };
        self.ask(http, prepare, &granted)
            .await
            .map_err(|error| match error {
                // Another grant than a code is not used up by a refused client: the issuer has looked at it.
                TokenError::Spent { host, said, .. } => TokenError::InvalidGrant { host, said },
                error => error,
            })
    }

    /// The program's own access (RFC 6749 §4.4; extension `oauth-client-credentials`).
    pub async fn client_credentials(
        &self,
        http: &impl Http,
        resource: Option<&str>,
        scopes: &Scopes,
    ) -> Result<Answer, TokenError> {
        self.ask_with(
            http,
            &assertion::client_credentials(resource, scopes),
            scopes,
        )
        .await
    }

    /// One question after a device login (RFC 8628 §3.4).
    pub async fn device(
        &self,
        http: &impl Http,
        device_code: &Secret,
        resource: Option<&str>,
        scopes: &Scopes,
    ) -> Result<Answer, TokenError> {
        let parameters = assertion::device_code(device_code, resource);
        let prepare = |method| {
            Ok(request::form(
                self.endpoint,
                self.registration,
                method,
                &parameters,
            ))
        };
        self.ask_in_turn(http, prepare, scopes).await
    }

    /// A code for a login in a browser elsewhere (RFC 8628 §3.1). `endpoint` is the device authorization endpoint.
    pub async fn device_authorization(
        &self,
        http: &impl Http,
        resource: Option<&str>,
        scopes: &Scopes,
    ) -> Result<DeviceCode, TokenError> {
        let parameters = device::request_parameters(resource, scopes);
        let host = AuthorizationServer::host_of(self.endpoint);
        let prepare = |method| {
            Ok(request::form(
                self.endpoint,
                self.registration,
                method,
                &parameters,
            ))
        };
        self.send(http, prepare, |response, sent| {
            answer::device_code(&host, response, sent, self.now, self.reach)
        })
        .await
        .map_err(TokenError::to_a_program)
    }

    /// Tokens for an assertion that somebody else signed (RFC 7523 §2.1): the ID-JAG of a company's provider, or
    /// the platform's word for a workload.
    pub async fn jwt_bearer(
        &self,
        http: &impl Http,
        signed: &Secret,
        resource: Option<&str>,
        scopes: &Scopes,
    ) -> Result<Answer, TokenError> {
        self.ask_with(
            http,
            &assertion::jwt_bearer(signed, resource, scopes),
            scopes,
        )
        .await
    }

    /// An ID-JAG for another authorization server, from the provider that this client is of (RFC 8693, SEP-990).
    pub async fn id_jag(
        &self,
        http: &impl Http,
        exchange: &assertion::IdJagExchange<'_>,
    ) -> Result<Secret, TokenError> {
        let prepare = |method| {
            Ok(request::form(
                self.endpoint,
                self.registration,
                method,
                &assertion::id_jag(exchange),
            ))
        };
        let host = AuthorizationServer::host_of(self.endpoint);
        self.send(http, prepare, |response, sent| {
            answer::id_jag(&host, response, sent)
        })
        .await
        .map_err(TokenError::to_a_program)
    }

    async fn ask_with(
        &self,
        http: &impl Http,
        parameters: &[(&'static str, String)],
        scopes: &Scopes,
    ) -> Result<Answer, TokenError> {
        self.ask(
            http,
            |method| {
                Ok(request::form(
                    self.endpoint,
                    self.registration,
                    method,
                    parameters,
                ))
            },
            scopes,
        )
        .await
    }

    async fn ask(
        &self,
        http: &impl Http,
        prepare: impl Fn(proof::Method) -> Result<Request, TokenError>,
        asked_scopes: &Scopes,
    ) -> Result<Answer, TokenError> {
        self.ask_in_turn(http, prepare, asked_scopes)
            .await
            .map_err(TokenError::to_a_program)
    }

    async fn ask_in_turn(
        &self,
        http: &impl Http,
        prepare: impl Fn(proof::Method) -> Result<Request, TokenError>,
        asked_scopes: &Scopes,
    ) -> Result<Answer, TokenError> {
        let host = AuthorizationServer::host_of(self.endpoint);
        let bound = self.dpop.is_some();
        let mut answer = self
            .send(http, prepare, |response, sent| {
                answer::read(&host, response, sent, asked_scopes, bound, self.now)
            })
            .await?;
        answer.tokens.dpop_key = self.dpop.map(Proofs::key);
        Ok(answer)
    }

    /// Sends the request with the client authentication that was learned or registered; where that is refused, once with
    /// each of the other kinds (LAB.md 4.5, 4.6: what a server registers and what its token endpoint reads are not always the
    /// same). The first refusal is the one to tell: what comes after it may be an answer to a try that could not succeed.
    async fn send<T>(
        &self,
        http: &impl Http,
        prepare: impl Fn(proof::Method) -> Result<Request, TokenError>,
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

impl TokenError {
    /// The issuer's own words, if it had any.
    pub fn said(&self) -> Option<&Said> {
        match self {
            Self::InvalidGrant { said, .. }
            | Self::InvalidClient { said, .. }
            | Self::Refused { said, .. }
            | Self::Spent { said, .. }
            | Self::Unavailable { said, .. } => said.as_ref(),
            _ => None,
        }
    }

    /// True where the issuer may or may not have spent the refresh token.
    pub fn is_unknown(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Http(_) | Self::Malformed { .. }
        )
    }

    /// True where another way to say who we are may be taken; some servers miss their `client_id` in other words.
    pub fn is_about_the_client(&self) -> bool {
        match self {
            Self::InvalidClient { .. } => true,
            Self::Refused { error, said, .. } => is_about_the_client(error, said.as_ref()),
            _ => false,
        }
    }

    /// The issuer misses a client secret, and says so in whatever shape.
    pub fn lacks_secret(&self) -> bool {
        match self {
            Self::InvalidClient { .. } => {
                self.mentions(&["missing", "required"]) && self.mentions(&SECRET_WORDS)
            }
            Self::Refused { error, .. } => is_general(error) && self.mentions(&SECRET_WORDS),
            _ => false,
        }
    }

    /// A refusal that may go away with another way. Without its secret, a client that has one may be told that the request
    /// is incomplete; and 401 is about the client (RFC 6749 §5.2), until one way is known to be taken.
    fn refuses(&self, way: Way, known: bool) -> bool {
        self.is_about_the_client()
            || match self {
                Self::Refused { error, status, .. } => {
                    (way == Way::Public && error == "invalid_request")
                        || (*status == 401 && is_status(error) && !known)
                }
                _ => false,
            }
    }

    /// RFC 8707 §2, and what strict endpoints say of a parameter that they do not know.
    fn may_be_about_the_resource(&self) -> bool {
        self.is_about_the_resource()
            || matches!(self, Self::Refused { error, .. } if error == "invalid_request")
    }

    /// RFC 8707 §2, by its code or in words.
    pub fn is_about_the_resource(&self) -> bool {
        matches!(self, Self::Refused { error, .. } if error == "invalid_target" || self.mentions(&["resource"]))
    }

    /// For whoever waits for no person: `slow_down` is an answer that says "later", as from any busy server.
    fn to_a_program(self) -> Self {
        match self {
            Self::Pending { told, .. } => *told,
            error => error,
        }
    }

    fn mentions(&self, words: &[&str]) -> bool {
        self.said()
            .is_some_and(|said| words.iter().any(|word| said.mentions(word)))
    }
}

/// Whether a refusal, by its code and its words, is about who asks.
pub fn is_about_the_client(error: &str, said: Option<&Said>) -> bool {
    let mentions = |word: &&str| said.is_some_and(|said| said.mentions(word));
    error.contains("client") || (is_general(error) && CLIENT_WORDS.iter().any(mentions))
}

const CLIENT_WORDS: [&str; 10] = [
    "client_id",
    "client id",
    "client_secret",
    "client secret",
    "client authentication",
    "client credentials",
    "unknown client",
    "unrecognized client",
    "no such client",
    "client not found",
];
const SECRET_WORDS: [&str; 2] = ["client_secret", "client secret"];

/// A code that says no more than that the request is wrong, or none at all.
fn is_general(error: &str) -> bool {
    error == "invalid_request" || is_status(error)
}

/// Where the answer has no OAuth code, its status stands for one.
pub fn is_status(error: &str) -> bool {
    error.starts_with("status ")
}

/// Scopes that came without having been asked for.
pub fn unasked(requested: &Scopes, granted: &Scopes) -> Scopes {
    if requested.is_empty() {
        Scopes::default()
    } else {
        granted.without(requested)
    }
}
