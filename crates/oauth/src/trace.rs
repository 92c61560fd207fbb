//! What was asked, what came back, and what it meant: the window shows it live, the doctor prints it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One step of discovery, registration or login. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "TraceStep")]
pub struct Step {
    pub title: String,
    /// `GET https://…`
    pub request: Option<String>,
    pub status: Option<u16>,
    /// What came back, as far as it matters: the challenge, or the members of a metadata document. Metadata is public,
    /// and no other answer is shown.
    #[serde(default)]
    pub answer: Option<String>,
    pub verdict: Verdict,
    pub detail: String,
    /// The rule that the step follows: a section of a public specification.
    pub rule: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    /// Not here; the next place is tried, as the rules say.
    Next,
    Warning,
    Problem,
}

/// Where steps go while they happen.
pub type Sink<'a> = &'a (dyn Fn(Step) + Send + Sync);

impl Step {
    pub fn new(title: &str, verdict: Verdict, detail: impl Into<String>, rule: &str) -> Self {
        Self {
            title: title.to_owned(),
            request: None,
            status: None,
            answer: None,
            verdict,
            detail: detail.into(),
            rule: rule.to_owned(),
        }
    }

    #[must_use]
    pub fn asked(mut self, request: impl Into<String>, status: Option<u16>) -> Self {
        self.request = Some(request.into());
        self.status = status;
        self
    }

    #[must_use]
    pub fn answered(mut self, answer: Option<String>) -> Self {
        self.answer = answer;
        self
    }
}
