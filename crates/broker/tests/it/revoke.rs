//! Revoking: at the issuer, proven at the resource, erased here.

use crate::setup::Person;
use model::{Code, EventQuery, LastToken, PartyAnswer, ResourceState, RevocationState};
use oauth::concession::Concession;
use testbed::switches::{Answer, Eras, McpAnswers, RevocationAnswers, Switches};

#[tokio::test]
async fn what_is_revoked_is_gone_everywhere() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let token = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("a token")
        .access_token;
    assert_eq!(person.call_tool(token.expose()).await, 200);

    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(
        receipt.ending == RevocationState::Revoked
            && receipt.by_hand().is_none()
            && broker::revocation_failure(&receipt).is_none(),
        "{receipt:?}"
    );
    let answers = [
        PartyAnswer::Confirmed,
        PartyAnswer::Refused,
        PartyAnswer::Erased,
    ];
    assert!(
        receipt
            .steps
            .iter()
            .all(|step| answers.contains(&step.answer)),
        "{receipt:?}"
    );
    assert_eq!(person.broker.receipts(None).await.expect("kept"), [receipt]);
    assert_eq!(person.call_tool(token.expose()).await, 401);
    assert!(person.web.tokens().live_grants().is_empty());
    assert!(
        person.web.tokens().clients().is_empty(),
        "the registration was deleted too (RFC 7592)"
    );

    let error = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect_err("revoked");
    assert_eq!(error.code(), Code::LoginRequired);
    assert!(error.to_string().contains("revoked"), "{error}");
    person.log_in().await;
    let error = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect_err("a new login has no old permits");
    assert_eq!(error.code(), Code::AccessDenied);
}

/// The issuer's answer, how the receipt ends, and whether a replay of the old tokens works.
#[tokio::test]
async fn revoked_is_said_of_nothing_that_was_not_proven() {
    for (answer, ending) in [
        (RevocationAnswers::Missing, RevocationState::Open),
        (RevocationAnswers::Unavailable, RevocationState::Open),
        (RevocationAnswers::UnavailableOnce, RevocationState::Revoked),
        (RevocationAnswers::Lies, RevocationState::RunsOut),
        (RevocationAnswers::Page, RevocationState::Open),
        (RevocationAnswers::SaysItFailed, RevocationState::Open),
        (RevocationAnswers::Status(404), RevocationState::Open),
        (RevocationAnswers::Status(401), RevocationState::Open),
        (RevocationAnswers::Status(302), RevocationState::Open),
        (RevocationAnswers::Status(204), RevocationState::Open),
        (RevocationAnswers::RevokesWith(204), RevocationState::Open),
        (
            RevocationAnswers::WantsEmptySecret,
            RevocationState::Revoked,
        ),
        (
            RevocationAnswers::RefusesAccessTokens,
            RevocationState::Revoked,
        ),
    ] {
        let switches = Switches {
            revocation_answers: answer,
            client_management: false,
            ..Switches::default()
        };
        let person = Person::approving(switches).await;
        let grant = person.log_in().await;
        let token = grant.tokens().expect("active").access_token.clone();
        let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
        assert_eq!(receipt.ending, ending, "{answer:?}: {receipt:?}");
        let still_taken = person.call_tool(token.expose()).await == 200;
        assert!(
            !(still_taken && ending == RevocationState::Revoked),
            "{answer:?}"
        );
        assert_eq!(
            still_taken,
            receipt.last_token != LastToken::Gone,
            "{answer:?}: {receipt:?}"
        );
        assert_eq!(
            receipt.by_hand().is_some(),
            ending == RevocationState::Open,
            "{answer:?}: {receipt:?}"
        );
        let headline = receipt.headline().to_string();
        let says_taken = headline.contains("still accepts the most recent token");
        assert_eq!(
            says_taken,
            answer == RevocationAnswers::Lies,
            "{answer:?}: {headline}"
        );
        assert_eq!(
            broker::revocation_failure(&receipt).map(|error| error.code()),
            (ending != RevocationState::Revoked).then_some(Code::RevocationUnproven)
        );

        let view = person
            .broker
            .resource(grant.resource.as_str())
            .await
            .expect("kept");
        assert!(
            view.grants[0].tokens().is_none(),
            "{answer:?}: given up here whatever the issuer says"
        );
        let state = if ending == RevocationState::Revoked {
            ResourceState::Revoked
        } else {
            ResourceState::RemovedHere
        };
        assert_eq!(view.state, state, "{answer:?}");
        let events = person
            .broker
            .events(&EventQuery {
                limit: 50,
                ..Default::default()
            })
            .await
            .expect("a log");
        assert_eq!(
            events.iter().any(|event| event.kind == "revoked"),
            ending == RevocationState::Revoked,
            "{answer:?}: {events:?}"
        );
    }
}

