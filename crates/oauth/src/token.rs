//! The token endpoint: exchange and refresh (OAuth 2.1 §4.1.3, §4.3; PROTOCOL.md 2.11 and 2.12).
//!
//! The `oauth2` crate writes the requests and reads the answers; what real servers answer instead of
//! RFC 6749 §5 is put straight by [`answer`] before it reads them.

mod answer;
pub(crate) mod request;

use crate::authorization::PendingAuthorization;
use crate::concession::Reach;
use crate::grant::{Grant, TokenSet};
use crate::http::{Http, HttpError, Request};
use crate::metadata::AuthorizationServer;
use crate::registration::{AuthMethod, Registration};
use crate::scope::Scopes;
use crate::secret::Secret;
use crate::time::Timestamp;
pub use answer::IdToken;
use oauth2::{AuthorizationCode, PkceCodeVerifier, RefreshToken};

/// What the token endpoint gave, and who it says logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub tokens: TokenSet,
    /// Claims of the id token, if one came. Shown to the person; nothing is decided by them.
    pub id_token: Option<IdToken>,
}

/// Why there are no tokens. The variants are the three outcomes that a caller tells apart (DESIGN.md, Refresh).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// `invalid_grant`: this code or refresh token is dead. Final.
    #[error("{host} says that the grant is no longer valid{}", said(description.as_deref()))]
    InvalidGrant { host: String, description: Option<String> },
    /// `invalid_client`, `unauthorized_client`: the registration is stale or its secret is wrong.
    #[error("{host} does not know this client any more{}", said(description.as_deref()))]
    InvalidClient { host: String, description: Option<String> },
    /// Another refusal that trying again will not change.
    #[error("{host} refused with {error:?}{}", said(description.as_deref()))]
    Refused { host: String, error: String, description: Option<String> },
    /// An answer that is not one of a token endpoint.
    #[error("{host} answered with something that is not a token: {why}")]
    Malformed { host: String, why: String },
    /// No answer, or one that says "later". Whether the request was carried out is unknown.
    #[error("{host} could not answer now ({why})")]
    Unavailable { host: String, why: String, retry_after: Option<u64> },
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// Exchanges the code of one login (T-01, T-02): same redirect, same resource, our verifier.
pub async fn exchange(
    http: &impl Http,
    pending: &PendingAuthorization,
    registration: &Registration,
    code: &Secret,
    reach: Reach,
    now: Timestamp,
) -> Result<Answer, TokenError> {
    let endpoint = &pending.token_endpoint;
    let prepare = |method| {
        let client = request::client(endpoint, registration, method)?.set_redirect_uri(request::redirect(pending.redirect)?);
        let mut request = client
            .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.expose().to_owned()));
        if let Some(resource) = &pending.resource_parameter {
            request = request.add_extra_param("resource", resource.clone());
        }
        request::capture(|sender| _ = request.request(&sender))
    };
    ask(http, endpoint, registration, prepare, &[code, &pending.verifier], &pending.scopes, reach, now).await
}

/// Renews the tokens of a grant at the endpoint that the grant was made at, and nowhere else (I1).
pub async fn refresh(
    http: &impl Http,
    grant: &Grant,
    registration: &Registration,
    refresh_token: &Secret,
    reach: Reach,
    now: Timestamp,
) -> Result<Answer, TokenError> {
    let endpoint = &grant.token_endpoint;
    let token = RefreshToken::new(refresh_token.expose().to_owned());
    let prepare = |method| {
        let client = request::client(endpoint, registration, method)?;
        let mut request = client.exchange_refresh_token(&token);
        if let Some(resource) = &grant.resource_parameter {
            request = request.add_extra_param("resource", resource.clone());
        }
        request::capture(|sender| _ = request.request(&sender))
    };
    let granted = grant.tokens().map(|tokens| tokens.scopes.clone()).unwrap_or_default();
    ask(http, endpoint, registration, prepare, &[refresh_token], &granted, reach, now).await
}

/// Sends the request with the registered client authentication; where that is refused, once with the other
/// kinds (LAB.md 4.5, 4.6: what a server registers and what its token endpoint reads are not always the same).
#[expect(clippy::too_many_arguments, reason = "each is one fact of the request")]
async fn ask(
    http: &impl Http,
    endpoint: &str,
    registration: &Registration,
    prepare: impl Fn(AuthMethod) -> Result<Request, TokenError>,
    sent: &[&Secret],
    asked_scopes: &Scopes,
    reach: Reach,
    now: Timestamp,
) -> Result<Answer, TokenError> {
    let sent: Vec<&Secret> = sent.iter().copied().chain(&registration.client_secret).collect();
    let mut outcome = Err(TokenError::Unavailable { host: endpoint.to_owned(), why: "not asked".to_owned(), retry_after: None });
    for proof in registration.auth_method.proofs() {
        let request = proof.added_to(Request { reach, url: endpoint.to_owned(), ..prepare(proof.method)? }, registration);
        outcome = answer::read(&AuthorizationServer::host_of(endpoint), &http.send(request).await?, &sent, asked_scopes, now);
        if !matches!(outcome, Err(TokenError::InvalidClient { .. })) {
            break;
        }
    }
    outcome
}

fn said(description: Option<&str>) -> String {
    description.map_or_else(String::new, |text| format!("; it says: {text:?}"))
}

/// One way to prove who the client is: the method, and whether its id stands in the body beside Basic, which some
/// servers insist on (LAB.md 4.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) method: AuthMethod,
    pub(crate) id_beside_basic: bool,
}

impl AuthMethod {
    /// The registered method, then the other ways that a secret can be sent.
    pub(crate) fn proofs(self) -> impl Iterator<Item = Proof> {
        let basic = [false, true].map(|id_beside_basic| Proof { method: Self::ClientSecretBasic, id_beside_basic });
        let post = Proof { method: Self::ClientSecretPost, id_beside_basic: false };
        let order = match self {
            Self::None => vec![Proof { method: Self::None, id_beside_basic: false }],
            Self::ClientSecretBasic => vec![basic[0], basic[1], post],
            Self::ClientSecretPost => vec![post, basic[0], basic[1]],
        };
        order.into_iter()
    }
}

impl Proof {
    pub(crate) fn added_to(self, mut request: Request, registration: &Registration) -> Request {
        if self.id_beside_basic {
            let id =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("client_id", &registration.client_id).finish();
            request.body.extend(format!("&{id}").bytes());
        }
        request
    }
}

impl TokenError {
    /// True where the issuer may or may not have spent the refresh token.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Http(_) | Self::Malformed { .. })
    }
}

/// Scopes that came without having been asked for.
pub fn unasked(requested: &Scopes, granted: &Scopes) -> Scopes {
    if requested.is_empty() { Scopes::default() } else { granted.without(requested) }
}
