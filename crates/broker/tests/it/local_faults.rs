//! What fails on this machine is told as that: no issuer is blamed for it, and none is waited for.

use crate::setup::{Person, browse};
use broker::{KeySource, LoginOptions};
use model::{Grant, PartyAnswer, ReceiptStepKind, RevocationState};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use std::sync::Arc;
use testbed::Testbed;
use testbed::switches::{RevocationAnswers, Switches};
use vault::{OpenResult, OsKeyring, Vault};

/// The person's vault, as another program of theirs has it.
async fn vault_of(person: &Person) -> Vault {
    let home = person.broker.home();
    let key = KeySource::KeyFile(person.folder.path().join("key"));
    match Vault::open(home, key, Arc::new(OsKeyring::new(home))).await {
        Ok(OpenResult::Opened(vault)) => vault,
        _ => panic!("the vault does not open"),
    }
}

/// 1. The client id of a login is lost here. 2. Its issuer was not asked, and nobody says that it did not answer. 3. The next
/// tries are not put off longer and longer.
#[tokio::test]
async fn a_client_id_that_is_lost_is_no_silence_of_the_issuer() {
    let person = Person::approving(Switches::default().without_client_management()).await;
    let grant = person.log_in().await;
    vault_of(&person)
        .await
        .forget_registration(grant.registration_id.as_deref().expect("registered"))
        .await
        .expect("forgotten");
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert_eq!(receipt.ending, RevocationState::Open, "{receipt:?}");
    for kind in [ReceiptStepKind::RefreshToken, ReceiptStepKind::AccessToken] {
        let step = receipt.steps.iter().find(|step| step.kind == kind);
        assert!(
            step.is_some_and(|step| matches!(step.answer, PartyAnswer::NotSent { .. })),
            "{receipt:?}"
        );
    }
    for _ in 0..3 {
        person.clock.forward(3600);
        let due = person.broker.retry_due_revocations().await;
        let due = due.expect("a vault").expect("still open");
        assert_eq!(due.since(person.broker.now()), 3600);
    }
    assert_eq!(person.web.requests("/revoke"), 0);
}

/// 1. Two revocations are due, and the turn of the first cannot be had. 2. The second is tried all the same.
#[tokio::test]
async fn a_revocation_that_cannot_be_tried_keeps_no_other_from_it() {
    let switches = Switches::default()
        .without_client_management()
        .answering_revocation(RevocationAnswers::Status(500));
    let person = Person::approving(switches.clone()).await;
    let other = Testbed::start(switches.approving_as("ada"))
        .await
        .expect("a free port");
    let first = person.log_in().await;
    let second = logged_in_at(&person, &other).await;
    for grant in [&first, &second] {
        person.broker.revoke(&grant.id).await.expect("a receipt");
        person.clock.forward(1);
    }
    other
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    let lock = person
        .broker
        .home()
        .locks()
        .join(format!("{}.lock", first.id.0));
    std::fs::remove_file(&lock).expect("a lock");
    std::fs::create_dir(&lock).expect("a folder in its place");
    person.clock.forward(3600);
    person
        .broker
        .retry_due_revocations()
        .await
        .expect("a vault");
    assert!(other.tokens().live_grants().is_empty());
}

async fn logged_in_at(person: &Person, server: &Testbed) -> Grant {
    let view = person
        .broker
        .add(&server.resource(), None, Concessions::default(), &|_| {})
        .await
        .expect("discovery");
    let started = person
        .broker
        .begin_login(&view.record.id, LoginOptions::default())
        .await
        .expect("a login begins");
    let pending = started.pending().expect("it waits for the browser");
    let callback = browse(pending.url()).await;
    let done = person
        .broker
        .complete_login(Callback::parse(&callback))
        .await;
    done.expect("the login completes")
}
