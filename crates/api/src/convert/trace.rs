//! The steps of a discovery in words.

use crate::dto;
use oauth::trace::Step;

/// One step, in the language of this process.
pub fn step(step: &Step) -> dto::TraceStep {
    dto::TraceStep {
        title: broker::step_title(step).told(),
        request: step.request.as_ref().map(ToString::to_string),
        status: step.status,
        answer: step.answer.clone(),
        verdict: step.verdict,
        detail: broker::step_detail(step).told(),
        rule: step.rule.clone(),
    }
}
