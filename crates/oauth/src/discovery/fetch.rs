//! One metadata document: fetched, its redirects followed within the origin, and told apart from a page, from a refusal
//! and from something that only looks like one.

use super::error::{DiscoveryError, Withheld};
use super::refusal::{busy, hidden, server_error};
use crate::concession::Reach;
use crate::http::{Http, Request, Response};
use crate::metadata::{AuthorizationServerMetadata, ProtectedResourceMetadata};
use crate::trace::{Sink, Step, Verdict};
use crate::uri::{excerpt, is_printable, same_origin, secure_url};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

/// What a place held.
pub(super) enum Fetched<T> {
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

/// Redirects of one document, at most (D06).
const MOST_REDIRECTS: usize = 3;

/// An outage and a request to wait end the discovery: neither must select a weaker document.
pub(super) async fn json_document<T: Document>(
    http: &impl Http,
    place: &Url,
    title: &str,
    rule: &str,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<Fetched<T>, DiscoveryError> {
    let step = |status, verdict, detail: String| {
        trace(Step::new(title, verdict, detail, rule).asked(format!("GET {place}"), status));
    };
    let found = |status, detail: &str, answer| {
        trace(
            Step::new(title, Verdict::Ok, detail, rule)
                .asked(format!("GET {place}"), status)
                .answered(answer),
        );
    };
    let (response, at) = match follow(http, place, reach).await {
        Ok(found) => found,
        Err(error) => {
            step(None, Verdict::Problem, error.to_string());
            return Err(error);
        }
    };
    let status = Some(response.status);
    let hidden = || hidden(place, &response, Withheld::Metadata);
    match response.status {
        200 => {}
        429 => {
            step(
                status,
                Verdict::Problem,
                "Asked too often; it wants us to wait.".to_owned(),
            );
            return Err(busy(place, &response));
        }
        // A gateway without anybody behind this path says nothing of the other places.
        502 if !response.is_robot_check() => {
            step(
                status,
                Verdict::Next,
                "A gateway without anybody behind it.".to_owned(),
            );
            return Ok(Fetched::Unusable(server_error(place, &response)));
        }
        500.. if !response.is_robot_check() => {
            step(
                status,
                Verdict::Problem,
                "The server failed to answer.".to_owned(),
            );
            return Err(server_error(place, &response));
        }
        // What servers say of a path that they do not have; 400 is a whole vendor's word for it (Amazon Cognito).
        400 | 404 | 405 | 406 | 410 | 201..=299 => {
            step(status, Verdict::Next, "Not here.".to_owned());
            return Ok(Fetched::Absent);
        }
        _ => {
            step(
                status,
                Verdict::Next,
                "It does not show what is here.".to_owned(),
            );
            return Ok(Fetched::Unusable(hidden()));
        }
    }
    if response.is_page() {
        // Login pages and single-page applications answer 200 with HTML to any URL (Q09).
        step(
            status,
            Verdict::Next,
            "A page for browsers, and not this document.".to_owned(),
        );
        return Ok(Fetched::Unusable(hidden()));
    }
    match read::<T>(&response) {
        Ok(document) => {
            found(status, "Found.", shown(&response.body));
            Ok(Fetched::Document(document, at))
        }
        Err(why) => {
            step(
                status,
                Verdict::Next,
                format!("An answer that cannot be read as this document: {why}"),
            );
            Ok(Fetched::Unusable(DiscoveryError::Unreadable {
                url: at.to_string(),
                why,
            }))
        }
    }
}

fn read<T: Document>(response: &Response) -> Result<T, String> {
    let value: Value = serde_json::from_slice(&response.body)
        .map_err(|error| format!("no JSON, {}", excerpt(&error.to_string())))?;
    let is_one = value
        .as_object()
        .is_some_and(|object| T::MEMBERS.iter().any(|member| object.contains_key(*member)));
    if !is_one {
        return Err(format!(
            "it has none of the members {}",
            T::MEMBERS.join(", ")
        ));
    }
    // From the bytes: a member that is given twice shows only there.
    serde_json::from_slice(&response.body).map_err(|error| excerpt(&error.to_string()))
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

/// Follows redirects on the same origin only, each hop under the same rules (B-04, D05).
async fn follow(
    http: &impl Http,
    place: &Url,
    reach: Reach,
) -> Result<(Response, Url), DiscoveryError> {
    let mut at = place.clone();
    for _ in 0..=MOST_REDIRECTS {
        let response = http.send(Request::get(at.as_str(), reach)).await?;
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
    Err(DiscoveryError::Redirected {
        target: format!("{place} again and again"),
    })
}
