//! The steps of a discovery, as a person reads them.

use oauth::trace::Verdict;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One step of discovery, registration or login. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TraceStep {
    /// What was done, in a few words.
    pub title: String,
    /// What was sent, if anything was.
    pub request: Option<String>,
    /// The status of the response, if one came.
    pub status: Option<u16>,
    /// What came back, as far as it matters: the challenge, or the members of a metadata document. Metadata is public,
    /// and no other answer is shown.
    pub answer: Option<String>,
    /// How it went.
    pub verdict: Verdict,
    /// What it meant, in sentences.
    pub detail: String,
    /// The rule that the step follows: a section of a public specification.
    pub rule: String,
}
