//! The client credentials grant (RFC 6749 section 4.4, SEP-1046): the client is its own user.

use serde_json::Value;

use super::request::{TokenRequest, asked_scopes, issued};
use crate::grants::Grant;
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
    if client.is_public() {
        return Err(OAuthError::new(
            "unauthorized_client",
            "a client that proves nothing gets nothing",
        ));
    }
    let resource = resource(world, switches, params, false)?;
    let grant = Grant::new(&client.id, &client.id, asked_scopes(request)?, resource);
    // RFC 6749 section 4.4.3: no refresh token, the client can always ask again.
    Ok(issued(request, memory, &grant, false))
}
