//! Revoking where there is more than one of something: logins, registrations, people at one program.

use crate::setup::Person;
use model::{
    Code, Grant, GrantId, PartyAnswer, Receipt, ReceiptStepKind, RedirectPreference, ResourceState,
    RevocationState,
};
use oauth::scope::Scopes;
use testbed::switches::{RevocationAnswers, Switches};

/// Two logins by two client ids, the second of which could not take the first back.
async fn twice(switches: Switches) -> (Person, GrantId) {
    let person = Person::approving(switches).await;
    let first = person.log_in().await;
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Unavailable);
    let second = person.log_in().await;
    assert_eq!(first.id, second.id, "the grant goes on");
    assert_ne!(first.registration_id, second.registration_id);
    (person, second.id)
}

fn states(receipts: &[Receipt]) -> Vec<RevocationState> {
    receipts.iter().map(|receipt| receipt.ending).collect()
}

/// 1. The first login's tokens are gone, and its registration is left. 2. The issuer cannot take the second one's back. 3. That
/// it deletes what was left confirms nothing.
#[tokio::test]
async fn a_deleted_leftover_confirms_no_revocation() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let by = async |redirect| person.log_in_by(&id, redirect).await;
    by(RedirectPreference::Loopback).await.expect("logged in");
    let grant = by(RedirectPreference::DeepLink).await.expect("logged in");
    assert_eq!(person.web.tokens().clients().len(), 2, "one is left over");
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Unavailable);
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert_eq!(receipt.ending, RevocationState::Open, "{receipt:?}");
    assert_eq!(
        person.web.tokens().clients().len(),
        1,
        "the leftover is gone, and the one that is still needed is not"
    );
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    let receipts = person
        .broker
        .retry_revocations(grant.resource.as_str(), None)
        .await
        .expect("receipts");
    assert_eq!(states(&receipts), [RevocationState::Revoked]);
}

/// 1. Two logins of one grant are open, by a client id each. 2. While the one is asked for, the client id of the other stays:
/// by it the other is asked for.
#[tokio::test]
async fn a_registration_that_another_revocation_needs_is_not_deleted() {
    let (person, id) = twice(Switches::default()).await;
    let receipt = person.broker.revoke(&id).await.expect("a receipt");
    assert_eq!(receipt.ending, RevocationState::Open, "{receipt:?}");
    assert_eq!(person.web.tokens().clients().len(), 2);
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    let receipts = person
        .broker
        .retry_revocations(&person.web.resource(), None)
        .await
        .expect("receipts");
    assert!(
        receipts.len() == 2 && receipts.iter().all(|receipt| receipt.ending.is_proven()),
        "{receipts:?}"
    );
    assert!(person.web.tokens().live_grants().is_empty());
}

/// Revoking once more goes on with the newest login, and with the earlier ones.
#[tokio::test]
async fn revoking_once_more_takes_all_of_a_grant_back() {
    let (person, id) = twice(Switches::default().without_client_management()).await;
    person.clock.forward(1);
    let first = person.broker.revoke(&id).await.expect("a receipt");
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    let again = person.broker.revoke(&id).await.expect("a receipt");
    assert_eq!(
        (again.ending, &again.id),
        (RevocationState::Revoked, &first.id),
        "{again:?}"
    );
    let receipts = person.broker.receipts(None).await.expect("kept");
    assert!(
        receipts.len() == 2 && receipts.iter().all(|receipt| receipt.ending.is_proven()),
        "{receipts:?}"
    );
    assert!(person.web.tokens().live_grants().is_empty());
}

/// 1. Ada is logged in by a client id. 2. Grace logs in by the same one, and the server is locked to Ada. 3. What came for Grace
/// goes at once: it is nothing that Ada's login could be asked for with.
#[tokio::test]
async fn tokens_of_another_person_are_not_kept_beside_a_login() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    person
        .broker
        .set_scopes(&id, Some(Scopes::parse("notes:read openid profile")))
        .await
        .expect("chosen");
    let ada = person.log_in_by_loopback(&id).await;
    person
        .broker
        .lock_account(&id, Some(&ada.id))
        .await
        .expect("locked");
    person
        .web
        .switches()
        .set(|switches| *switches = switches.clone().approving_as("grace"));
    let error = person
        .log_in_by(&id, RedirectPreference::Loopback)
        .await
        .expect_err("not ada");
    assert_eq!(error.code(), Code::AccountLocked, "{error}");
    let live: Vec<_> = person
        .web
        .tokens()
        .live_grants()
        .into_iter()
        .map(|grant| grant.user)
        .collect();
    assert_eq!(live, ["ada"], "what came for grace was taken back");
}

