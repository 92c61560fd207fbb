//! What a response that is no document and no MCP is told as.

use super::error::{DiscoveryError, RefusalSubject};
use crate::error_description::ErrorDescription;
use crate::http::Response;
use crate::trace::{Sink, Step, StepKind, StepResult, Verdict};
use crate::uri::host_and_port;
use url::Url;

/// It is there, and not for us.
pub(super) fn hidden(url: &Url, response: &Response, what: RefusalSubject) -> DiscoveryError {
    let said = ErrorDescription::of(response, &[]);
    DiscoveryError::Hidden {
        host: host_and_port(url),
        what,
        status: response.status,
        is_page: response.is_page(),
        said,
    }
}

pub(super) fn server_error(url: &Url, response: &Response) -> DiscoveryError {
    DiscoveryError::ServerError {
        url: url.to_string(),
        status: response.status,
        said: ErrorDescription::of(response, &[]),
    }
}

/// RFC 6585 §4.
pub(super) fn busy(url: &Url, response: &Response) -> DiscoveryError {
    DiscoveryError::Busy {
        host: host_and_port(url),
        retry_after: response.retry_after(),
        said: ErrorDescription::of(response, &[]),
    }
}

/// Some sites show a page at every path.
pub(super) fn is_for_browsers(error: &DiscoveryError) -> bool {
    matches!(error, DiscoveryError::Hidden { status: 200, .. })
}

/// The first one, unless it was a page: some sites show one at every path, so that it says the least.
pub(super) fn keep_the_most_telling(seen: &mut Option<DiscoveryError>, error: DiscoveryError) {
    if matches!(
        seen,
        None | Some(DiscoveryError::Hidden { status: 200, .. })
    ) {
        *seen = Some(error);
    }
}

pub(super) fn problem(trace: Sink<'_>, error: DiscoveryError) -> DiscoveryError {
    trace(Step::new(
        StepKind::Ended,
        Verdict::Problem,
        StepResult::failed(&error),
        "RFC 9728 §3.3",
    ));
    error
}
