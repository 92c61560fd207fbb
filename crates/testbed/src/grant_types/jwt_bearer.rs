//! The JWT bearer grant: for a person whom an identity provider vouches for (SEP-990), or for a workload whom its platform
//! vouches for (RFC 7523 section 2.1).

use serde_json::Value;

use super::request::{TokenRequest, asked_scopes, issued};
use super::token_exchange::ID_JAG_TYPE;
use crate::assertion::{self, AssertionSubject};
use crate::client_authentication::audiences;
use crate::grants::Grant;
use crate::jwt::{Jwt, signed_by, unchecked_issuer};
use crate::params::Params;
use crate::protected_resource::is_ours;
use crate::reply::OAuthError;
use crate::resource_parameter::resource;
use crate::scopes::Scopes;
use crate::static_client::StaticClient;
use crate::switches::{Switches, TrustedIssuer};
use crate::world::{Memory, World};

/// The tokens of a person, to a client that has proven itself.
pub(crate) fn for_person(
    request: &TokenRequest<'_>,
    memory: &mut Memory,
) -> Result<Value, OAuthError> {
    let TokenRequest {
        world,
        switches,
        params,
        client,
        ..
    } = *request;
    let enterprise = &switches.enterprise;
    let refused = |why: String| OAuthError::new("invalid_grant", why);
    let jwt = vouched(params, &enterprise.trusted)?;
    if jwt.header["typ"] != ID_JAG_TYPE {
        return Err(refused(format!("typ is not {ID_JAG_TYPE}")));
    }
    if jwt.claims["client_id"] != client.id.as_str() {
        return Err(refused("client_id is another client".into()));
    }
    judge(&jwt, &[world.spoken_issuer()], true, memory)?;
    if let Some(error) = &enterprise.refused {
        return Err(OAuthError::new(error, "the testbed was told to refuse it"));
    }
    let named = jwt.claims["resource"].as_str();
    if named.is_some_and(|named| !is_ours(world, switches, named)) {
        return Err(OAuthError::new(
            "invalid_target",
            "the assertion is for another resource",
        ));
    }
    // The provider has passed the resource on; a second naming must agree.
    let meant = match (named, params.get("resource")) {
        (Some(named), Some(asked)) if named != asked => {
            return Err(OAuthError::new(
                "invalid_target",
                "resource is not the one of the assertion",
            ));
        }
        (Some(named), _) => Some(named.to_owned()),
        (None, _) => resource(world, switches, params, false)?,
    };
    let scopes = scopes(request, &jwt)?;
    let grant = Grant::new(
        &client.id,
        jwt.claims["sub"].as_str().unwrap_or_default(),
        scopes,
        meant,
    );
    // The provider decides each time anew, so there is no refresh token.
    Ok(issued(request, memory, &grant, false))
}

/// What the request asks for, as far as the assertion has it.
fn scopes(request: &TokenRequest<'_>, jwt: &Jwt) -> Result<Scopes, OAuthError> {
    let granted = jwt.claims["scope"].as_str().map(Scopes::parse);
    match granted {
        Some(granted) if request.params.get("scope").is_none() => Ok(granted),
        Some(granted) if !granted.covers(&asked_scopes(request)?) => Err(OAuthError::new(
            "invalid_scope",
            "more than the assertion has",
        )),
        _ => asked_scopes(request),
    }
}

/// The tokens of a workload. It has no client id: the platform's word is all there is.
pub(crate) fn for_workload(
    world: &World,
    switches: &Switches,
    memory: &mut Memory,
    params: &Params,
    key: Option<String>,
) -> Result<Value, OAuthError> {
    let jwt = vouched(params, &switches.workload.trusted)?;
    // A platform's token is good until it ends, for as many requests as that takes.
    judge(&jwt, &audiences(world, switches), false, memory)?;
    if let Some(error) = &switches.workload.refused {
        return Err(OAuthError::new(error, "the testbed was told to refuse it"));
    }
    let name = jwt.claims["sub"].as_str().unwrap_or_default();
    let workload = StaticClient::new(name).into_client();
    let request = TokenRequest {
        world,
        switches,
        params,
        client: &workload,
        key,
    };
    let (scopes, resource) = (
        asked_scopes(&request)?,
        resource(world, switches, params, false)?,
    );
    Ok(issued(
        &request,
        memory,
        &Grant::new(name, name, scopes, resource),
        false,
    ))
}

/// The assertion of a request, signed by somebody whom we trust.
fn vouched(params: &Params, trusted: &[TrustedIssuer]) -> Result<Jwt, OAuthError> {
    let assertion = params
        .get("assertion")
        .ok_or_else(|| OAuthError::new("invalid_request", "no assertion"))?;
    let refused = |why: String| OAuthError::new("invalid_grant", format!("assertion: {why}"));
    let issuer = unchecked_issuer(assertion).ok_or_else(|| refused("it names no issuer".into()))?;
    let trusted = trusted.iter().find(|trusted| trusted.issuer == issuer);
    let trusted = trusted.ok_or_else(|| refused(format!("{issuer} is not trusted here")))?;
    let keys = trusted.jwks["keys"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    signed_by(assertion, keys).map_err(refused)
}

fn judge(
    jwt: &Jwt,
    audiences: &[String],
    once: bool,
    memory: &mut Memory,
) -> Result<(), OAuthError> {
    let issuer = jwt.claims["iss"].as_str().unwrap_or_default();
    let judged = assertion::check(
        &jwt.claims,
        &AssertionSubject {
            issuer,
            audiences,
            once,
        },
        memory,
    );
    judged.map_err(|why| OAuthError::new("invalid_grant", format!("assertion: {why}")))
}