/// 1. One person logs in twice by one client id, and the issuer hangs both logins on one grant of its own. 2. The second one
/// holds. 3. What the first one was given goes with it.
#[tokio::test]
async fn a_login_that_goes_on_is_not_ended_with_what_it_replaces() {
    let switches = Switches {
        one_grant_for_each_client: true,
        client_management: false,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let id = person.add().await;
    let first = person.log_in_by_loopback(&id).await;
    let second = person.log_in_by_loopback(&id).await;
    let token = |grant: &Grant| {
        grant
            .tokens()
            .expect("active")
            .access_token
            .expose()
            .to_owned()
    };
    assert_eq!(
        (first.id.clone(), first.registration_id.clone()),
        (second.id.clone(), second.registration_id.clone())
    );
    assert_eq!(
        person.call_tool(&token(&second)).await,
        200,
        "logged in means logged in"
    );
    assert_eq!(person.web.requests("/revoke"), 0);
    let resource = second.resource.as_str();
    assert!(
        person
            .broker
            .retry_revocations(resource, None)
            .await
            .expect("nothing")
            .is_empty(),
        "it waits for its login"
    );
    assert_eq!(
        person
            .broker
            .retry_due_revocations()
            .await
            .expect("a vault"),
        None
    );

    let receipt = person.broker.revoke(&second.id).await.expect("a receipt");
    assert_eq!(receipt.ending, RevocationState::Revoked, "{receipt:?}");
    assert!(
        receipt
            .steps
            .iter()
            .any(|step| step.kind == ReceiptStepKind::Earlier
                && step.answer == PartyAnswer::Confirmed),
        "{receipt:?}"
    );
    assert!(person.web.tokens().live_grants().is_empty());
}

/// An earlier login that its issuer does not take back keeps the whole open, and is asked for again with it.
#[tokio::test]
async fn what_a_login_had_before_is_open_until_it_is_confirmed() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let id = person.add().await;
    person.log_in_by_loopback(&id).await;
    let grant = person.log_in_by_loopback(&id).await;
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Status(500));
    let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
    assert_eq!(receipt.ending, RevocationState::Open, "{receipt:?}");
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    let again = person
        .broker
        .retry_revocations(&id, None)
        .await
        .expect("receipts");
    assert_eq!(
        again
            .iter()
            .map(|receipt| receipt.ending)
            .collect::<Vec<_>>(),
        [RevocationState::Revoked],
        "{again:?}"
    );
    assert!(person.web.tokens().live_grants().is_empty());
}

/// 1. A login is replaced while its issuer cannot take the old tokens back. 2. They are kept for another try, which ends them
/// and leaves the login of now alone.
#[tokio::test]
async fn replaced_tokens_that_were_not_taken_back_are_tried_again() {
    let person = Person::approving(Switches::default()).await;
    let first = person.log_in().await;
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Unavailable);
    let second = person.log_in().await;
    let token = |grant: &Grant| {
        grant
            .tokens()
            .expect("active")
            .access_token
            .expose()
            .to_owned()
    };
    assert_eq!(person.call_tool(&token(&first)).await, 200);
    let receipts = person.broker.receipts(None).await.expect("kept");
    assert_eq!(
        receipts
            .iter()
            .map(|receipt| receipt.ending)
            .collect::<Vec<_>>(),
        [RevocationState::Open],
        "and it is told: {receipts:?}"
    );
    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    let receipts = person
        .broker
        .retry_revocations(second.resource.as_str(), None)
        .await
        .expect("receipts");
    assert_eq!(
        receipts
            .iter()
            .map(|receipt| receipt.ending)
            .collect::<Vec<_>>(),
        [RevocationState::Revoked],
        "{receipts:?}"
    );
    assert_eq!(
        (
            person.call_tool(&token(&first)).await,
            person.call_tool(&token(&second)).await
        ),
        (401, 200)
    );
    assert_eq!(person.state_of(&second).await, ResourceState::Active);
}

