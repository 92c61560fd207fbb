//! Proofs of possession (RFC 9449): a JWT for one request, signed with the key that a token is bound to.

use axum::http::HeaderMap;
use axum::response::Response;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::jwt::{Jwt, signed_by_own_key, thumbprint};
use crate::nonces::Server;
use crate::random::{now_seconds, opaque};
use crate::reply::{OAuthError, with_header};
use crate::switches::{DpopSupport, Switches};
use crate::world::{Memory, World};

/// What the proof of a request must be about.
pub(crate) struct ProofSubject<'a> {
    pub(crate) server: Server,
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    /// The access token that it comes with; none at the token endpoint.
    pub(crate) access_token: Option<&'a str>,
}

/// How far the two clocks may be apart.
const SKEW_SECONDS: u64 = 300;

/// What the metadata says: of the authorization server, or with `required` of the protected resource.
pub(crate) fn advertise(document: &mut Map<String, Value>, switches: &Switches, server: Server) {
    if switches.dpop.on() {
        document.insert(
            "dpop_signing_alg_values_supported".into(),
            json!(switches.dpop.algorithms),
        );
    }
    if server == Server::Resource && switches.dpop.support == DpopSupport::Required {
        document.insert("dpop_bound_access_tokens_required".into(), json!(true));
    }
}

/// The thumbprint of the key that a token request proves; nothing if it proves none and need not.
pub(crate) fn at_token_endpoint(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    headers: &HeaderMap,
) -> Result<Option<String>, OAuthError> {
    if !switches.dpop.on() || switches.dpop.proofs_ignored {
        return Ok(None);
    }
    if !headers.contains_key("dpop") && switches.dpop.support == DpopSupport::Offered {
        return Ok(None);
    }
    let url = switches
        .token_endpoint
        .clone()
        .unwrap_or_else(|| format!("{}/token", world.endpoints()));
    let expected = ProofSubject {
        server: Server::Authorization,
        method: "POST",
        url: &url,
        access_token: None,
    };
    proven_key(switches, memory, headers, &expected).map(Some)
}

/// The thumbprint of the key that a request proves (RFC 9449 section 4.3).
pub(crate) fn proven_key(
    switches: &Switches,
    memory: &mut Memory,
    headers: &HeaderMap,
    expected: &ProofSubject<'_>,
) -> Result<String, OAuthError> {
    let invalid = |why: &str| OAuthError::new("invalid_dpop_proof", why);
    let mut proofs = headers.get_all("dpop").iter();
    let (Some(proof), None) = (proofs.next(), proofs.next()) else {
        return Err(invalid("not exactly one DPoP header"));
    };
    let proof =
        signed_by_own_key(proof.to_str().unwrap_or_default()).map_err(|why| invalid(&why))?;
    let now = now_seconds();
    well_made(&proof, switches, expected, now).map_err(invalid)?;
    let key = thumbprint(&proof.header["jwk"]);
    let jti = proof.claims["jti"].as_str().unwrap_or_default();
    if jti.is_empty()
        || !memory
            .used_ids
            .first(&key, jti, now.saturating_add(2 * SKEW_SECONDS), now)
    {
        return Err(invalid("jti is missing, or was used before"));
    }
    // Last, so that a proof which is sent a second time with nothing but a nonce more does not pass.
    let fits = !switches.dpop.nonce_never_fits
        && proof.claims["nonce"] == memory.nonces.of(expected.server).as_str();
    if demanded(switches, expected.server) && !fits {
        return Err(OAuthError::new(
            "use_dpop_nonce",
            "the proof must have the nonce of this answer",
        ));
    }
    if switches.dpop.nonce_once {
        *memory.nonces.of(expected.server) = opaque("nonce_");
    }
    Ok(key)
}

fn well_made(
    proof: &Jwt,
    switches: &Switches,
    expected: &ProofSubject<'_>,
    now: u64,
) -> Result<(), &'static str> {
    if proof.header["typ"] != "dpop+jwt" {
        return Err("typ is not dpop+jwt");
    }
    if !switches
        .dpop
        .algorithms
        .iter()
        .any(|taken| proof.header["alg"] == taken.as_str())
    {
        return Err("alg is not one that is taken here");
    }
    if proof.claims["htm"] != expected.method {
        return Err("htm is another method");
    }
    let asked = proof.claims["htu"]
        .as_str()
        .and_then(|url| Url::parse(url).ok());
    if asked
        .as_ref()
        .is_none_or(|url| url.query().is_some() || url.fragment().is_some())
        || asked != Url::parse(expected.url).ok()
    {
        return Err("htu is another address, or has a query or a fragment");
    }
    if proof.claims["iat"]
        .as_u64()
        .is_none_or(|made| made.abs_diff(now) > SKEW_SECONDS)
    {
        return Err("iat is missing, or more than five minutes away");
    }
    let hash = expected
        .access_token
        .map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes())));
    if hash.is_some_and(|hash| proof.claims["ath"] != hash) {
        return Err("ath is not the hash of the access token");
    }
    Ok(())
}

fn demanded(switches: &Switches, server: Server) -> bool {
    switches.dpop.on()
        && match server {
            Server::Authorization => {
                switches.dpop.authorization_server_nonce && !switches.dpop.proofs_ignored
            }
            Server::Resource => switches.dpop.resource_nonce,
        }
}

/// An answer with the nonce that the next proof must have.
pub(crate) fn with_nonce(world: &World, server: Server, reply: Response) -> Response {
    if !demanded(&world.switches(), server) {
        return reply;
    }
    let nonce = world.memory().nonces.of(server).clone();
    with_header(
        reply,
        axum::http::HeaderName::from_static("dpop-nonce"),
        &nonce,
    )
}
