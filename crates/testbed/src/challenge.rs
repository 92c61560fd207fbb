//! The `Authorization: Bearer` of a request, and the challenge of an answer (RFC 6750 sections 2.1 and 3, RFC 9728 section 5.1).

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::protected_resource;
use crate::reply::with_header;
use crate::switches::{ChallengeShape, StepUp, Switches};
use crate::world::World;

/// The token of a request. Two `Authorization` headers count as none.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (first, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// 401, with or without a reason: a request without a token gets none (RFC 6750 section 3.1).
pub(crate) fn unauthorized(world: &World, switches: &Switches, error: Option<&str>) -> Response {
    let mut parts = Vec::new();
    if let Some(error) = error {
        parts.push("error=\"invalid_token\"".to_owned());
        parts.push(format!("error_description=\"{error}\""));
    }
    let metadata = protected_resource::named_place(world, switches);
    match (switches.challenge, metadata) {
        (ChallengeShape::WithoutMetadata, _) | (_, None) => {}
        (ChallengeShape::RelativeMetadata, Some((_, path))) => parts.push(format!("resource_metadata=\"{path}\"")),
        (_, Some((origin, path))) => parts.push(format!("resource_metadata=\"{origin}{path}\"")),
    }
    if let Some(scope) = &switches.challenge_scope {
        parts.push(format!("scope=\"{scope}\""));
    }
    let parts = parts.join(", ");
    let challenge = match switches.challenge {
        ChallengeShape::Absent => return StatusCode::UNAUTHORIZED.into_response(),
        ChallengeShape::Bare => "Bearer".to_owned(),
        ChallengeShape::AmongOthers => format!("Basic realm=\"notes, \\\"old\\\" door\", bearer realm=notes, {parts}"),
        ChallengeShape::Full | ChallengeShape::WithoutMetadata | ChallengeShape::RelativeMetadata => format!("Bearer {parts}"),
    };
    with_header(StatusCode::UNAUTHORIZED.into_response(), header::WWW_AUTHENTICATE, challenge.trim_end())
}

/// 403 `insufficient_scope`: the token is good, but not for this.
pub(crate) fn insufficient_scope(world: &World, switches: &Switches, needed: &str) -> Response {
    let mut parts = vec!["Bearer error=\"insufficient_scope\"".to_owned()];
    match switches.step_up {
        StepUp::WithoutChallenge => return StatusCode::FORBIDDEN.into_response(),
        StepUp::NamesNothing => {}
        StepUp::NamesTheScope | StepUp::NeverEnough => parts.push(format!("scope=\"{needed}\"")),
    }
    if let Some((origin, path)) = protected_resource::named_place(world, switches) {
        parts.push(format!("resource_metadata=\"{origin}{path}\""));
    }
    with_header(StatusCode::FORBIDDEN.into_response(), header::WWW_AUTHENTICATE, &parts.join(", "))
}