#[tokio::test]
async fn a_new_login_takes_back_the_tokens_of_the_one_that_it_replaces() {
    let person = Person::approving(Switches::default()).await;
    let first = person.log_in().await;
    let second = person.log_in().await;
    assert_eq!(first.id, second.id);
    let token = |grant: &Grant| {
        grant
            .tokens()
            .expect("active")
            .access_token
            .expose()
            .to_owned()
    };
    assert_eq!(
        person.call_tool(&token(&first)).await,
        401,
        "the replaced token is out of use"
    );
    assert_eq!(person.call_tool(&token(&second)).await, 200);
    person.broker.revoke(&second.id).await.expect("a receipt");
    assert!(
        person.web.tokens().live_grants().is_empty(),
        "nothing that was ever handed out outlives it"
    );
    assert!(
        person.web.tokens().clients().is_empty(),
        "nor does the registration of the first redirect"
    );
}

/// 1. A token is renewed long before its end. 2. The issuer ends each token alone. 3. The one from before is not forgotten.
#[tokio::test]
async fn a_token_from_before_the_renewal_is_taken_back_as_well() {
    for alone in [false, true] {
        let switches = Switches {
            revokes_alone: alone,
            client_management: false,
            ..Switches::default()
        };
        let person = Person::approving(switches).await;
        let grant = person.log_in().await;
        let first = grant.tokens().expect("active").access_token.clone();
        person.broker.refresh(&grant.id).await.expect("renewed");
        assert_eq!(
            person.call_tool(first.expose()).await,
            200,
            "it was not ended by the renewal"
        );
        let receipt = person.broker.revoke(&grant.id).await.expect("a receipt");
        assert_eq!(receipt.ending, RevocationState::Revoked, "{receipt:?}");
        assert!(
            receipt
                .steps
                .iter()
                .any(|step| step.kind == ReceiptStepKind::Earlier && step.answer.is_done()),
            "{receipt:?}"
        );
        assert_eq!(
            person.call_tool(first.expose()).await,
            401,
            "what the receipt says is so"
        );
    }
}

/// 1. A login by another client id cannot take the earlier one back. 2. Revoking answers for both: that the issuer takes the
/// login of now back is not enough.
#[tokio::test]
async fn a_receipt_answers_for_the_earlier_logins_of_the_account() {
    let person = Person::approving(Switches::default().without_client_management()).await;
    person.log_in().await;
    let clients = person.web.tokens().clients();
    let first = clients.keys().next().expect("registered");
    let answer_with = |answers| {
        person
            .web
            .switches()
            .set(|switches| switches.revocation_answers = answers);
    };
    answer_with(RevocationAnswers::Status(500));
    let second = person.log_in().await;
    person.web.tokens().forget_client(first);
    answer_with(RevocationAnswers::RefusesUnknown);
    let receipt = person.broker.revoke(&second.id).await.expect("a receipt");
    let answer = |kind| {
        let step = receipt.steps.iter().find(|step| step.kind == kind);
        step.map(|step| &step.answer)
    };
    assert_eq!(
        answer(ReceiptStepKind::RefreshToken),
        Some(&PartyAnswer::Confirmed),
        "{receipt:?}"
    );
    assert!(
        matches!(
            answer(ReceiptStepKind::Earlier),
            Some(PartyAnswer::Status { status: 400, .. })
        ),
        "{receipt:?}"
    );
    assert_eq!(receipt.ending, RevocationState::Open);
    answer_with(RevocationAnswers::Proper);
    let receipts = person
        .broker
        .retry_revocations(second.resource.as_str(), None)
        .await
        .expect("receipts");
    assert!(
        receipts.len() == 2 && receipts.iter().all(|receipt| receipt.ending.is_proven()),
        "{receipts:?}"
    );
}
