//! The grant types of the token endpoint, one file each.

mod code;
mod refresh;

use serde_json::Value;

use crate::clients::{Client, authenticate};
use crate::params::Params;
use crate::reply::OAuthError;
use crate::switches::Switches;
use crate::world::World;

use axum::http::HeaderMap;

/// A token request whose client has proven itself.
pub(crate) struct Request<'a> {
    pub(crate) world: &'a World,
    pub(crate) switches: &'a Switches,
    pub(crate) params: &'a Params,
    pub(crate) client: &'a Client,
}

pub(crate) fn tokens(world: &World, switches: &Switches, headers: &HeaderMap, params: &Params) -> Result<Value, OAuthError> {
    if let Some(name) = params.repeated() {
        return Err(OAuthError::new("invalid_request", format!("{name} came twice")));
    }
    let mut memory = world.memory();
    let client = authenticate(&memory.clients, headers, params, switches)?;
    let request = Request { world, switches, params, client: &client };
    match params.get("grant_type") {
        Some("authorization_code") => code::tokens(&request, &mut memory),
        Some("refresh_token") if switches.refresh_tokens => refresh::tokens(&request, &mut memory),
        Some(_) => Err(OAuthError::new("unsupported_grant_type", "only authorization_code and refresh_token are supported")),
        None => Err(OAuthError::new("invalid_request", "no grant_type")),
    }
}
