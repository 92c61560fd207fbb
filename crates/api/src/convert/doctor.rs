//! The doctor's findings for the window.

use crate::{convert, dto};
use broker::{Code, Diagnosis, DiagnosisResult, Error, FindingKind};
use oauth::concession::Concession;

pub fn diagnosis(found: Diagnosis) -> Result<dto::Diagnosis, Error> {
    let json = serde_json::to_string_pretty(&found)
        .map_err(|error| Error::new(Code::Internal, error.to_string()))?;
    let report = found.report();
    let place = |index: usize| u32::try_from(index).unwrap_or_default();
    Ok(dto::Diagnosis {
        outcome: match found.outcome {
            DiagnosisResult::Works => dto::Outcome::Works,
            DiagnosisResult::WorksByConcession => dto::Outcome::WorksByConcession,
            DiagnosisResult::NeedsClientId => dto::Outcome::NeedsClientId,
            DiagnosisResult::ProgramsOnly => dto::Outcome::ProgramsOnly,
            DiagnosisResult::NotProtected => dto::Outcome::NotProtected,
            DiagnosisResult::Broken => dto::Outcome::Broken,
        },
        findings: found
            .findings
            .into_iter()
            .map(|finding| dto::Finding {
                kind: match finding.kind {
                    FindingKind::Works => dto::FindingKind::Works,
                    FindingKind::Departs => dto::FindingKind::Departs,
                    FindingKind::Missing => dto::FindingKind::Missing,
                },
                title: finding.title,
                detail: convert::sentence(&finding.detail),
                rule: finding.rule,
                advice: finding.advice,
            })
            .collect(),
        concessions: found
            .concessions
            .iter()
            .filter_map(|name| Concession::from_name(name))
            .map(|concession| convert::offer(concession, None))
            .collect(),
        steps: found.steps.into_iter().map(convert::step).collect(),
        diagram: dto::Diagram {
            actors: found.diagram.actors,
            messages: found
                .diagram
                .messages
                .into_iter()
                .map(|message| dto::DiagramMessage {
                    from: place(message.from),
                    to: place(message.to),
                    text: message.text,
                    ok: message.ok,
                })
                .collect(),
        },
        url: found.url,
        summary: found.summary,
        report,
        json,
    })
}
