//! What was asked, what came back, and what it meant: the window shows it live, the doctor prints it.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// One step of discovery, registration or login. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "TraceStep")]
pub struct Step {
    /// What was done, in a few words.
    pub title: String,
    /// What was sent, if anything was.
    #[ts(type = "string | null")]
    pub request: Option<StepRequest>,
    /// The status of the response, if one came.
    pub status: Option<u16>,
    /// What came back, as far as it matters: the challenge, or the members of a metadata document. Metadata is public,
    /// and no other answer is shown.
    #[serde(default)]
    pub answer: Option<String>,
    /// How it went.
    pub verdict: Verdict,
    /// What it meant, in sentences.
    pub detail: String,
    /// The rule that the step follows: a section of a public specification.
    pub rule: String,
}

/// A request of a step, written as `GET https://…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct StepRequest {
    /// The method.
    pub method: String,
    /// Where it went.
    pub url: String,
}

impl StepRequest {
    /// What was sent with this method to this place.
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            url: url.into(),
        }
    }
}

impl fmt::Display for StepRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.url)
    }
}

/// As [`fmt::Display`] writes it: vaults keep the text.
impl From<String> for StepRequest {
    fn from(text: String) -> Self {
        let (method, url) = text.split_once(' ').unwrap_or(("GET", &text));
        Self::new(method, url)
    }
}

impl From<StepRequest> for String {
    fn from(request: StepRequest) -> Self {
        request.to_string()
    }
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should.
    Ok,
    /// Not here; the next place is tried, as the rules say.
    Next,
    /// As it should not, and it goes on.
    Warning,
    /// It ends here.
    Problem,
}

/// Where steps go while they happen.
pub type Sink<'a> = &'a (dyn Fn(Step) + Send + Sync);

impl Step {
    /// A step without a request.
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

    /// With its request and the status that came.
    #[must_use]
    pub fn asked(mut self, request: StepRequest, status: Option<u16>) -> Self {
        self.request = Some(request);
        self.status = status;
        self
    }

    /// With what came back.
    #[must_use]
    pub fn answered(mut self, answer: Option<String>) -> Self {
        self.answer = answer;
        self
    }
}
