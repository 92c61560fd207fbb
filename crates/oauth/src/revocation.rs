//! Taking tokens back at the issuer (RFC 7009; PROTOCOL.md 7.4).

use crate::http::{Http, HttpError, Request, Response};
use crate::said::{self, Said};
use crate::secret::Secret;
use crate::token::proof::{Method, Way};
use crate::token::{Client, TokenError, request};
use oauth2::{AccessToken, RefreshToken, RevocationUrl, StandardRevocableToken};

/// Which token is taken back: the hint of RFC 7009 §2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    RefreshToken,
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
        status: u16,
        retry_after: Option<u64>,
        said: Option<Said>,
    },
    /// Anything else, a 204, a page for browsers or a redirect as well.
    Refused { status: u16, said: Option<Said> },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// Nothing was sent: the request could not be written here.
    #[error("nothing was sent to the revocation endpoint: {0}")]
    Request(#[source] TokenError),
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// Asks for one token; with the other client authentication where the first is refused, and for a public client once more
/// with an empty `client_secret`, which some servers insist on (LAB.md 4.5, 4.7), where that may be what they miss.
pub async fn revoke(
    http: &impl Http,
    client: &Client<'_>,
    which: Which,
    token: &Secret,
) -> Result<Revocation, RevocationError> {
    let mut outcome = Revocation::Refused {
        status: 0,
        said: None,
    };
    let order = client.ways.order(client.registration);
    for way in &order {
        // With the empty secret only where nothing of the secret is in the body already.
        let has_room = matches!(way, Way::Public | Way::BasicAndId);
        for empty_secret in [false, true] {
            let request = prepare(client, way.method(), which, token, empty_secret)
                .map_err(RevocationError::Request)?;
            let request = Request {
                reach: client.reach,
                url: client.endpoint.to_owned(),
                ..request
            };
            let request = way
                .added_to(request, client)
                .map_err(RevocationError::Request)?;
            let sent = said::secrets_in(&request);
            let response = http.send(request).await?;
            outcome = read(&response, &sent);
            if !is_about_the_client(&response) {
                // Whatever else is wrong, it was not the client.
                if !matches!(outcome, Revocation::Refused { .. }) && order.len() > 1 {
                    client.ways.begin_with(*way);
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
    which: Which,
    token: &Secret,
    empty_secret: bool,
) -> Result<Request, TokenError> {
    let endpoint = client.endpoint;
    let malformed = |why: String| TokenError::Request {
        host: endpoint.to_owned(),
        why,
    };
    // `oauth2` writes revocations for https only; on loopback the scheme is put back by the caller.
    let url = RevocationUrl::new(endpoint.replacen("http://", "https://", 1))
        .map_err(|error| malformed(error.to_string()))?;
    let client = request::client(endpoint, client.registration, method)?.set_revocation_url(url);
    let value = token.expose().to_owned();
    let token = match which {
        Which::RefreshToken => StandardRevocableToken::RefreshToken(RefreshToken::new(value)),
        Which::AccessToken => StandardRevocableToken::AccessToken(AccessToken::new(value)),
    };
    let mut revocation = client
        .revoke_token(token)
        .map_err(|error| malformed(error.to_string()))?;
    if empty_secret {
        revocation = revocation.add_extra_param("client_secret", "");
    }
    request::capture(|sender| _ = revocation.request(&sender))
}

fn read(response: &Response, sent: &[Secret]) -> Revocation {
    match (response.status, error_in(response).as_deref()) {
        (_, Some("unsupported_token_type")) => Revocation::KindNotSupported,
        // A login page answers 200 to anything, and has taken nothing back. Frameworks call an empty answer HTML, too.
        (200, None)
            if !(response.is_page() && !response.body.trim_ascii().is_empty())
                && !said::is_error(response) =>
        {
            Revocation::Revoked
        }
        (status @ (408 | 425 | 429 | 500..=599), _) => Revocation::Unavailable {
            status,
            retry_after: response.retry_after(),
            said: Said::of(response, sent),
        },
        (status, _) => Revocation::Refused {
            status,
            said: Said::of(response, sent),
        },
    }
}

/// The `error` of RFC 6749 §5.2.
fn error_in(response: &Response) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&response.body).ok()?;
    Some(body["error"].as_str()?.to_owned())
}
