//! Token revocation (RFC 7009).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::client_authentication::authenticate;
use crate::params::Params;
use crate::reply::{OAuthError, text_reply, with_header};
use crate::switches::{RevocationAnswers, Switches};
use crate::world::World;

pub(crate) async fn revoke(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let switches = world.switches();
    match switches.revocation_answers {
        RevocationAnswers::Missing => return StatusCode::NOT_FOUND.into_response(),
        RevocationAnswers::Never => return std::future::pending().await,
        RevocationAnswers::Unavailable => {
            let error = OAuthError::new(
                "temporarily_unavailable",
                "the testbed was told to answer so",
            );
            let reply = error
                .with_status(StatusCode::SERVICE_UNAVAILABLE)
                .into_response();
            return with_header(reply, header::RETRY_AFTER, "60");
        }
        RevocationAnswers::UnavailableOnce => {
            world.switches_mut().revocation_answers = RevocationAnswers::Proper;
            return with_header(
                StatusCode::SERVICE_UNAVAILABLE.into_response(),
                header::RETRY_AFTER,
                "0",
            );
        }
        RevocationAnswers::Status(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return text_reply(status, "text/html", "<html>Cannot POST /revoke</html>");
        }
        RevocationAnswers::Page => {
            return text_reply(StatusCode::OK, "text/html", "<title>Sign in</title>");
        }
        RevocationAnswers::SaysItFailed => {
            return text_reply(
                StatusCode::OK,
                "application/json",
                r#"{"success":false,"message":"not supported"}"#,
            );
        }
        _ => {}
    }
    let done = match switches.revocation_answers {
        RevocationAnswers::RevokesWith(status) => {
            StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
        }
        _ => StatusCode::OK,
    };
    match revoked(&world, &switches, &headers, &Params::parse(&body)) {
        Ok(()) => done.into_response(),
        Err(error) => error.into_response(),
    }
}

/// A proxy that drops the header stands before the token endpoint alone.
fn direct(switches: &Switches) -> Switches {
    let methods = if switches.revocation_wants_basic {
        vec!["client_secret_basic".into()]
    } else {
        switches.token_auth_methods.clone()
    };
    Switches {
        drops_authorization_header: switches.drops_authorization_header
            && !switches.revocation_wants_basic,
        token_auth_methods: methods,
        ..switches.clone()
    }
}

fn revoked(
    world: &World,
    switches: &Switches,
    headers: &HeaderMap,
    params: &Params,
) -> Result<(), OAuthError> {
    let mut memory = world.memory();
    let direct = direct(switches);
    let client = authenticate(world, &direct, &mut memory, headers, params)?;
    if switches.revocation_answers == RevocationAnswers::WantsEmptySecret
        && client.secret.is_none()
        && !params.mentions("client_secret")
    {
        return Err(OAuthError::new(
            "invalid_client",
            "no client_secret, not even an empty one",
        ));
    }
    let token = params
        .get("token")
        .ok_or_else(|| OAuthError::new("invalid_request", "no token"))?;
    // RFC 7009 section 2.2: a token that is not known is as good as revoked.
    let Some((grant, is_access)) = memory.grants.owner(token) else {
        return match switches.revocation_answers {
            RevocationAnswers::RefusesUnknown => {
                Err(OAuthError::new("invalid_token", "this token is not known"))
            }
            _ => Ok(()),
        };
    };
    if grant.client != client.id {
        return Err(OAuthError::new(
            "invalid_grant",
            "this token was issued to another client",
        ));
    }
    if is_access && switches.revocation_answers == RevocationAnswers::RefusesAccessTokens {
        return Err(OAuthError::new(
            "unsupported_token_type",
            "access tokens cannot be revoked here",
        ));
    }
    let (client, user) = (grant.client.clone(), grant.user.clone());
    if switches.revocation_answers == RevocationAnswers::Lies {
        return Ok(());
    }
    if switches.revokes_alone {
        memory.grants.revoke_alone(token);
        return Ok(());
    }
    memory.grants.revoke(token);
    if switches.one_grant_for_each_client {
        memory.grants.revoke_of(&client, &user);
    }
    Ok(())
}
