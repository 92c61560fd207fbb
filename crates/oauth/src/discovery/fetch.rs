//! One metadata document: fetched, its redirects followed within the origin, and told apart from a page, from a refusal
//! and from something that only looks like one.

use super::error::{DiscoveryError, Misread, RefusalSubject};
use super::refusal::{busy, hidden, server_error};
use crate::address_guard::Reach;
use crate::http::{Http, Response, get};
use crate::metadata::{AuthorizationServerMetadata, ProtectedResourceMetadata};
use crate::trace::{Sink, Step, StepKind, StepRequest, StepResult, Verdict};
use crate::uri::{excerpt, is_printable, same_origin, secure_url};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

/// What a place held.
pub(super) enum MetadataResponse<T> {
    Document(T, Url),
    /// Not here: the next place may be asked.
    Absent,
    /// Something is here that cannot be used, or is not shown to us. The next place may be asked; if none has the
    /// document, this is what is told, since it is not absent.
    Unusable(DiscoveryError),
}

/// A document that is known by its members: any JSON object would do otherwise, and some servers answer one to anything.
pub(super) trait Document: DeserializeOwned {
    /// Without any of these it is none.
    const MEMBERS: &[&str];
}

impl Document for ProtectedResourceMetadata {
    const MEMBERS: &[&str] = &["resource", "authorization_servers"];
}

impl Document for AuthorizationServerMetadata {
    const MEMBERS: &[&str] = &["issuer", "authorization_endpoint", "token_endpoint"];
}

/// Redirects of one document, at most (attack D06).
const MOST_REDIRECTS: usize = 3;

/// An outage and a request to wait end the discovery: neither must select a weaker document.
pub(super) async fn json_document<T: Document>(
    http: &impl Http,
    place: &Url,
    kind: StepKind,
    rule: &str,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<MetadataResponse<T>, DiscoveryError> {
    let step = |status, verdict, result| {
        Step::new(kind, verdict, result, rule)
            .asked(StepRequest::new("GET", place.as_str()), status)
    };
    let (response, at) = match follow(http, place, reach).await {
        Ok(found) => found,
        Err(error) => {
            trace(step(
                None,
                Verdict::Problem,
                StepResult::failed(error.clone()),
            ));
            return Err(error);
        }
    };
    let (fetched, verdict, result) = judged(place, &response, at);
    let answer = match &fetched {
        Ok(MetadataResponse::Document(..)) => shown(&response.body),
        _ => None,
    };
    trace(step(Some(response.status), verdict, result).answered(answer));
    fetched
}

/// What a response at a place means, and how that is told.
fn judged<T: Document>(
    place: &Url,
    response: &Response,
    at: Url,
) -> (
    Result<MetadataResponse<T>, DiscoveryError>,
    Verdict,
    StepResult,
) {
    let hidden = || {
        Ok(MetadataResponse::Unusable(hidden(
            place,
            response,
            RefusalSubject::Metadata,
        )))
    };
    match response.status {
        // Login pages and single-page applications answer 200 with HTML to any URL (Q09).
        200 if response.is_page() => (hidden(), Verdict::Next, StepResult::Page),
        200 => read_at(response, at),
        429 => (
            Err(busy(place, response)),
            Verdict::Problem,
            StepResult::AsksToWait,
        ),
        // A gateway without anybody behind this path says nothing of the other places.
        502 if !response.is_robot_check() => (
            Ok(MetadataResponse::Unusable(server_error(place, response))),
            Verdict::Next,
            StepResult::GatewayAlone,
        ),
        500.. if !response.is_robot_check() => (
            Err(server_error(place, response)),
            Verdict::Problem,
            StepResult::ServerFailed,
        ),
        // What servers say of a path that they do not have; 400 is a whole vendor's word for it (Amazon Cognito).
        400 | 404 | 405 | 406 | 410 | 201..=299 => (
            Ok(MetadataResponse::Absent),
            Verdict::Next,
            StepResult::Absent,
        ),
        _ => (hidden(), Verdict::Next, StepResult::NotShown),
    }
}

fn read_at<T: Document>(
    response: &Response,
    at: Url,
) -> (
    Result<MetadataResponse<T>, DiscoveryError>,
    Verdict,
    StepResult,
) {
    match read::<T>(response) {
        Ok(document) => (
            Ok(MetadataResponse::Document(document, at)),
            Verdict::Ok,
            StepResult::Found,
        ),
        Err(misread) => {
            let unreadable = DiscoveryError::Unreadable {
                url: at.to_string(),
                why: misread.clone(),
            };
            (
                Ok(MetadataResponse::Unusable(unreadable)),
                Verdict::Next,
                StepResult::Unreadable(misread),
            )
        }
    }
}

fn read<T: Document>(response: &Response) -> Result<T, Misread> {
    let words = |error: serde_json::Error| excerpt(&error.to_string());
    let value: Value = serde_json::from_slice(&response.body)
        .map_err(|error| Misread::NoJson { why: words(error) })?;
    let is_one = value
        .as_object()
        .is_some_and(|object| T::MEMBERS.iter().any(|member| object.contains_key(*member)));
    if !is_one {
        return Err(Misread::NoMembers {
            members: T::MEMBERS.iter().map(ToString::to_string).collect(),
        });
    }
    // From the bytes: a member that is given twice shows only there.
    serde_json::from_slice(&response.body).map_err(|error| Misread::Malformed { why: words(error) })
}

/// A document for a person to read: JSON on one line, printable, not without end.
fn shown(body: &[u8]) -> Option<String> {
    const MOST: usize = 1500;
    let document: Value = serde_json::from_slice(body).ok()?;
    let line: String = document
        .to_string()
        .chars()
        .filter(|char| is_printable(*char))
        .take(MOST)
        .collect();
    Some(if line.len() < MOST {
        line
    } else {
        format!("{line}…")
    })
}

/// Follows redirects on the same origin only, each hop under the same rules (B-04, attack D05).
async fn follow(
    http: &impl Http,
    place: &Url,
    reach: Reach,
) -> Result<(Response, Url), DiscoveryError> {
    let mut at = place.clone();
    for _ in 0..=MOST_REDIRECTS {
        let response = http.fetch(get(at.as_str(), reach)?).await?;
        let target = match response.status {
            301 | 302 | 303 | 307 | 308 => response
                .header("location")
                .and_then(|location| at.join(location).ok()),
            _ => None,
        };
        let Some(target) = target else {
            return Ok((response, at));
        };
        let target = secure_url(target.as_str())?;
        if !same_origin(&target, place) {
            return Err(DiscoveryError::MetadataRedirected {
                place: place.to_string(),
                target: excerpt(target.as_str()),
            });
        }
        at = target;
    }
    Err(DiscoveryError::RedirectLoop {
        place: place.to_string(),
    })
}
