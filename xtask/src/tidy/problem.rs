//! A departure from a house rule, as it is shown.

use std::fmt;

/// One departure from a rule: where, what, why it matters, and what to do now.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    pub path: String,
    pub line: usize,
    pub what: String,
    pub why: &'static str,
    pub now: &'static str,
}

impl Problem {
    pub fn new(
        path: &str,
        line: usize,
        what: impl Into<String>,
        why: &'static str,
        now: &'static str,
    ) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
            why,
            now,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            what,
            why,
            now,
        } = self;
        write!(
            formatter,
            "{path}:{line}: {what}\n    why: {why}\n    now: {now}"
        )
    }
}
