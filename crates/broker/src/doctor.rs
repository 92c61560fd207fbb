//! What is wrong with a server, and what works: a look at it from outside, with nothing kept, registered or logged in.
//!
//! The discovery is the same as for adding. Where a departure ends it, it is told, allowed for this look alone, and the
//! look goes on behind it: the owner of the server wants to hear of all of them at once.

mod diagram;
mod findings;
mod report;

use crate::{Broker, Error};
use oauth::concession::{Concession, Concessions};
use oauth::discovery::{Discovery, DiscoveryError, Protected, discover};
use oauth::time::Timestamp;
use oauth::trace::{Sink, Step};
use oauth::uri::ResourceUri;
use serde::Serialize;
use std::sync::Mutex;

pub use diagram::{Diagram, Message};
pub use findings::{Finding, FindingKind};

/// What the doctor found. Its JSON form is for programs; member names do not change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    pub url: String,
    pub at: Timestamp,
    pub outcome: Outcome,
    /// One sentence.
    pub summary: String,
    /// The stable code of what ends a login, if anything does.
    pub code: Option<&'static str>,
    /// Departures that a person would have to allow, by name.
    pub concessions: Vec<&'static str>,
    pub findings: Vec<Finding>,
    pub steps: Vec<Step>,
    pub diagram: Diagram,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing stands in the way.
    Works,
    /// A login works once the person has allowed the departures.
    WorksByConcession,
    NotProtected,
    Broken,
}

/// More departures than this is no server that anyone meant to build.
const MOST_LOOKS: usize = 8;

impl Broker {
    /// Looks at a server. An address that is none is an error; whatever the server does is a diagnosis.
    pub async fn doctor(&self, url: &str, allowed: &Concessions, trace: Sink<'_>) -> Result<Diagnosis, Error> {
        let uri = ResourceUri::from_person(url)?;
        let steps = Mutex::new(Vec::new());
        let keep = |step: Step| {
            trace(step.clone());
            crate::locked(&steps).push(step);
        };
        let mut concessions = allowed.clone();
        let mut departures = Vec::new();
        let mut outcome = discover(&self.inner.http, &uri, &concessions, &keep).await;
        while let Some(concession) = outcome.as_ref().err().and_then(DiscoveryError::concession) {
            // What a person would not allow by looking: an address inside the network is not asked.
            let enough =
                concession == Concession::PrivateNetwork || concessions.allow(concession) || departures.len() >= MOST_LOOKS;
            if enough {
                break;
            }
            departures.extend(outcome.as_ref().err().map(|error| (concession, error.to_string())));
            concessions.0.insert(concession);
            crate::locked(&steps).clear();
            outcome = discover(&self.inner.http, &uri, &concessions, &keep).await;
        }
        let steps = steps.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(diagnosis(&uri, self.now(), &outcome, &departures, steps))
    }
}

fn diagnosis(
    uri: &ResourceUri,
    at: Timestamp,
    outcome: &Result<Discovery, DiscoveryError>,
    departures: &[(Concession, String)],
    steps: Vec<Step>,
) -> Diagnosis {
    let (kind, summary, code) = verdict(outcome, departures);
    let protected: Option<&Protected> = match outcome {
        Ok(Discovery::Protected(found)) => Some(found),
        _ => None,
    };
    let mut findings = findings::departures(departures);
    findings.extend(outcome.as_ref().err().map(findings::broken));
    findings.extend(findings::warnings(&steps));
    findings.extend(protected.into_iter().flat_map(findings::of_server));
    Diagnosis {
        url: uri.to_string(),
        at,
        outcome: kind,
        summary,
        code,
        concessions: departures.iter().map(|(concession, _)| concession.name()).collect(),
        diagram: Diagram::of(uri, &steps),
        findings,
        steps,
    }
}

fn verdict(
    outcome: &Result<Discovery, DiscoveryError>,
    departures: &[(Concession, String)],
) -> (Outcome, String, Option<&'static str>) {
    match outcome {
        Ok(Discovery::NotProtected) => (Outcome::NotProtected, "This server needs no login.".to_owned(), None),
        Ok(Discovery::Protected(_)) if departures.is_empty() => {
            (Outcome::Works, "A login works: nothing stands in the way.".to_owned(), None)
        }
        Ok(Discovery::Protected(_)) => {
            let names: Vec<_> = departures.iter().map(|(concession, _)| concession.name()).collect();
            let summary = format!("A login works once you allow what departs from the specification: {}.", names.join(", "));
            (Outcome::WorksByConcession, summary, None)
        }
        Err(error) => {
            let error = Error::from(error.clone());
            (Outcome::Broken, format!("A login does not work: {error}."), Some(error.code().as_str()))
        }
    }
}
