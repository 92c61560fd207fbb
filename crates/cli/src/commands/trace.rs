//! The steps of a discovery, as they happen, on stderr.

use api::convert;
use messages::{Text, text};
use oauth::trace::{Step, Verdict};

/// `✓ Protected resource metadata`, the request and its status, then what was found and by which rule: `[RFC 9728 §3.1]`.
pub(crate) fn show(step: &Step) -> Text {
    let step = convert::step(step);
    let sign = match step.verdict {
        Verdict::Ok => "✓",
        Verdict::Next => "·",
        Verdict::Warning => "!",
        Verdict::Problem => "✗",
    };
    let request = match (&step.request, step.status) {
        (Some(request), Some(status)) => format!("\n    {request} → {status}"),
        (Some(request), None) => format!("\n    {request}"),
        (None, _) => String::new(),
    };
    let text = format!(
        "{sign} {}{request}\n    {}  [{}]",
        step.title, step.detail, step.rule
    );
    text::AsWritten { text }.into()
}
