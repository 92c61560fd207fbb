//! How a client proves that it is itself at an endpoint (RFC 6749 section 2.3, RFC 7523 section 2.2).

use axum::http::{HeaderMap, StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use url::form_urlencoded;

use crate::assertion::{self, AssertionSubject};
use crate::clients::{AuthMethod, Client};
use crate::jwt::{self, signed_by};
use crate::params::Params;
use crate::reply::{OAuthError, status};
use crate::switches::{AssertionAudience, Switches};
use crate::world::{Memory, World};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a request says about its client.
struct ClientCredentials {
    id: String,
    method: AuthMethod,
    /// The secret or the assertion.
    proof: Option<String>,
}

/// The answer to a client that is not, or no more, or not yet known.
pub(crate) fn unknown(switches: &Switches) -> OAuthError {
    OAuthError::new("invalid_client", "this client is not registered")
        .with_status(status(switches.invalid_client_status))
}

/// The client of a request to an endpoint, if it proves itself by the method it registered.
pub(crate) fn authenticate(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Client, OAuthError> {
    let refused = |why: &str| {
        OAuthError::new("invalid_client", why).with_status(status(switches.invalid_client_status))
    };
    let presented = presented(headers, params, switches)?;
    let client = memory
        .clients
        .get(&presented.id)
        .cloned()
        .ok_or_else(|| unknown(switches))?;
    if presented.method == AuthMethod::None && switches.public_clients_refused {
        return Err(OAuthError::new(
            "unauthorized_client",
            "clients without a secret are not allowed",
        )
        .with_status(StatusCode::FORBIDDEN));
    }
    if !switches
        .token_auth_methods
        .iter()
        .any(|method| method == presented.method.name())
    {
        return Err(refused("this way to authenticate is not supported"));
    }
    let allowed = client.methods.contains(&presented.method)
        // Behind a proxy that drops the header, a client that registered for Basic has no other way.
        || (switches.drops_authorization_header && presented.method == AuthMethod::Post && client.secret.is_some());
    if !allowed {
        return Err(refused(
            "the client registered for another way to authenticate",
        ));
    }
    match (presented.method, presented.proof.as_deref()) {
        (AuthMethod::PrivateKeyJwt, Some(jwt)) => {
            own_word(world, switches, memory, &client, jwt)
                .map_err(|why| refused(&format!("client_assertion: {why}")))?;
        }
        (_, Some(secret)) if !client.knows(secret) => return Err(refused("wrong client secret")),
        _ => {}
    }
    Ok(client)
}

/// RFC 7523 section 3: the client signed this for us, and nobody has used it yet.
fn own_word(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    client: &Client,
    jwt: &str,
) -> Result<(), String> {
    let jwt = signed_by(jwt, &client.keys)?;
    if jwt.claims["sub"] != client.id.as_str() {
        return Err("sub is another client".into());
    }
    let audiences = audiences(world, switches);
    assertion::check(
        &jwt.claims,
        &AssertionSubject {
            issuer: &client.id,
            audiences: &audiences,
            once: true,
        },
        memory,
    )
}

/// The names that the authorization server answers to.
pub(crate) fn audiences(world: &World, switches: &Switches) -> Vec<String> {
    let token_endpoint = switches
        .token_endpoint
        .clone()
        .unwrap_or_else(|| format!("{}/token", world.endpoints()));
    match switches.machine.assertion_audience {
        AssertionAudience::Either => vec![world.spoken_issuer(), token_endpoint],
        AssertionAudience::Issuer => vec![world.spoken_issuer()],
        AssertionAudience::TokenEndpoint => vec![token_endpoint],
    }
}

/// Whether a request names no client at all.
pub(crate) fn anonymous(headers: &HeaderMap, params: &Params) -> bool {
    !headers.contains_key(header::AUTHORIZATION)
        && ["client_id", "client_secret", "client_assertion"]
            .iter()
            .all(|name| params.get(name).is_none())
}

fn presented(
    headers: &HeaderMap,
    params: &Params,
    switches: &Switches,
) -> Result<ClientCredentials, OAuthError> {
    let invalid = |why: &str| OAuthError::new("invalid_request", why);
    let (secret, assertion) = (params.get("client_secret"), params.get("client_assertion"));
    if let Some(value) = headers.get(header::AUTHORIZATION)
        && !switches.drops_authorization_header
    {
        if secret.is_some() || assertion.is_some() {
            return Err(invalid(
                "the client proves itself in the header and in the body",
            ));
        }
        let (id, secret) = value.to_str().ok().and_then(basic).ok_or_else(|| {
            OAuthError::new(
                "invalid_client",
                "the Authorization header is not Basic authentication",
            )
        })?;
        if params.get("client_id").is_some_and(|named| named != id) {
            return Err(invalid("one client in the header and another in the body"));
        }
        if switches.wants_client_id_beside_basic && params.get("client_id").is_none() {
            return Err(invalid("no client_id in the body"));
        }
        return Ok(ClientCredentials {
            id,
            method: AuthMethod::Basic,
            proof: Some(secret),
        });
    }
    if let Some(assertion) = assertion {
        return asserted(params, assertion);
    }
    let id = params
        .get("client_id")
        .ok_or_else(|| OAuthError::new("invalid_client", "no client_id"))?
        .to_owned();
    let method = if secret.is_some() {
        AuthMethod::Post
    } else {
        AuthMethod::None
    };
    Ok(ClientCredentials {
        id,
        method,
        proof: secret.map(str::to_owned),
    })
}

/// RFC 7521 section 4.2: an assertion needs no `client_id` beside it, and one that is there must agree.
fn asserted(params: &Params, assertion: &str) -> Result<ClientCredentials, OAuthError> {
    if params.get("client_assertion_type") != Some(JWT_BEARER) {
        return Err(OAuthError::new(
            "invalid_request",
            format!("client_assertion_type is not {JWT_BEARER}"),
        ));
    }
    if params.get("client_secret").is_some() {
        return Err(OAuthError::new(
            "invalid_request",
            "a client secret and an assertion",
        ));
    }
    let claimed = jwt::unchecked_subject(assertion);
    let id = params.get("client_id").map(str::to_owned).or(claimed);
    let id = id.ok_or_else(|| {
        OAuthError::new("invalid_client", "client_assertion: this is no signed JWT")
    })?;
    Ok(ClientCredentials {
        id,
        method: AuthMethod::PrivateKeyJwt,
        proof: Some(assertion.to_owned()),
    })
}

/// RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
pub(crate) fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // A `&` or `=` in here is no separator, so both are hidden from the parser.
    let text = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(text.as_bytes())
        .next()
        .map(|(key, _)| key.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_authentication_is_form_encoded_inside() {
        let header = format!("Basic {}", STANDARD.encode("client%21%2BID:a%3Ab%26c=d"));
        assert_eq!(
            basic(&header),
            Some(("client!+ID".into(), "a:b&c=d".into()))
        );
        assert_eq!(basic("Basic !!"), None);
        assert_eq!(basic("Bearer x"), None);
        assert_eq!(
            basic(&format!("basic {}", STANDARD.encode("id:"))),
            Some(("id".into(), String::new()))
        );
    }
}
