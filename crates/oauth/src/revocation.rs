//! Taking tokens back at the issuer (RFC 7009; PROTOCOL.md 7.4).

use crate::http::{Http, HttpError, Request, Response};
use crate::said::{self, Said};
use crate::secret::Secret;
use crate::token::proof::{self, Method, Way};
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
    /// 200: gone, or was not there (RFC 7009 §2.2).
    Revoked,
    /// `unsupported_token_type`: this issuer takes back the other kind only (Cognito, JWT access tokens).
    KindNotSupported,
    Refused {
        status: u16,
        said: Option<Said>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    #[error("the revocation endpoint cannot be used: {0}")]
    Endpoint(String),
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// Asks for one token; with the other client authentication where the first is refused, and for a public
/// client once more with an empty `client_secret`, which some servers insist on (LAB.md 4.5, 4.7).
pub async fn revoke(http: &impl Http, client: &Client<'_>, which: Which, token: &Secret) -> Result<Revocation, RevocationError> {
    // With the empty secret only where nothing of the secret is in the body already.
    let attempts = proof::ways(client.registration).iter().flat_map(|way| {
        let empty_too = matches!(way, Way::Public | Way::BasicAndId);
        [Some((way, false)), empty_too.then_some((way, true))].into_iter().flatten()
    });
    let unusable = |error: TokenError| RevocationError::Endpoint(error.to_string());
    let mut outcome = Revocation::Refused { status: 0, said: None };
    for (way, empty_secret) in attempts {
        let request = prepare(client, way.method(), which, token, empty_secret).map_err(unusable)?;
        let request = Request { reach: client.reach, url: client.endpoint.to_owned(), ..request };
        let request = way.added_to(request, client).map_err(unusable)?;
        let sent = said::secrets_in(&request);
        outcome = read(&http.send(request).await?, &sent);
        if !matches!(outcome, Revocation::Refused { status: 400 | 401 | 403 | 422, .. }) {
            break;
        }
    }
    Ok(outcome)
}

fn prepare(client: &Client<'_>, method: Method, which: Which, token: &Secret, empty_secret: bool) -> Result<Request, TokenError> {
    let endpoint = client.endpoint;
    let malformed = |why: String| TokenError::Malformed { host: endpoint.to_owned(), why };
    // `oauth2` writes revocations for https only; on loopback the scheme is put back by the caller.
    let url = RevocationUrl::new(endpoint.replacen("http://", "https://", 1)).map_err(|error| malformed(error.to_string()))?;
    let client = request::client(endpoint, client.registration, method)?.set_revocation_url(url);
    let value = token.expose().to_owned();
    let token = match which {
        Which::RefreshToken => StandardRevocableToken::RefreshToken(RefreshToken::new(value)),
        Which::AccessToken => StandardRevocableToken::AccessToken(AccessToken::new(value)),
    };
    let mut revocation = client.revoke_token(token).map_err(|error| malformed(error.to_string()))?;
    if empty_secret {
        revocation = revocation.add_extra_param("client_secret", "");
    }
    request::capture(|sender| _ = revocation.request(&sender))
}

fn read(response: &Response, sent: &[Secret]) -> Revocation {
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
    match (response.status, body["error"].as_str()) {
        (_, Some("unsupported_token_type")) => Revocation::KindNotSupported,
        (200..=299, None) => Revocation::Revoked,
        (status, _) => Revocation::Refused { status, said: Said::of(response, sent) },
    }
}
