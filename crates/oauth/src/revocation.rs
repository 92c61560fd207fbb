//! Taking tokens back at the issuer (RFC 7009).

use crate::error_description::{self, ErrorDescription};
use crate::http::{Http, HttpError, Response};
use crate::secret::Secret;
use crate::token::authentication::Method;
use crate::token::{Client, ClientAuthentication, Form, RequestFault, TokenError, request};
use oauth2::{AccessToken, RefreshToken, RevocationUrl, StandardRevocableToken};

/// Which token is taken back (RFC 7009 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenTypeHint {
    /// The token that renews.
    RefreshToken,
    /// The token that is served.
    AccessToken,
}

/// What the issuer answered. No answer is final for the person: the receipt says which it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    /// 200, which alone means that the token is gone, or was not there (RFC 7009 §2.2); its body counts only where it says
    /// that somebody else answered, or that it failed.
    Revoked,
    /// `unsupported_token_type`: this issuer takes back the other kind only (Cognito, JWT access tokens; §2.2.1).
    KindNotSupported,
    /// 503, or another status that speaks of now only: the token still exists, and the request may be repeated (§2.2.1).
    Unavailable {
        /// The status of the response.
        status: u16,
        /// Seconds to wait, if it said how many.
        retry_after: Option<u64>,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
    /// Anything else, a 204, a page for browsers or a redirect as well.
    Refused {
        /// The status of the response.
        status: u16,
        /// The server's own words, if it had any.
        said: Option<ErrorDescription>,
    },
}

/// Why an issuer could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// Nothing was sent: the request could not be written here.
    #[error("nothing was sent to the revocation endpoint: {0}")]
    Request(#[source] TokenError),
    /// No response.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// Asks for one token; with the other client authentication where the first is refused, and for a public client once more
/// with an empty `client_secret`, which some servers insist on (lab-05, lab-07), where that may be what they miss.
pub async fn revoke(
    http: &impl Http,
    client: &Client<'_>,
    hint: TokenTypeHint,
    token: &Secret,
) -> Result<Revocation, RevocationError> {
    let mut outcome = Revocation::Refused {
        status: 0,
        said: None,
    };
    let order = client.authentication.order(client.registration);
    for authentication in &order {
        // With the empty secret only where nothing of the secret is in the body already.
        let has_room = matches!(
            authentication,
            ClientAuthentication::Public | ClientAuthentication::BasicAndId
        );
        for empty_secret in [false, true] {
            let form = prepare(client, authentication.method(), hint, token, empty_secret)
                .and_then(|form| client.authenticated(*authentication, form))
                .map_err(RevocationError::Request)?;
            let request = form.request(client.endpoint, client.reach)?;
            let response = http.fetch(request).await?;
            outcome = read(&response, &form.secrets());
            if !is_about_the_client(&response) {
                // Whatever else is wrong, it was not the client.
                if !matches!(outcome, Revocation::Refused { .. }) && order.len() > 1 {
                    client.authentication.begin_with(*authentication);
                }
                return Ok(outcome);
            }
            if !(has_room && may_miss_a_secret(&response)) {
                break;
            }
        }
    }
    Ok(outcome)
}

/// A refusal that another way of saying who we are may change. What is said of the token, or by a page, is none.
fn is_about_the_client(response: &Response) -> bool {
    match (response.status, error_in(response).as_deref()) {
        (400..=403 | 422, Some(error)) => matches!(
            error,
            "invalid_client" | "invalid_request" | "unauthorized_client"
        ),
        (400 | 401 | 422, None) => true,
        _ => false,
    }
}

/// A 401 that is no OAuth answer asks for somebody else's login, and a 400 of OAuth says what it misses.
fn may_miss_a_secret(response: &Response) -> bool {
    match error_in(response).as_deref() {
        Some(error) => matches!(error, "invalid_client" | "invalid_request"),
        None => matches!(response.status, 400 | 422),
    }
}

fn prepare(
    client: &Client<'_>,
    method: Method,
    hint: TokenTypeHint,
    token: &Secret,
    empty_secret: bool,
) -> Result<Form, TokenError> {
    let endpoint = client.endpoint;
    let unwritten = |why| TokenError::Request {
        host: endpoint.to_owned(),
        why,
    };
    // `oauth2` writes revocations for https only; where it goes is not taken from what it wrote.
    let url = RevocationUrl::new(endpoint.replacen("http://", "https://", 1))
        .map_err(|_| unwritten(RequestFault::Endpoint))?;
    let client = request::client(endpoint, client.registration, method)?.set_revocation_url(url);
    let value = token.expose().to_owned();
    let token = match hint {
        TokenTypeHint::RefreshToken => {
            StandardRevocableToken::RefreshToken(RefreshToken::new(value))
        }
        TokenTypeHint::AccessToken => StandardRevocableToken::AccessToken(AccessToken::new(value)),
    };
    let mut revocation = client
        .revoke_token(token)
        .map_err(|_| unwritten(RequestFault::Unwritten))?;
    if empty_secret {
        revocation = revocation.add_extra_param("client_secret", "");
    }
    request::capture(endpoint, |sender| _ = revocation.request(&sender))
}

fn read(response: &Response, sent: &[Secret]) -> Revocation {
    match (response.status, error_in(response).as_deref()) {
        (_, Some("unsupported_token_type")) => Revocation::KindNotSupported,
        // A login page answers 200 to anything, and has taken nothing back. Frameworks call an empty answer HTML, too.
        (200, None)
            if (!response.is_page() || response.body.trim_ascii().is_empty())
                && !error_description::is_error(response) =>
        {
            Revocation::Revoked
        }
        (status @ (408 | 425 | 429 | 500..=599), _) => Revocation::Unavailable {
            status,
            retry_after: response.retry_after(),
            said: ErrorDescription::of(response, sent),
        },
        (status, _) => Revocation::Refused {
            status,
            said: ErrorDescription::of(response, sent),
        },
    }
}

/// The `error` of RFC 6749 §5.2.
fn error_in(response: &Response) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&response.body).ok()?;
    Some(body["error"].as_str()?.to_owned())
}
