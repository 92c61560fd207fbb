//! One metadata document: fetched, its redirects followed within the origin, and told apart from a page.

use crate::concession::Reach;
use crate::discovery::DiscoveryError;
use crate::http::{Http, Request, Response};
use crate::trace::{Sink, Step, Verdict};
use crate::uri::{excerpt, is_printable, same_origin, secure_url};
use serde::de::DeserializeOwned;
use url::Url;

/// What a place held.
pub(super) enum Fetched<T> {
    Document(T, Url),
    /// Not here: the next place may be asked.
    Absent,
}

/// Redirects of one document, at most (PROTOCOL.md 2.3, D06).
const MOST_REDIRECTS: usize = 3;

/// 4xx, 502 and anything that is no JSON object of this kind count as absent; other 5xx and no answer end
/// the discovery, since an outage must not select a weaker document (PROTOCOL.md 2.3 and 2.4).
pub(super) async fn json_document<T: DeserializeOwned>(
    http: &impl Http,
    place: &Url,
    title: &str,
    rule: &str,
    reach: Reach,
    trace: Sink<'_>,
) -> Result<Fetched<T>, DiscoveryError> {
    let step =
        |status, verdict, detail: String| trace(Step::new(title, verdict, detail, rule).asked(format!("GET {place}"), status));
    let found = |status, detail: &str, answer| {
        trace(Step::new(title, Verdict::Ok, detail, rule).asked(format!("GET {place}"), status).answered(answer));
    };
    let (response, at) = match follow(http, place, reach).await {
        Ok(found) => found,
        Err(error) => {
            step(None, Verdict::Problem, error.to_string());
            return Err(error);
        }
    };
    let status = Some(response.status);
    if response.status >= 500 && response.status != 502 {
        step(status, Verdict::Problem, "The server failed to answer.".to_owned());
        return Err(DiscoveryError::ServerError { url: place.to_string(), status: response.status });
    }
    if response.status != 200 {
        step(status, Verdict::Next, "Not here.".to_owned());
        return Ok(Fetched::Absent);
    }
    match serde_json::from_slice::<T>(&response.body) {
        Ok(document) => {
            found(status, "Found.", shown(&response.body));
            Ok(Fetched::Document(document, at))
        }
        Err(error) => {
            // Login pages and single-page applications answer 200 with HTML to any URL (Q09).
            let kind =
                if response.media_type().is_empty() { "no media type".to_owned() } else { excerpt(&response.media_type()) };
            step(status, Verdict::Next, format!("An answer ({kind}), but not this document: {}", excerpt(&error.to_string())));
            Ok(Fetched::Absent)
        }
    }
}

/// A document for a person to read: JSON on one line, printable, not without end.
fn shown(body: &[u8]) -> Option<String> {
    const MOST: usize = 1500;
    let document: serde_json::Value = serde_json::from_slice(body).ok()?;
    let line: String = document.to_string().chars().filter(|char| is_printable(*char)).take(MOST).collect();
    Some(if line.len() < MOST { line } else { format!("{line}…") })
}

/// Follows redirects on the same origin only, each hop under the same rules (B-04, D05).
async fn follow(http: &impl Http, place: &Url, reach: Reach) -> Result<(Response, Url), DiscoveryError> {
    let mut at = place.clone();
    for _ in 0..=MOST_REDIRECTS {
        let response = http.send(Request::get(at.as_str(), reach)).await?;
        let target = match response.status {
            301 | 302 | 303 | 307 | 308 => response.header("location").and_then(|location| at.join(location).ok()),
            _ => None,
        };
        let Some(target) = target else {
            return Ok((response, at));
        };
        let target = secure_url(target.as_str())?;
        if !same_origin(&target, place) {
            return Err(DiscoveryError::Redirected { target: excerpt(target.as_str()) });
        }
        at = target;
    }
    Err(DiscoveryError::Redirected { target: format!("{place} again and again") })
}