/// A 400 to a form of request that the server does not know says nothing of the token; nor does what everybody gets.
#[tokio::test]
async fn the_probe_is_a_request_that_the_servers_revision_takes() {
    for (answers, eras, ending) in [
        (
            McpAnswers::Proper,
            Eras::LegacyOnly,
            RevocationState::Revoked,
        ),
        (
            McpAnswers::Proper,
            Eras::ModernOnly,
            RevocationState::Revoked,
        ),
        (McpAnswers::PlainRest, Eras::Both, RevocationState::Revoked),
        (
            McpAnswers::Unprotected,
            Eras::Both,
            RevocationState::RunsOut,
        ),
        (
            McpAnswers::Instead(Answer::Status(400)),
            Eras::Both,
            RevocationState::RunsOut,
        ),
        (
            McpAnswers::Instead(Answer::Status(403)),
            Eras::Both,
            RevocationState::RunsOut,
        ),
        (
            McpAnswers::Instead(Answer::Status(500)),
            Eras::Both,
            RevocationState::RunsOut,
        ),
        (
            McpAnswers::Instead(Answer::Html),
            Eras::Both,
            RevocationState::RunsOut,
        ),
    ] {
        let person = Person::approving(Switches {
            eras,
            form_before_token: true,
            ..Switches::default()
        })
        .await;
        let grant = person.log_in().await;
        person
            .web
            .switches()
            .set(|switches| switches.mcp_answers = answers.clone());
        let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
        assert_eq!(receipt.ending, ending, "{answers:?} {eras:?}: {receipt:?}");
        let accepted = receipt
            .steps
            .iter()
            .any(|step| matches!(step.answer, PartyAnswer::Accepted { .. }));
        assert!(!accepted, "nobody has seen the token taken: {receipt:?}");
    }
}

/// 1. The issuer does not confirm. 2. Nobody gets in with what is kept. 3. The issuer is well again, and another try ends it.
#[tokio::test]
async fn what_the_issuer_did_not_confirm_can_be_tried_again() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person =
        Person::approving(switches.answering_revocation(RevocationAnswers::Unavailable)).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let first = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert_eq!(first.ending, RevocationState::Open);
    assert_eq!(
        person.web.requests("/revoke"),
        2,
        "once for each token: it asked to come back in a minute: {first:?}"
    );

    for broker in [person.broker.clone(), person.again().await] {
        assert_eq!(
            broker
                .issue(&agent, person.request())
                .await
                .expect_err("given up")
                .code(),
            Code::LoginRequired
        );
        let refused = broker
            .token_for_person(grant.resource.as_str(), None, 0)
            .await
            .expect_err("given up");
        assert_eq!(refused.code(), Code::LoginRequired);
        assert_eq!(
            broker
                .refresh(&grant.id)
                .await
                .map(|grant| grant.tokens().is_some()),
            Ok(false)
        );
    }
    assert!(
        !person.web.tokens().live_grants().is_empty(),
        "the issuer has kept them"
    );

    let again = person.broker.revoke(&grant.id).await.expect("another try");
    assert_eq!(
        (again.ending, &again.id),
        (RevocationState::Open, &first.id)
    );
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    let done = person
        .broker
        .retry_revocations(grant.resource.as_str(), None)
        .await
        .expect("receipts");
    assert_eq!(
        done.iter()
            .map(|receipt| receipt.ending)
            .collect::<Vec<_>>(),
        [RevocationState::Revoked]
    );
    assert!(
        person.web.tokens().live_grants().is_empty(),
        "the refresh token was kept for this"
    );
    assert_eq!(
        person.broker.receipts(None).await.expect("kept"),
        done,
        "the later answers take the place of the earlier"
    );
    assert_eq!(person.state_of(&grant).await, ResourceState::Revoked);
    assert!(
        person
            .broker
            .retry_revocations(grant.resource.as_str(), None)
            .await
            .expect("nothing is left")
            .is_empty()
    );
}

