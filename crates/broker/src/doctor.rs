//! What is wrong with a server, and what works: a look at it from outside, with nothing kept, registered or logged in.
//!
//! The discovery is the same as for adding. Where a departure ends it, it is told, allowed for this look alone, and the
//! look goes on behind it: the owner of the server wants to hear of all of them at once.

mod diagram;
mod findings;
mod markdown;
mod report;

use crate::issuer::discovery::{DiscoveryReport, ResponseCache, look_through};
use crate::{Broker, Code, Error};
use model::{Diagnosis, DiagnosisResult};
use oauth::concession::{Concession, Concessions, Reach};
use oauth::discovery::{Discovery, DiscoveryError, Protected, discover};
use oauth::http::{Http, Request};
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::registration::accepts_our_document;
use oauth::time::Timestamp;
use oauth::trace::{Sink, Step};
use oauth::uri::ResourceUri;
use std::sync::Mutex;

pub use diagram::{diagram_text, mermaid};
pub use report::{doctor_report, doctor_text};

/// Endpoints that were only assumed, and that answered that nothing is there.
#[derive(Debug, Default)]
struct AbsentEndpoints {
    login: bool,
    registration: bool,
}

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

    /// Where no document names the endpoints, a question without any parameter tells whether somebody is there.
    async fn assumed_and_absent(
        &self,
        uri: &ResourceUri,
        allowed: &Concessions,
        server: &AuthorizationServer,
    ) -> Result<AbsentEndpoints, Error> {
        if server.basis != Basis::Assumed {
            return Ok(AbsentEndpoints::default());
        }
        let reach = Reach::of(&uri.url()?, allowed);
        let is_absent = async |endpoint: &str| {
            let answer = self
                .inner
                .upstream
                .http
                .send(Request::get(endpoint, reach))
                .await;
            answer.is_ok_and(|answer| matches!(answer.status, 404 | 410))
        };
        Ok(AbsentEndpoints {
            login: is_absent(&server.authorization_endpoint).await,
            registration: match &server.registration_endpoint {
                Some(endpoint) => is_absent(endpoint).await,
                None => false,
            },
        })
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
    let mut concessions: Vec<_> = departures
        .iter()
        .map(|(concession, _)| *concession)
        .collect();
    concessions.extend(ended.and_then(DiscoveryError::concession));
    let mut hint = None;
    let (outcome, summary, code) = match &looked.outcome {
        Ok(Discovery::NotProtected { .. }) => (
            DiagnosisResult::NotProtected,
            "This server needs no login.".to_owned(),
            None,
        ),
        Ok(Discovery::Protected(found)) => verdict(found, &concessions, absent),
        Err(error) => {
            let error = Error::from(error.clone());
            hint = Some(error.hint());
            (
                DiagnosisResult::Broken,
                format!("A login does not work: {error}."),
                Some(error.code()),
            )
        }
    };
    let protected: Option<&Protected> = match &looked.outcome {
        Ok(Discovery::Protected(found)) => Some(found),
        _ => None,
    };
    let mut findings = findings::departures(&departures);
    findings.extend(ended.map(findings::broken));
    findings.extend(findings::warnings(&steps));
    findings.extend(
        protected
            .into_iter()
            .flat_map(|found| findings::of_server(found, absent)),
    );
    Diagnosis {
        url: uri.to_string(),
        at,
        outcome,
        summary,
        code,
        hint,
        concessions,
        diagram: diagram::of(uri, &steps),
        findings,
        steps,
    }
}

fn names(concessions: &[Concession]) -> Vec<&'static str> {
    concessions.iter().map(|known| known.name()).collect()
}

/// No more than was seen: nobody was registered and nobody logged in.
fn verdict(
    found: &Protected,
    concessions: &[Concession],
    absent: &AbsentEndpoints,
) -> (DiagnosisResult, String, Option<Code>) {
    let server = &found.authorization_server;
    let host = AuthorizationServer::host_of(server.issuer.as_str());
    let once = if concessions.is_empty() {
        String::new()
    } else {
        format!(
            " once you allow what departs from the specification: {}",
            names(concessions).join(", ")
        )
    };
    if absent.login {
        let summary = format!(
            "A login does not work: nothing answers at {}, which was assumed, since no document names another place.",
            server.authorization_endpoint
        );
        return (
            DiagnosisResult::Broken,
            summary,
            Some(Code::NoResourceMetadata),
        );
    }
    if !server.offers_code_flow() && server.device_authorization_endpoint.is_none() {
        let summary = format!(
            "No person can log in here: {host} offers no login in the browser, only access for programs. Nothing else found so far stands in its way{once}."
        );
        return (DiagnosisResult::ProgramsOnly, summary, None);
    }
    let registers = server.registration_endpoint.is_some() && !absent.registration;
    if !registers {
        let unusable = server
            .unusable
            .iter()
            .any(|(member, _)| member == "registration_endpoint");
        let how = if unusable {
            "the registration endpoint that its document names cannot be used, and its owner has to mend it or to give you one"
        } else if accepts_our_document(server) {
            "it takes a client id metadata document that you host, or a client id from its owner"
        } else {
            "its owner has to give you one"
        };
        let who = if unusable {
            format!("no program can register itself at {host}")
        } else {
            format!("{host} lets no program register itself")
        };
        let summary = format!(
            "A login needs a client id: {who}, so {how}. Nothing else found so far stands in the way{once}."
        );
        return (DiagnosisResult::NeedsClientId, summary, None);
    }
    let but = found
        .refuses
        .as_ref()
        .map(|refusal| format!(" But {refusal}; a login may not change that."))
        .unwrap_or_default();
    let summary = format!(
        "Nothing found so far stands in the way of a login{once}.{but} Not tried: the registration, the consent page and the token endpoint."
    );
    (
        if concessions.is_empty() {
            DiagnosisResult::Works
        } else {
            DiagnosisResult::WorksByConcession
        },
        summary,
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::{AbsentEndpoints, Protected, verdict};
    use model::DiagnosisResult;
    use oauth::metadata::AuthorizationServer;
    use oauth::scope::Scopes;

    /// A login page that is there at an assumed address says nothing of the address where programs would be registered.
    #[test]
    fn an_assumed_registration_that_nobody_answers_is_none() {
        let origin = url::Url::parse("https://h.example/").expect("a URL");
        let found = Protected {
            calls_itself: None,
            refuses: None,
            resource_parameter: "https://h.example/mcp".to_owned(),
            authorization_server: AuthorizationServer::legacy(&origin).expect("an origin"),
            scopes_to_request: Scopes::default(),
            scopes_supported: Scopes::default(),
            needs_dpop: false,
        };
        let told = |absent| verdict(&found, &[], &absent).0;
        assert_eq!(told(AbsentEndpoints::default()), DiagnosisResult::Works);
        assert_eq!(
            told(AbsentEndpoints {
                login: false,
                registration: true
            }),
            DiagnosisResult::NeedsClientId
        );
        assert_eq!(
            told(AbsentEndpoints {
                login: true,
                registration: true
            }),
            DiagnosisResult::Broken
        );
    }
}
