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
    /// Worth saying, not worth failing.
    pub mild: bool,
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
            mild: false,
        }
    }

    pub fn mild(self) -> Self {
        Self { mild: true, ..self }
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
            mild,
        } = self;
        let weight = if *mild { "warning: " } else { "" };
        write!(
            formatter,
            "{path}:{line}: {weight}{what}\n    why: {why}\n    now: {now}"
        )
    }
}
