//! The doctor: it tells all departures at once, keeps nothing, and registers nothing.

use crate::setup::Person;
use model::{Code, DiagnosisResult, FindingKind};
use oauth::concession::{Concession, Concessions};
use testbed::Topology;
use testbed::switches::{
    Answer, AuthorizationServers, PkceAdvertised, ResourceMetadataPlace, Switches,
};

async fn look(url: &str) -> model::Diagnosis {
    let person = Person::with(Switches::default()).await;
    person
        .broker
        .doctor(url, &Concessions::default(), &|_| {})
        .await
        .expect("a diagnosis")
}

fn titles(diagnosis: &model::Diagnosis, kind: FindingKind) -> Vec<&str> {
    diagnosis
        .findings
        .iter()
        .filter(|finding| finding.kind == kind)
        .map(|finding| finding.title.id())
        .collect()
}

#[tokio::test]
async fn a_good_server_has_nothing_to_hear() {
    let person = Person::with(Switches::default()).await;
    let url = person.web.resource();
    let diagnosis = person
        .broker
        .doctor(&url, &Concessions::default(), &|_| {})
        .await
        .expect("a diagnosis");
    assert_eq!(
        diagnosis.outcome,
        DiagnosisResult::Works,
        "{}",
        diagnosis.summary
    );
    assert!(
        titles(&diagnosis, FindingKind::Departs).is_empty(),
        "{:?}",
        diagnosis.findings
    );
    assert!(titles(&diagnosis, FindingKind::Works).contains(&"doctor-browser"));
    assert_eq!(
        person.web.requests("/register")
            + person.web.requests("/authorize")
            + person.web.requests("/token"),
        0
    );
    let sent: Vec<_> = person
        .web
        .log()
        .into_iter()
        .filter(|request| request.header("authorization").is_some())
        .collect();
    assert!(sent.is_empty(), "no token is ever sent");
}

/// Rules: Q20, lab-20
#[tokio::test]
async fn the_fields_first_example_hears_of_each_departure() {
    let web = Topology::first_example_with_mcp()
        .start()
        .await
        .expect("four origins");
    let diagnosis = look(&web.resource()).await;
    assert_eq!(
        diagnosis.outcome,
        DiagnosisResult::WorksByConcession,
        "{}",
        diagnosis.summary
    );
    assert_eq!(
        diagnosis.concessions,
        [Concession::MetadataUrlAsIssuer, Concession::IssuerMismatch]
    );
    let report = broker::doctor_report(&diagnosis);
    assert!(
        report.contains("Name the issuer in `authorization_servers`"),
        "{report}"
    );
    assert!(
        report.contains("```mermaid\nsequenceDiagram") && report.contains("RFC 8414 §3.3"),
        "{report}"
    );
    assert!(diagnosis.steps.iter().any(|step| {
        step.answer
            .as_ref()
            .is_some_and(|answer| answer.contains("token_endpoint"))
    }));
}

#[tokio::test]
async fn a_broken_server_hears_what_ends_it_and_what_to_do() {
    let nowhere = Switches {
        resource_metadata_at: ResourceMetadataPlace::Nowhere,
        ..Switches::default()
    };
    let plain = Switches {
        pkce_advertised: PkceAdvertised::PlainOnly,
        ..Switches::default()
    };
    for (switches, code) in [(nowhere, None), (plain, Some(Code::PkceWithoutS256))] {
        let person = Person::with(switches).await;
        let url = person.web.resource();
        let diagnosis = person
            .broker
            .doctor(&url, &Concessions::default(), &|_| {})
            .await
            .expect("a diagnosis");
        if code.is_some() {
            assert_eq!(
                (diagnosis.outcome, diagnosis.code),
                (DiagnosisResult::Broken, code),
                "{}",
                diagnosis.summary
            );
        }
        assert!(!titles(&diagnosis, FindingKind::Departs).is_empty());
        assert!(
            broker::diagram_text(&diagnosis.diagram).contains("Gatelodge")
                && broker::diagram_text(&diagnosis.diagram).contains("401")
        );
    }
}