/// By itself after an hour, then later and later.
#[tokio::test]
async fn the_host_that_serves_tries_again_by_itself() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person =
        Person::approving(switches.answering_revocation(RevocationAnswers::Status(404))).await;
    let grant = person.log_in().await;
    person.broker.revoke(&grant.id).await.expect("a receipt");
    let due = person
        .broker
        .retry_due_revocations()
        .await
        .expect("a vault")
        .expect("one is open");
    assert_eq!(
        (
            person.web.requests("/revoke"),
            due.since(person.broker.now())
        ),
        (2, 3600),
        "not before its time"
    );
    person.clock.forward(3600);
    let later = person
        .broker
        .retry_due_revocations()
        .await
        .expect("a vault")
        .expect("still open");
    assert_eq!(
        (
            person.web.requests("/revoke"),
            later.since(person.broker.now())
        ),
        (4, 7200)
    );
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    person.clock.forward(7200);
    assert_eq!(
        person
            .broker
            .retry_due_revocations()
            .await
            .expect("a vault"),
        None
    );
    assert!(person.web.tokens().live_grants().is_empty());
}

#[tokio::test]
async fn what_is_let_go_is_erased_and_never_called_revoked() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person =
        Person::approving(switches.answering_revocation(RevocationAnswers::Status(500))).await;
    let grant = person.log_in().await;
    person.broker.revoke(&grant.id).await.expect("a receipt");
    let gone = person
        .broker
        .let_go(grant.resource.as_str(), None)
        .await
        .expect("receipts");
    assert_eq!(
        gone.iter()
            .map(|receipt| receipt.ending)
            .collect::<Vec<_>>(),
        [RevocationState::LetGo]
    );
    assert!(
        gone[0].by_hand().is_some() && broker::revocation_failure(&gone[0]).is_none(),
        "{gone:?}"
    );
    assert!(
        gone[0]
            .steps
            .iter()
            .any(|step| step.answer == PartyAnswer::Erased),
        "{gone:?}"
    );
    assert!(
        gone[0]
            .steps
            .iter()
            .all(|step| step.answer != PartyAnswer::Kept),
        "nothing is kept any more: {gone:?}"
    );
    assert!(
        person
            .broker
            .retry_revocations(grant.resource.as_str(), None)
            .await
            .expect("nothing")
            .is_empty()
    );
    assert_eq!(person.state_of(&grant).await, ResourceState::RemovedHere);
}

/// What RFC 7592 has just deleted is not to be removed by hand as well; where the tokens were refused before, it is no proof.
#[tokio::test]
async fn a_deleted_registration_confirms_only_where_nothing_was_refused() {
    for (answer, ending) in [
        (RevocationAnswers::Missing, RevocationState::Revoked),
        (RevocationAnswers::Status(404), RevocationState::RunsOut),
    ] {
        let person = Person::approving(Switches::default().answering_revocation(answer)).await;
        let grant = person.log_in().await;
        let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
        assert!(person.web.tokens().clients().is_empty(), "{receipt:?}");
        assert!(
            receipt.ending == ending && receipt.by_hand().is_none(),
            "{receipt:?}"
        );
        let headline = receipt.headline().to_string();
        let is_told = headline.contains("hasn't confirmed that the access ended");
        assert_eq!(is_told, ending == RevocationState::RunsOut, "{headline}");
    }
}

#[tokio::test]
async fn a_removed_server_is_revoked_first() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let removal = person
        .broker
        .remove(grant.resource.as_str(), false)
        .await
        .expect("removed");
    assert!(
        removal.removed && removal.receipts.len() == 1,
        "{removal:?}"
    );
    assert!(person.web.tokens().live_grants().is_empty());
    assert_eq!(
        person
            .broker
            .resource(grant.resource.as_str())
            .await
            .expect_err("gone")
            .code(),
        Code::NotFound
    );
}

