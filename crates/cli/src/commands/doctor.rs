//! `doctor`: how a server is protected, what works and what departs from the specification; nothing is kept.

use crate::args::DoctorFormat;
use crate::commands::trace;
use crate::output::{Output, clean, line};
use crate::{hints, input};
use api::convert;
use broker::{Broker, Error, diagram_text, doctor_report, doctor_text, mermaid};
use model::{Diagnosis, DiagnosisResult};

pub(crate) async fn run(
    url: &str,
    concede: &[String],
    format: DoctorFormat,
    output: Output,
) -> Result<(), Error> {
    let url = &input::address(url, output);
    // What another program reads, or a person forwards, is not mixed with the steps.
    let tells = format == DoctorFormat::Text;
    let show = |step| {
        if tells {
            output.tell(trace::show(&step));
        }
    };
    let diagnosis = Broker::system()?
        .doctor(url, &input::concessions(concede)?, &show)
        .await?;
    let format = if output.json {
        DoctorFormat::Json
    } else {
        format
    };
    match format {
        DoctorFormat::Json => Output::new(true).answer(&convert::diagnosis_file(&diagnosis), "")?,
        DoctorFormat::Text => line(clean(&doctor_text(&diagnosis)).trim_end())?,
        DoctorFormat::Diagram => line(clean(&diagram_text(&diagnosis.diagram)).trim_end())?,
        DoctorFormat::Mermaid => line(clean(&mermaid(&diagnosis.diagram)).trim_end())?,
        DoctorFormat::Report => line(clean(&doctor_report(&diagnosis)).trim_end())?,
    }
    verdict(&diagnosis).map_err(|error| hints::endpoints(error, url))
}

/// A server that nobody can log in to is a failure for a script as well.
fn verdict(diagnosis: &Diagnosis) -> Result<(), Error> {
    match (diagnosis.outcome, diagnosis.code) {
        (DiagnosisResult::Broken, Some(code)) => {
            let error = Error::new(code, diagnosis.summary.clone());
            Err(match &diagnosis.hint {
                Some(hint) => error.with_hint(hint.clone()),
                None => error,
            })
        }
        _ => Ok(()),
    }
}
