//! The parameter `resource` of a request (RFC 8707 section 2).

use crate::params::Params;
use crate::protected_resource;
use crate::reply::OAuthError;
use crate::scopes;
use crate::switches::{ResourceParameter, Switches};
use crate::world::World;

/// The resource that a request names (RFC 8707 section 2.1); nothing if the switch says that nobody reads it.
pub(crate) fn resource(
    world: &World,
    switches: &Switches,
    params: &Params,
    refresh: bool,
) -> Result<Option<String>, OAuthError> {
    let invalid = |why: String| Err(OAuthError::new("invalid_target", why));
    let at_token = params.get("grant_type").is_some();
    match (switches.resource_parameter, params.get("resource")) {
        (ResourceParameter::RefusedAtToken, Some(named)) if at_token => {
            invalid(format!("{named} is not registered here"))
        }
        (ResourceParameter::MustMatchScopes, Some(named))
            if !scopes::within(params.get("scope").unwrap_or_default(), named) =>
        {
            invalid(
                "AADSTS9010010: The resource parameter doesn't match with the requested scopes."
                    .into(),
            )
        }
        (
            ResourceParameter::Ignored
            | ResourceParameter::RefusedAtToken
            | ResourceParameter::MustMatchScopes,
            _,
        )
        | (ResourceParameter::Refused, None) => Ok(None),
        (ResourceParameter::RefusedAtRefresh, None) if refresh => Ok(None),
        (ResourceParameter::Refused, Some(_)) => {
            invalid("the resource parameter is not supported".into())
        }
        (ResourceParameter::RefusedAtRefresh, Some(_)) if refresh => {
            invalid("no resource parameter at a refresh".into())
        }
        (ResourceParameter::Checked | ResourceParameter::RefusedAtRefresh, None) => {
            invalid("no resource parameter".into())
        }
        (ResourceParameter::Checked | ResourceParameter::RefusedAtRefresh, Some(named)) => {
            if protected_resource::is_ours(world, switches, named) {
                Ok(Some(named.to_owned()))
            } else {
                invalid(format!(
                    "{named} is no resource of this authorization server"
                ))
            }
        }
    }
}