/// What it says agrees with what then happens, and with no more than it saw.
#[tokio::test]
async fn the_verdict_says_what_was_not_tried() {
    let nothing = Switches::default();
    let no_registration = Switches::default().without_registration();
    let programs = Switches {
        code_flow: false,
        ..Switches::default().with_client_credentials()
    };
    for (switches, outcome, says) in [
        (nothing, DiagnosisResult::Works, "didn't try registration"),
        (
            no_registration,
            DiagnosisResult::NeedsClientId,
            "its owner has to give you one",
        ),
        (
            programs,
            DiagnosisResult::ProgramsOnly,
            "only access for programs",
        ),
    ] {
        let person = Person::with(switches).await;
        let diagnosis = person
            .broker
            .doctor(&person.web.resource(), &Concessions::default(), &|_| {})
            .await
            .expect("a diagnosis");
        assert_eq!(diagnosis.outcome, outcome, "{}", diagnosis.summary);
        let summary = diagnosis.summary.to_string();
        assert!(summary.contains(says), "{summary}");
        let told = broker::doctor_report(&diagnosis);
        assert!(
            !told.contains("Signing in works") && !told.contains("will ask for"),
            "no more than it saw: {told}"
        );
        assert!(
            told.contains("Only a real sign-in shows whether it can be renewed"),
            "{told}"
        );
    }
}

/// 1. A server publishes nothing and asks for a login. 2. The endpoints that its revision assumed are asked whether they are
///    there. 3. They are not, and that is the verdict.
#[tokio::test]
async fn endpoints_that_are_only_assumed_are_looked_at() {
    let nowhere = Switches {
        resource_metadata_at: ResourceMetadataPlace::Nowhere,
        ..Switches::default()
    };
    let person = Person::with(nowhere).await;
    let diagnosis = person
        .broker
        .doctor(&person.web.resource(), &Concessions::default(), &|_| {})
        .await
        .expect("a diagnosis");
    assert_eq!(
        (diagnosis.outcome, diagnosis.code),
        (DiagnosisResult::Broken, Some(Code::NoResourceMetadata)),
        "{}",
        diagnosis.summary
    );
    let summary = diagnosis.summary.to_string();
    assert!(
        summary.contains("/authorize, the default address"),
        "{summary}"
    );
    assert!(
        titles(&diagnosis, FindingKind::Missing).contains(&"doctor-registration"),
        "{:?}",
        diagnosis.findings
    );
}

/// The report goes to people who know nothing of this program: what it cites, they can read.
#[tokio::test]
async fn the_report_cites_nothing_but_public_texts() {
    let empty = Switches {
        authorization_servers: AuthorizationServers::Empty,
        ..Switches::default()
    };
    let page = Switches {
        metadata_answers: Answer::Html,
        ..Switches::default()
    };
    let legacy = Switches {
        proxy: true,
        resource_metadata_at: ResourceMetadataPlace::Nowhere,
        ..Switches::default()
    };
    for switches in [
        Switches::default(),
        empty,
        page,
        legacy,
        Switches::default().without_pkce_advertised(),
    ] {
        let person = Person::with(switches).await;
        let diagnosis = person
            .broker
            .doctor(&person.web.resource(), &Concessions::default(), &|_| {})
            .await
            .expect("a diagnosis");
        let report = broker::doctor_report(&diagnosis);
        assert!(
            !report.contains("PROTOCOL") && !report.contains(".md") && !report.contains("Http:"),
            "{report}"
        );
        for rule in diagnosis
            .findings
            .iter()
            .map(|finding| &finding.rule)
            .chain(diagnosis.steps.iter().map(|step| &step.rule))
        {
            let is_id = |word: &str| {
                let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                word.len() <= 5
                    && word.starts_with(|c: char| c.is_ascii_uppercase())
                    && word.ends_with(|c: char| c.is_ascii_digit())
            };
            assert!(!rule.split_whitespace().any(is_id), "{rule}");
        }
    }
    let person = Person::with(Switches {
        authorization_servers: AuthorizationServers::Empty,
        ..Switches::default()
    })
    .await;
    let diagnosis = person
        .broker
        .doctor(&person.web.resource(), &Concessions::default(), &|_| {})
        .await
        .expect("a diagnosis");
    assert!(
        broker::doctor_report(&diagnosis).contains("has to name the sign-in service"),
        "{}",
        broker::doctor_report(&diagnosis)
    );
}
