//! What is wrong with a server, and what works: a look at it from outside, with nothing kept, registered or logged in.
//!
//! The discovery is the same as for adding. Where a departure ends it, it is told, allowed for this look alone, and the
//! look goes on behind it: the owner of the server wants to hear of all of them at once.

mod assumed;
mod diagram;
mod findings;
mod markdown;
mod report;
mod verdict;

use crate::issuer::discovery::{DiscoveryReport, ResponseCache, look_through};
use crate::{Broker, Error};
use assumed::AbsentEndpoints;
use messages::{Text, text};
use model::{Code, Diagnosis, DiagnosisResult};
use oauth::concession::Concessions;
use oauth::discovery::{Discovery, DiscoveryError, discover};
use oauth::time::Timestamp;
use oauth::trace::{Sink, Step};
use oauth::uri::ResourceUri;
use std::sync::Mutex;
use verdict::{Verdict, verdict};

pub use diagram::{diagram_text, mermaid, message_text};
pub use report::{doctor_report, doctor_text};

impl Broker {
    /// Looks at a server. An address that is none is an error; whatever the server does is a diagnosis.
    pub async fn doctor(
        &self,
        url: &str,
        allowed: &Concessions,
        trace: Sink<'_>,
    ) -> Result<Diagnosis, Error> {
        let uri = ResourceUri::from_person(url)?;
        let (steps, told) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        let keep = |step: Step| {
            let mut told = crate::locked(&told);
            if !told.contains(&step) {
                trace(step.clone());
                told.push(step.clone());
            }
            crate::locked(&steps).push(step);
        };
        let memory = ResponseCache::of(&self.inner.upstream.http);
        let looked = look_through(self.inner.upstream.http.look_limit(), allowed, |allowed| {
            // The last look is the one that is reported: the earlier ones are its beginning.
            crate::locked(&steps).clear();
            let (memory, uri, keep) = (&memory, &uri, &keep);
            Box::pin(async move { discover(memory, uri, &allowed, keep).await })
        })
        .await;
        let absent = match &looked.outcome {
            Ok(Discovery::Protected(found)) => {
                self.assumed_and_absent(&uri, allowed, &found.authorization_server)
                    .await?
            }
            _ => AbsentEndpoints::default(),
        };
        let steps = steps
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(diagnosis(&uri, self.now(), &looked, &absent, steps))
    }
}

fn diagnosis(
    uri: &ResourceUri,
    at: Timestamp,
    looked: &DiscoveryReport<Discovery>,
    absent: &AbsentEndpoints,
    steps: Vec<Step>,
) -> Diagnosis {
    let ended = looked.outcome.as_ref().err();
    let departures: Vec<_> = looked
        .departures
        .iter()
        .filter_map(|error| Some((error.concession()?, error)))
        .collect();
    let concessions: Vec<_> = departures
        .iter()
        .map(|(concession, _)| *concession)
        .chain(ended.and_then(DiscoveryError::concession))
        .collect();
    let (verdict, hint) = match &looked.outcome {
        Ok(Discovery::NotProtected { .. }) => (not_protected(), None),
        Ok(Discovery::Protected(found)) => (verdict(found, &concessions, absent), None),
        Err(failure) => {
            let error = Error::from(failure.clone());
            (broken(failure, error.code()), Some(error.hint()))
        }
    };
    let mut findings = findings::departures(&departures);
    findings.extend(ended.map(findings::broken));
    findings.extend(findings::warnings(&steps));
    if let Ok(Discovery::Protected(found)) = &looked.outcome {
        findings.extend(findings::of_server(found, absent));
    }
    Diagnosis {
        url: uri.to_string(),
        at,
        outcome: verdict.result,
        summary: verdict.summary,
        code: verdict.code,
        hint,
        concessions,
        diagram: diagram::of(uri, &steps),
        findings,
        steps,
    }
}

fn not_protected() -> Verdict {
    Verdict {
        result: DiagnosisResult::NotProtected,
        summary: text::DoctorNotProtected.into(),
        code: None,
    }
}

fn broken(failure: &DiscoveryError, code: Code) -> Verdict {
    Verdict {
        result: DiagnosisResult::Broken,
        summary: text::DoctorBroken {
            why: sentence(failure),
        }
        .into(),
        code: Some(code),
    }
}

/// What ended a discovery, as it is told wherever it happens.
fn sentence(failure: &DiscoveryError) -> Text {
    let error = Error::from(failure.clone());
    match error.text().id() {
        "as-written" => crate::trace::whole(&error.text().to_string()),
        _ => error.text().clone(),
    }
}
