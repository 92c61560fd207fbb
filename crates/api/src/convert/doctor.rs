//! The doctor's diagnosis for the window.

use crate::convert::problem::{sentence, unwritable};
use crate::dto;
use broker::{Error, doctor_report};
use model::{ConcessionOffer, Diagnosis, Finding};

/// The diagnosis with its report and its JSON form beside it.
pub fn diagnosis(found: Diagnosis) -> Result<dto::Diagnosis, Error> {
    let json = serde_json::to_string_pretty(&found).map_err(|error| unwritable(&error))?;
    let report = doctor_report(&found);
    let whole = |finding: Finding| Finding {
        detail: sentence(&finding.detail),
        ..finding
    };
    Ok(dto::Diagnosis {
        outcome: found.outcome,
        findings: found.findings.into_iter().map(whole).collect(),
        concessions: found
            .concessions
            .into_iter()
            .map(|concession| ConcessionOffer::of(concession, None))
            .collect(),
        steps: found.steps,
        diagram: found.diagram,
        url: found.url,
        summary: found.summary,
        report,
        json,
    })
}
