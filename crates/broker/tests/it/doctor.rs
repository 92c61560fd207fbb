//! The doctor: it tells all departures at once, keeps nothing, and registers nothing.

use crate::setup::Person;
use broker::{FindingKind, Outcome};
use oauth::concession::Concessions;
use testbed::Topology;
use testbed::switches::{PkceAdvertised, ResourceMetadataPlace, Switches};

async fn look(url: &str) -> broker::Diagnosis {
    let person = Person::with(Switches::default()).await;
    person.broker.doctor(url, &Concessions::default(), &|_| {}).await.expect("a diagnosis")
}

fn titles(diagnosis: &broker::Diagnosis, kind: FindingKind) -> Vec<&str> {
    diagnosis.findings.iter().filter(|finding| finding.kind == kind).map(|finding| finding.title.as_str()).collect()
}

#[tokio::test]
async fn a_good_server_has_nothing_to_hear() {
    let person = Person::with(Switches::default()).await;
    let url = person.web.resource();
    let diagnosis = person.broker.doctor(&url, &Concessions::default(), &|_| {}).await.expect("a diagnosis");
    assert_eq!(diagnosis.outcome, Outcome::Works, "{}", diagnosis.summary);
    assert!(titles(&diagnosis, FindingKind::Departs).is_empty(), "{:?}", diagnosis.findings);
    assert!(titles(&diagnosis, FindingKind::Works).contains(&"Login in the browser"));
    assert_eq!(person.web.requests("/register") + person.web.requests("/authorize") + person.web.requests("/token"), 0);
    let sent: Vec<_> = person.web.log().into_iter().filter(|request| request.header("authorization").is_some()).collect();
    assert!(sent.is_empty(), "no token is ever sent");
}

/// PROTOCOL: Q20, lab-20
#[tokio::test]
async fn the_fields_first_example_hears_of_each_departure() {
    let web = Topology::first_example_with_mcp().start().await.expect("four origins");
    let diagnosis = look(&web.resource()).await;
    assert_eq!(diagnosis.outcome, Outcome::WorksByConcession, "{}", diagnosis.summary);
    assert_eq!(diagnosis.concessions, ["metadata-url-as-issuer", "issuer-mismatch"]);
    let report = diagnosis.report();
    assert!(report.contains("Name the issuer in authorization_servers"), "{report}");
    assert!(report.contains("```mermaid\nsequenceDiagram") && report.contains("RFC 8414 §3.3"), "{report}");
    assert!(diagnosis.steps.iter().any(|step| step.answer.as_ref().is_some_and(|answer| answer.contains("token_endpoint"))));
}

#[tokio::test]
async fn a_broken_server_hears_what_ends_it_and_what_to_do() {
    let nowhere = Switches { resource_metadata_at: ResourceMetadataPlace::Nowhere, ..Switches::default() };
    let plain = Switches { pkce_advertised: PkceAdvertised::PlainOnly, ..Switches::default() };
    for (switches, code) in [(nowhere, None), (plain, Some("pkce_without_s256"))] {
        let person = Person::with(switches).await;
        let url = person.web.resource();
        let diagnosis = person.broker.doctor(&url, &Concessions::default(), &|_| {}).await.expect("a diagnosis");
        if code.is_some() {
            assert_eq!((diagnosis.outcome, diagnosis.code), (Outcome::Broken, code), "{}", diagnosis.summary);
        }
        assert!(!titles(&diagnosis, FindingKind::Departs).is_empty());
        assert!(diagnosis.diagram.text().contains("Gatelodge") && diagnosis.diagram.text().contains("401"));
    }
}
