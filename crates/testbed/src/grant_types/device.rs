//! The device grant (RFC 8628 sections 3.4 and 3.5).

use serde_json::Value;

use super::request::{TokenRequest, issued};
use crate::grants::Grant;
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
    let code = params
        .get("device_code")
        .ok_or_else(|| OAuthError::new("invalid_request", "no device_code"))?;
    let known = memory
        .devices
        .get(code)
        .filter(|device| device.client == client.id);
    let known = known.ok_or_else(|| {
        OAuthError::new(
            "invalid_grant",
            "this device code was never issued to this client",
        )
    })?;
    if resource(world, switches, params, false)? != known.resource {
        return Err(OAuthError::new(
            "invalid_target",
            "resource is not the one of the authorization request",
        ));
    }
    let approver = switches.auto_approve.as_deref();
    let (device, user, logged_in_at) =
        memory
            .devices
            .poll(code, &switches.device, approver, now_ms())?;
    let grant = Grant {
        logged_in_at,
        ..Grant::new(&client.id, &user, device.scopes, device.resource)
    };
    Ok(issued(request, memory, &grant, true))
}
