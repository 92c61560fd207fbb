//! The `Authorization: Bearer` of a request, and the challenge of an answer (RFC 6750 sections 2.1 and 3, RFC 9728 section 5.1).

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::access::{Refusal, credentials};
use crate::protected_resource;
use crate::reply::with_header;
use crate::scheme::Scheme;
use crate::switches::{ChallengeShape, StepUp, Switches};
use crate::world::World;

/// The token of a request that may have no other kind.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    credentials(headers)
        .filter(|(scheme, _)| *scheme == Scheme::Bearer)
        .map(|(_, token)| token)
}

/// 401, with or without a reason: a request without a token gets none (RFC 6750 section 3.1).
pub(crate) fn unauthorized(world: &World, switches: &Switches, refusal: &Refusal) -> Response {
    let mut parts = Vec::new();
    if let Some((error, why)) = &refusal.error {
        parts.push(format!("error=\"{error}\""));
        parts.push(format!("error_description=\"{why}\""));
    }
    if refusal.scheme == Scheme::Dpop {
        parts.push(format!("algs=\"{}\"", switches.dpop.algorithms.join(" ")));
    }
    let metadata = protected_resource::named_place(world, switches);
    match (switches.challenge, metadata) {
        (ChallengeShape::WithoutMetadata, _) | (_, None) => {}
        (ChallengeShape::RelativeMetadata, Some((_, path))) => {
            parts.push(format!("resource_metadata=\"{path}\""));
        }
        (_, Some((origin, path))) => parts.push(format!("resource_metadata=\"{origin}{path}\"")),
    }
    if let Some(scope) = &switches.challenge_scope {
        parts.push(format!("scope=\"{scope}\""));
    }
    let parts = parts.join(", ");
    let challenge = match switches.challenge {
        ChallengeShape::Absent => return StatusCode::UNAUTHORIZED.into_response(),
        ChallengeShape::Bare => refusal.scheme.name().to_owned(),
        ChallengeShape::AmongOthers => {
            format!("Basic realm=\"notes, \\\"old\\\" door\", bearer realm=notes, {parts}")
        }
        ChallengeShape::Full
        | ChallengeShape::WithoutMetadata
        | ChallengeShape::RelativeMetadata => {
            format!("{} {parts}", refusal.scheme.name())
        }
    };
    with_header(
        StatusCode::UNAUTHORIZED.into_response(),
        header::WWW_AUTHENTICATE,
        challenge.trim_end(),
    )
}

/// 403 `insufficient_scope`: the token is good, but not for this.
pub(crate) fn insufficient_scope(
    world: &World,
    switches: &Switches,
    scheme: Scheme,
    needed: &str,
) -> Response {
    let mut parts = vec![format!("{} error=\"insufficient_scope\"", scheme.name())];
    match switches.step_up {
        StepUp::WithoutChallenge => return StatusCode::FORBIDDEN.into_response(),
        StepUp::NamesNothing => {}
        StepUp::NamesTheScope | StepUp::NeverEnough | StepUp::AnotherEachTime => {
            parts.push(format!("scope=\"{needed}\""));
        }
    }
    if let Some((origin, path)) = protected_resource::named_place(world, switches) {
        parts.push(format!("resource_metadata=\"{origin}{path}\""));
    }
    with_header(
        StatusCode::FORBIDDEN.into_response(),
        header::WWW_AUTHENTICATE,
        &parts.join(", "),
    )
}
