//! The report for the server's owner: what was seen, what departs, what to change. It holds nothing of the person's.

use super::{Diagnosis, FindingKind, Outcome};
use oauth::trace::{Step, Verdict};

impl Diagnosis {
    /// Markdown.
    pub fn report(&self) -> String {
        let mut out = format!("# Authorization of {}\n\n{}\n\n", self.url, self.summary);
        for (kind, title) in [
            (FindingKind::Departs, "What departs from the specification"),
            (FindingKind::Missing, "What is not offered"),
            (FindingKind::Works, "What works"),
        ] {
            let mut findings = self.findings.iter().filter(|finding| finding.kind == kind).peekable();
            if findings.peek().is_none() {
                continue;
            }
            out.push_str(&format!("## {title}\n\n"));
            for finding in findings {
                out.push_str(&format!("- **{}**: {} ({})\n", finding.title, finding.detail, finding.rule));
                if let Some(advice) = &finding.advice {
                    out.push_str(&format!("  - {advice}\n"));
                }
            }
            out.push('\n');
        }
        out.push_str("## Step by step\n\n");
        for (number, step) in (1..).zip(&self.steps) {
            out.push_str(&format!("{number}. {}\n", line(step)));
        }
        out.push_str(&format!("\n```mermaid\n{}```\n\n", self.diagram.mermaid()));
        out.push_str("Written by Gatelodge's doctor. It asked without a token, registered nothing and logged nobody in.\n");
        out
    }

    /// The findings for a terminal; the steps were shown while they happened.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", self.summary);
        for (kind, sign) in [(FindingKind::Departs, '✗'), (FindingKind::Missing, '·'), (FindingKind::Works, '✓')] {
            for finding in self.findings.iter().filter(|finding| finding.kind == kind) {
                out.push_str(&format!("\n{sign} {}: {}  [{}]", finding.title, finding.detail, finding.rule));
                if let Some(advice) = finding.advice.as_ref().filter(|_| kind == FindingKind::Departs) {
                    out.push_str(&format!("\n    {advice}"));
                }
            }
        }
        if !self.concessions.is_empty() {
            let (what, command) = match self.outcome {
                Outcome::Broken => ("To look behind it", "doctor"),
                _ => ("To add it all the same", "add"),
            };
            let mut words = vec![command, &self.url];
            words.extend(self.concessions.iter().flat_map(|name| ["--concede", name]));
            out.push_str(&format!("\n\n{what}: {}", crate::error::command_line(&words)));
        }
        out
    }
}

fn line(step: &Step) -> String {
    let sign = match step.verdict {
        Verdict::Ok => "good",
        Verdict::Next => "next place",
        Verdict::Warning => "warning",
        Verdict::Problem => "problem",
    };
    let request = step.request.as_ref().map_or_else(String::new, |request| format!(" `{}`", request.replace('`', "")));
    let status = step.status.map_or_else(String::new, |status| format!(" → {status}"));
    let answer = step.answer.as_ref().map_or_else(String::new, |answer| format!("\n   - answer: `{}`", answer.replace('`', "")));
    format!("**{}** ({sign}){request}{status}: {} [{}]{answer}", step.title, step.detail, step.rule)
}