/// A server whose issuer has not taken back what was granted is not forgotten without a word.
#[tokio::test]
async fn a_server_with_an_open_revocation_stays_until_it_is_let_go() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person =
        Person::approving(switches.answering_revocation(RevocationAnswers::Status(404))).await;
    let grant = person.log_in().await;
    let kept = person
        .broker
        .remove(grant.resource.as_str(), false)
        .await
        .expect("receipts");
    assert!(
        !kept.removed && kept.refusal().code() == Code::RevocationOpen,
        "{kept:?}"
    );
    person
        .broker
        .resource(grant.resource.as_str())
        .await
        .expect("still there");
    let gone = person
        .broker
        .remove(grant.resource.as_str(), true)
        .await
        .expect("receipts");
    assert!(
        gone.removed
            && gone
                .receipts
                .iter()
                .all(|receipt| receipt.ending == RevocationState::LetGo),
        "{gone:?}"
    );
    assert_eq!(
        person
            .broker
            .resource(grant.resource.as_str())
            .await
            .expect_err("gone")
            .code(),
        Code::NotFound
    );
    assert_eq!(
        person
            .broker
            .receipts(None)
            .await
            .expect("they outlive the server")
            .len(),
        1
    );
}

/// A server that nobody logged in to: nothing is claimed to be taken back.
#[tokio::test]
async fn removing_what_was_never_logged_in_to_gives_no_receipt() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let removal = person.broker.remove(&id, false).await.expect("removed");
    assert!(removal.removed && removal.receipts.is_empty());
    let events = person
        .broker
        .events(&EventQuery {
            limit: 50,
            ..Default::default()
        })
        .await
        .expect("a log");
    assert!(
        events.iter().all(|event| event.kind != "revoked"),
        "{events:?}"
    );
}

/// What was known of the issuer is not there any more (here because a concession was withdrawn): it is asked where tokens
/// are taken back.
#[tokio::test]
async fn an_issuer_that_was_forgotten_is_asked_again() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let id = person.broker.resources().await.expect("a vault")[0]
        .record
        .id
        .clone();
    person
        .broker
        .concede(&id, Concession::IssuerMismatch.into(), &|_| {})
        .await
        .expect("allowed");
    person
        .broker
        .withdraw(&id, Concession::IssuerMismatch)
        .await
        .expect("withdrawn");
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert!(receipt.ending.is_proven(), "{receipt:?}");
    assert_eq!(
        person.web.requests("/revoke"),
        2,
        "the refresh token and the access token: {receipt:?}"
    );
}

/// Without a place to take tokens back the log does not say that they were.
#[tokio::test]
async fn a_log_line_claims_no_more_than_was_done() {
    let person = Person::approving(Switches {
        revocation_endpoint: Some("http://as.example/not-https".into()),
        ..Switches::default()
    })
    .await;
    person.log_in().await;
    person.log_in().await;
    let events = person
        .broker
        .events(&model::EventQuery {
            limit: 50,
            ..Default::default()
        })
        .await
        .expect("a log");
    let replaced = events
        .iter()
        .find(|event| event.kind == "replaced")
        .expect("a line");
    assert!(
        !replaced.ok && replaced.message.id() == "grant-event-replaced-open",
        "{replaced:?}"
    );
}

/// What was not confirmed before is tried once more with the removing.
#[tokio::test]
async fn removing_tries_what_is_open_once_more() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person =
        Person::approving(switches.answering_revocation(RevocationAnswers::Status(404))).await;
    let grant = person.log_in().await;
    assert_eq!(
        person
            .broker
            .revoke(&grant.id)
            .await
            .expect("a receipt")
            .ending,
        RevocationState::Open
    );
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    let removal = person
        .broker
        .remove(grant.resource.as_str(), false)
        .await
        .expect("removed");
    let endings: Vec<_> = removal
        .receipts
        .iter()
        .map(|receipt| receipt.ending)
        .collect();
    assert_eq!(
        (removal.removed, endings),
        (true, vec![RevocationState::Revoked])
    );
    assert!(person.web.tokens().live_grants().is_empty());
}
