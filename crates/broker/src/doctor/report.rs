//! The report for the server's owner: what was seen, what departs, what to change. It holds nothing of the person's.

use super::diagram::mermaid;
use super::markdown::{code, prose};
use crate::trace::{step_detail, step_title};
use messages::{Text, text, told};
use model::{Diagnosis, DiagnosisResult, Finding, FindingKind};
use oauth::trace::{Step, Verdict};

/// Markdown. What a server wrote stands in it as text, wherever the report is put.
pub fn doctor_report(found: &Diagnosis) -> String {
    let url = code(&found.url);
    let title = told(text::DoctorReport { url });
    let mut out = format!("# {title}\n\n{}\n\n", prose(&found.summary.told()));
    for (kind, title) in [
        (FindingKind::Departs, told(text::DoctorReportDeparts)),
        (FindingKind::Missing, told(text::DoctorReportMissing)),
        (FindingKind::Works, told(text::DoctorReportWorks)),
    ] {
        let findings: String = of_kind(found, kind).map(item).collect();
        if !findings.is_empty() {
            out.push_str(&format!("## {title}\n\n{findings}\n"));
        }
    }
    out.push_str(&format!("## {}\n\n", told(text::DoctorReportSteps)));
    for (number, step) in (1..).zip(&found.steps) {
        out.push_str(&format!("{number}. {}\n", line(step)));
    }
    out.push_str(&format!("\n```mermaid\n{}```\n\n", mermaid(&found.diagram)));
    out.push_str(&format!("{}\n", told(text::DoctorReportEnd)));
    out
}

/// The findings for a terminal; the steps were shown while they happened.
pub fn doctor_text(found: &Diagnosis) -> String {
    let mut out = format!("{}\n", found.summary.told());
    for (kind, sign) in [
        (FindingKind::Departs, '✗'),
        (FindingKind::Missing, '·'),
        (FindingKind::Works, '✓'),
    ] {
        for finding in of_kind(found, kind) {
            out.push_str(&format!(
                "\n{sign} {}: {}  [{}]",
                finding.title.told(),
                finding.detail.told(),
                finding.rule
            ));
            let is_departure = |_: &&Text| kind == FindingKind::Departs;
            if let Some(advice) = finding.advice.as_ref().filter(is_departure) {
                out.push_str(&format!("\n    {}", advice.told()));
            }
        }
    }
    if !found.concessions.is_empty() {
        out.push_str(&format!("\n\n{}", told(next(found))));
    }
    out
}

/// The command that allows what departs.
fn next(found: &Diagnosis) -> Text {
    let command = |verb| {
        let mut words = vec![verb, found.url.as_str()];
        let names = found.concessions.iter();
        words.extend(names.flat_map(|known| ["--concede", known.name()]));
        crate::error::command_line(&words)
    };
    match found.outcome {
        DiagnosisResult::Broken => text::DoctorLookBehind {
            command: command("doctor"),
        }
        .into(),
        _ => text::DoctorAddAnyway {
            command: command("add"),
        }
        .into(),
    }
}

fn of_kind(found: &Diagnosis, kind: FindingKind) -> impl Iterator<Item = &Finding> {
    let findings = found.findings.iter();
    findings.filter(move |finding| finding.kind == kind)
}

fn item(finding: &Finding) -> String {
    let advice = finding.advice.as_ref().map_or_else(String::new, |advice| {
        format!("  - {}\n", prose(&advice.told()))
    });
    format!(
        "- **{}**: {} ({})\n{advice}",
        prose(&finding.title.told()),
        prose(&finding.detail.told()),
        finding.rule
    )
}

fn line(step: &Step) -> String {
    let sign = match step.verdict {
        Verdict::Ok => told(text::DoctorReportOk),
        Verdict::Next => told(text::DoctorReportNext),
        Verdict::Warning => told(text::DoctorReportWarning),
        Verdict::Problem => told(text::DoctorReportProblem),
    };
    let request = step.request.as_ref().map_or_else(String::new, |request| {
        format!(" {}", code(&request.to_string()))
    });
    let status = step
        .status
        .map_or_else(String::new, |status| format!(" → {status}"));
    let answer = step.answer.as_ref().map_or_else(String::new, |answer| {
        let answer = code(answer);
        format!("\n   - {}", told(text::DoctorReportAnswer { answer }))
    });
    format!(
        "**{}** ({sign}){request}{status}: {} [{}]{answer}",
        prose(&step_title(step).told()),
        prose(&step_detail(step).told()),
        step.rule
    )
}

#[cfg(test)]
mod tests {
    use super::super::markdown::tests::outside_of_code;
    use super::doctor_report;
    use messages::{Text, text};
    use model::{Diagnosis, DiagnosisResult, Diagram, Finding, FindingKind};
    use oauth::time::Timestamp;
    use oauth::trace::{Step, StepKind, StepRequest, StepResult, Verdict};

    fn written(text: String) -> Text {
        text::AsWritten { text }.into()
    }

    #[test]
    fn a_report_shows_a_servers_words_as_text() {
        let words =
            "![x](https://evil.example/t.png) <img src=x> [Fix](https://evil.example) @org/team";
        let finding = Finding {
            kind: FindingKind::Departs,
            title: text::DoctorResource.into(),
            detail: text::DoctorResourceAsked { resource: words }.into(),
            rule: "RFC 9728 §3.3".to_owned(),
            advice: Some(written(format!("Do not name {words}."))),
        };
        let step = Step::new(
            StepKind::MetadataRefused,
            Verdict::Problem,
            StepResult::AsWritten(format!("It says {words}.")),
            "RFC 8414 §3.3",
        );
        let diagnosis = Diagnosis {
            url: "https://evil.example/![x](https://evil.example/t.png)".to_owned(),
            at: Timestamp(0),
            outcome: DiagnosisResult::Broken,
            summary: text::DoctorBroken {
                why: written(format!("It says {words}.")),
            }
            .into(),
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
