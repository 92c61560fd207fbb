//! The report for the server's owner: what was seen, what departs, what to change. It holds nothing of the person's.

use super::diagram::mermaid;
use super::markdown::{code, prose};
use model::{Diagnosis, DiagnosisResult, FindingKind};
use oauth::trace::{Step, Verdict};

/// Markdown. What a server wrote stands in it as text, wherever the report is put.
pub fn doctor_report(found: &Diagnosis) -> String {
    let mut out = format!(
        "# Authorization of {}\n\n{}\n\n",
        code(&found.url),
        prose(&found.summary)
    );
    for (kind, title) in [
        (FindingKind::Departs, "What departs from the specification"),
        (FindingKind::Missing, "What is not offered"),
        (FindingKind::Works, "What works"),
    ] {
        let mut findings = found
            .findings
            .iter()
            .filter(|finding| finding.kind == kind)
            .peekable();
        if findings.peek().is_none() {
            continue;
        }
        out.push_str(&format!("## {title}\n\n"));
        for finding in findings {
            out.push_str(&format!(
                "- **{}**: {} ({})\n",
                finding.title,
                prose(&finding.detail),
                finding.rule
            ));
            if let Some(advice) = &finding.advice {
                out.push_str(&format!("  - {}\n", prose(advice)));
            }
        }
        out.push('\n');
    }
    out.push_str("## Step by step\n\n");
    for (number, step) in (1..).zip(&found.steps) {
        out.push_str(&format!("{number}. {}\n", line(step)));
    }
    out.push_str(&format!("\n```mermaid\n{}```\n\n", mermaid(&found.diagram)));
    out.push_str("Written by Gatelodge's doctor. It asked without a token, registered nothing and logged nobody in.\n");
    out
}

/// The findings for a terminal; the steps were shown while they happened.
pub fn doctor_text(found: &Diagnosis) -> String {
    let mut out = format!("{}\n", found.summary);
    for (kind, sign) in [
        (FindingKind::Departs, '✗'),
        (FindingKind::Missing, '·'),
        (FindingKind::Works, '✓'),
    ] {
        for finding in found.findings.iter().filter(|finding| finding.kind == kind) {
            out.push_str(&format!(
                "\n{sign} {}: {}  [{}]",
                finding.title, finding.detail, finding.rule
            ));
            if let Some(advice) = finding
                .advice
                .as_ref()
                .filter(|_| kind == FindingKind::Departs)
            {
                out.push_str(&format!("\n    {advice}"));
            }
        }
    }
    if !found.concessions.is_empty() {
        let (what, command) = match found.outcome {
            DiagnosisResult::Broken => ("To look behind it", "doctor"),
            _ => ("To add it all the same", "add"),
        };
        let mut words = vec![command, &found.url];
        words.extend(
            found
                .concessions
                .iter()
                .flat_map(|known| ["--concede", known.name()]),
        );
        out.push_str(&format!(
            "\n\n{what}: {}",
            crate::error::command_line(&words)
        ));
    }
    out
}

fn line(step: &Step) -> String {
    let sign = match step.verdict {
        Verdict::Ok => "good",
        Verdict::Next => "next place",
        Verdict::Warning => "warning",
        Verdict::Problem => "problem",
    };
    let request = step.request.as_ref().map_or_else(String::new, |request| {
        format!(" {}", code(&request.to_string()))
    });
    let status = step
        .status
        .map_or_else(String::new, |status| format!(" → {status}"));
    let answer = step.answer.as_ref().map_or_else(String::new, |answer| {
        format!("\n   - answer: {}", code(answer))
    });
    format!(
        "**{}** ({sign}){request}{status}: {} [{}]{answer}",
        step.title,
        prose(&step.detail),
        step.rule
    )
}

#[cfg(test)]
mod tests {
    use super::super::markdown::tests::outside_of_code;
    use super::doctor_report;
    use model::{Diagnosis, DiagnosisResult, Diagram, Finding, FindingKind};
    use oauth::time::Timestamp;
    use oauth::trace::{Step, StepRequest, Verdict};

    #[test]
    fn a_report_shows_a_servers_words_as_text() {
        let words =
            "![x](https://evil.example/t.png) <img src=x> [Fix](https://evil.example) @org/team";
        let finding = Finding {
            kind: FindingKind::Departs,
            title: "Resource".to_owned(),
            detail: format!("It speaks for {words}."),
            rule: "RFC 9728 §3.3".to_owned(),
            advice: Some(format!("Do not name {words}.")),
        };
        let step = Step::new("Metadata refused", Verdict::Problem, words, "RFC 8414 §3.3");
        let diagnosis = Diagnosis {
            url: "https://evil.example/![x](https://evil.example/t.png)".to_owned(),
            at: Timestamp(0),
            outcome: DiagnosisResult::Broken,
            summary: format!("A login does not work: {words}."),
            code: None,
            hint: None,
            concessions: Vec::new(),
            findings: vec![finding],
            steps: vec![
                step.asked(StepRequest::new("GET", words), None)
                    .answered(Some(words.to_owned())),
            ],
            diagram: Diagram {
                actors: Vec::new(),
                messages: Vec::new(),
            },
        };
        let report = doctor_report(&diagnosis);
        for line in report.lines() {
            let seen = outside_of_code(line);
            assert!(
                !seen.contains(['!', '<', '@']) && !seen.contains("](") && !seen.contains("://"),
                "{line}"
            );
        }
        assert_eq!(
            report.matches("https://evil.example/t.png").count(),
            7,
            "it is all there: {report}"
        );
    }
}
