//! The grant types of the token endpoint, one file each.

mod client_credentials;
mod code;
mod device;
mod jwt_bearer;
mod refresh;
mod request;
mod token_exchange;

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::client_authentication::{anonymous, authenticate};
use crate::clients::AuthMethod;
use crate::dpop;
use crate::grant_type_names::{DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE};
use crate::params::Params;
use crate::reply::OAuthError;
use crate::switches::Switches;
use crate::world::World;
use request::TokenRequest;

/// `grant_types_supported`.
pub(crate) fn offered(switches: &Switches) -> Vec<&'static str> {
    let all = [
        (
            "authorization_code",
            switches.code_flow && !switches.machine.programs_only,
        ),
        (
            "refresh_token",
            switches.refresh_tokens && !switches.machine.programs_only,
        ),
        (DEVICE_CODE, switches.device.offered),
        ("client_credentials", switches.machine.client_credentials),
        (TOKEN_EXCHANGE, switches.enterprise.provider),
        (
            JWT_BEARER,
            !switches.enterprise.trusted.is_empty() || !switches.workload.trusted.is_empty(),
        ),
    ];
    all.into_iter()
        .filter(|(_, offered)| *offered)
        .map(|(name, _)| name)
        .collect()
}

/// What the metadata says of them besides.
pub(crate) fn advertise(document: &mut Map<String, Value>, world: &World, switches: &Switches) {
    if switches
        .token_auth_methods
        .iter()
        .any(|method| method == AuthMethod::PrivateKeyJwt.name())
    {
        for endpoint in ["token", "revocation"] {
            document.insert(
                format!("{endpoint}_endpoint_auth_signing_alg_values_supported"),
                json!(["ES256", "RS256"]),
            );
        }
    }
    if !switches.enterprise.trusted.is_empty() && !switches.enterprise.unadvertised {
        let profiles = json!(["urn:ietf:params:oauth:grant-profile:id-jag"]);
        document.insert("authorization_grant_profiles_supported".into(), profiles);
    }
    if switches.enterprise.provider {
        document.insert(
            "identity_chaining_requested_token_types_supported".into(),
            json!([token_exchange::ID_JAG]),
        );
    }
    if switches.device.offered {
        document.insert(
            "device_authorization_endpoint".into(),
            json!(format!("{}/device_authorization", world.endpoints())),
        );
    }
}

pub(crate) fn tokens(
    world: &World,
    switches: &Switches,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Value, OAuthError> {
    if let Some(name) = params.repeated() {
        return Err(OAuthError::new(
            "invalid_request",
            format!("{name} came twice"),
        ));
    }
    let mut memory = world.memory();
    if params.get("grant_type") == Some(JWT_BEARER)
        && !switches.workload.trusted.is_empty()
        && anonymous(headers, params)
    {
        let key = dpop::at_token_endpoint(world, switches, &mut memory, headers)?;
        return jwt_bearer::for_workload(world, switches, &mut memory, params, key);
    }
    let client = authenticate(world, switches, &mut memory, headers, params)?;
    let key = dpop::at_token_endpoint(world, switches, &mut memory, headers)?;
    let request = TokenRequest {
        world,
        switches,
        params,
        client: &client,
        key,
    };
    let grant_type = params
        .get("grant_type")
        .ok_or_else(|| OAuthError::new("invalid_request", "no grant_type"))?;
    if !offered(switches).contains(&grant_type) {
        return Err(OAuthError::new(
            "unsupported_grant_type",
            format!("{grant_type} is not supported"),
        ));
    }
    // Whose refresh token it is comes first, so that file asks for itself.
    if grant_type != "refresh_token" && !client.may_use(grant_type) {
        return Err(OAuthError::new(
            "unauthorized_client",
            format!("the client did not register for {grant_type}"),
        ));
    }
    match grant_type {
        "refresh_token" => refresh::tokens(&request, &mut memory),
        DEVICE_CODE => device::tokens(&request, &mut memory),
        "client_credentials" => client_credentials::tokens(&request, &mut memory),
        TOKEN_EXCHANGE => token_exchange::tokens(&request, &memory),
        JWT_BEARER => jwt_bearer::for_person(&request, &mut memory),
        _ => code::tokens(&request, &mut memory),
    }
}
