//! The doctor's diagnosis, for the window and for programs.

use crate::convert::problem::unwritable;
use crate::convert::{concession, trace};
use crate::dto;
use broker::{Error, doctor_report};
use messages::Text;
use model::{Diagnosis, Diagram, Finding};

/// The diagnosis with its report and its JSON form beside it.
pub fn diagnosis(found: &Diagnosis) -> Result<dto::Diagnosis, Error> {
    let file = diagnosis_file(found);
    let json = serde_json::to_string_pretty(&file).map_err(|error| unwritable(&error))?;
    Ok(dto::Diagnosis {
        url: file.url,
        outcome: file.outcome,
        summary: file.summary,
        findings: file.findings,
        concessions: found
            .concessions
            .iter()
            .map(|known| concession::offer(*known, None))
            .collect(),
        steps: file.steps,
        diagram: file.diagram,
        report: doctor_report(found),
        json,
    })
}

/// The diagnosis for a program.
pub fn diagnosis_file(found: &Diagnosis) -> dto::DiagnosisFile {
    let names = found.concessions.iter().map(|known| known.name());
    dto::DiagnosisFile {
        url: found.url.clone(),
        at: found.at.0,
        outcome: found.outcome,
        summary: found.summary.told(),
        code: found.code,
        hint: found.hint.as_ref().map(Text::told),
        concessions: names.map(str::to_owned).collect(),
        findings: found.findings.iter().map(finding).collect(),
        steps: found.steps.iter().map(trace::step).collect(),
        diagram: diagram(&found.diagram),
    }
}

fn finding(finding: &Finding) -> dto::Finding {
    dto::Finding {
        kind: finding.kind,
        title: finding.title.told(),
        detail: finding.detail.told(),
        rule: finding.rule.clone(),
        advice: finding.advice.as_ref().map(Text::told),
    }
}

fn diagram(diagram: &Diagram) -> dto::Diagram {
    let messages = diagram.messages.iter();
    dto::Diagram {
        actors: diagram.actors.clone(),
        messages: messages
            .map(|message| dto::DiagramMessage {
                from: message.from,
                to: message.to,
                text: broker::message_text(message),
                ok: message.ok,
            })
            .collect(),
    }
}
