//! The authorization code grant (RFC 6749 section 4.1.3, RFC 7636 section 4.6).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::request::{TokenRequest, issued_for};
use crate::random::now_ms;
use crate::reply::OAuthError;
use crate::resource_parameter::resource;
use crate::world::Memory;

pub(crate) fn tokens(request: &TokenRequest<'_>, memory: &mut Memory) -> Result<Value, OAuthError> {
    let TokenRequest {
        world,
        switches,
        params,
        client,
        ..
    } = *request;
    let refused = |why: &str| OAuthError::new("invalid_grant", why);
    let code = params
        .get("code")
        .ok_or_else(|| OAuthError::new("invalid_request", "no code"))?;
    let (known, grant) = memory
        .grants
        .code(code)
        .ok_or_else(|| refused("this code was never issued"))?;
    // Before anything is spent: another client must not be able to use up a code.
    if grant.client != client.id {
        return Err(refused("this code was issued to another client"));
    }
    let (expected, redirect_uri, expires_ms) = (
        known.challenge.clone(),
        known.redirect_uri.clone(),
        known.expires_ms,
    );
    let granted_for = grant.resource.clone();

    // A wrong verifier spends the code too: whoever sent it is not the client that asked.
    let id = memory.grants.spend_code(code)?;
    if now_ms() >= expires_ms {
        return Err(refused("this code has expired"));
    }
    let grant = memory
        .grants
        .grant(&id)
        .cloned()
        .ok_or_else(|| refused("the grant is gone"))?;
    same_client(request, &redirect_uri, &expected)?;
    if grant.key.is_some() && grant.key != request.key {
        return Err(refused(
            "this code is bound to a key, and the request does not prove it",
        ));
    }
    if resource(world, switches, params, false)? != granted_for {
        return Err(OAuthError::new(
            "invalid_target",
            "resource is not the one of the authorization request",
        ));
    }
    Ok(issued_for(request, memory, &id, &grant, true))
}

/// Whoever has the code sent the authorization request, too.
fn same_client(
    request: &TokenRequest<'_>,
    redirect_uri: &str,
    challenge: &str,
) -> Result<(), OAuthError> {
    let refused = |why: &str| OAuthError::new("invalid_grant", why);
    let params = request.params;
    if params
        .get("redirect_uri")
        .is_some_and(|sent| sent != redirect_uri)
    {
        return Err(refused(
            "redirect_uri is not the one of the authorization request",
        ));
    }
    let verifier = params
        .get("code_verifier")
        .ok_or_else(|| refused("PKCE is required: no code_verifier"))?;
    if !verifies(verifier, challenge) {
        return Err(refused("code_verifier does not fit the code_challenge"));
    }
    Ok(())
}

fn verifies(verifier: &str, challenge: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    // RFC 7636 section 4.1.
    if !(43..=128).contains(&verifier.len()) || !verifier.chars().all(allowed) {
        return false;
    }
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    hash.as_bytes().ct_eq(challenge.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_verifies() {
        let (verifier, challenge) = (
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        );
        assert!(verifies(verifier, challenge));
        assert!(!verifies(&verifier.replace('d', "e"), challenge));
        assert!(!verifies("short", challenge));
        assert!(!verifies(challenge, challenge));
    }
}
