//! Rules Q38 to Q50 and lab-12 to lab-15: renewing.

use super::{call, token_requests, try_login};
use crate::setup::Person;
use futures_util::future::join_all;
use model::{Code, GrantState, LoginReason};
use testbed::switches::{ResourceParameter, Switches, TokenAnswers};

#[tokio::test]
async fn q38_where_resource_is_refused_at_a_refresh_it_is_left_out_from_then_on() {
    let person = Person::approving(
        Switches::default().resource_parameter(ResourceParameter::RefusedAtRefresh),
    )
    .await;
    let grant = try_login(&person).await.expect("logged in");
    person.broker.refresh(&grant.id).await.expect("renewed");
    person.broker.refresh(&grant.id).await.expect("renewed");
    let sent: Vec<_> = token_requests(&person, "refresh_token")
        .iter()
        .map(|request| request.param("resource").is_some())
        .collect();
    assert_eq!(sent, [true, false, false], "one more request, once");
}

#[tokio::test]
async fn q38_after_invalid_grant_nothing_is_tried_again() {
    let person = Person::approving(Switches::default()).await;
    let grant = try_login(&person).await.expect("logged in");
    person.web.tokens().revoke_everything();
    person.broker.refresh(&grant.id).await.expect("an outcome");
    assert_eq!(token_requests(&person, "refresh_token").len(), 1);
}

/// Rules: Q39
#[tokio::test]
async fn q39_resource_goes_along_at_each_refresh() {
    let person = Person::approving(Switches::default()).await;
    let grant = try_login(&person).await.expect("logged in");
    for _ in 0..2 {
        person.broker.refresh(&grant.id).await.expect("renewed");
    }
    let sent = token_requests(&person, "refresh_token");
    assert!(
        sent.len() == 2
            && sent
                .iter()
                .all(|request| request.param("resource") == Some(person.web.resource()))
    );
}

#[tokio::test]
async fn q42_without_a_refresh_token_a_login_is_needed_at_the_end_and_not_before() {
    let person = Person::approving(Switches::default().without_refresh_tokens()).await;
    try_login(&person).await.expect("logged in");
    assert_eq!(call(&person, "whoami").await.expect("alive").status, 200);
    person.expire();
    assert_eq!(
        call(&person, "whoami").await.expect_err("over").code(),
        Code::LoginRequired
    );
    assert!(token_requests(&person, "refresh_token").is_empty());
}

/// Rules: Q48
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn q48_where_reuse_ends_the_family_a_token_is_used_once() {
    let person = Person::approving(Switches::default().reuse_detection(true)).await;
    try_login(&person).await.expect("logged in");
    for round in 1..=3 {
        person.expire();
        let calls = join_all((0..10).map(|_| call(&person, "whoami"))).await;
        assert!(
            calls
                .iter()
                .all(|call| call.as_ref().is_ok_and(|answer| answer.status == 200)),
            "{calls:?}"
        );
        assert_eq!(token_requests(&person, "refresh_token").len(), round);
    }
}

#[tokio::test]
async fn q49_a_first_refresh_that_is_refused_is_one_login_and_no_loop() {
    for status in [400, 401] {
        let person = Person::approving(
            Switches::default().answering_refresh(TokenAnswers::InvalidGrant(status)),
        )
        .await;
        let grant = try_login(&person).await.expect("logged in");
        person.expire();
        for _ in 0..3 {
            assert_eq!(
                call(&person, "whoami").await.expect_err("ended").code(),
                Code::LoginRequired,
                "{status}"
            );
        }
        assert_eq!(
            token_requests(&person, "refresh_token").len(),
            1,
            "{status}"
        );
        let state = person
            .broker
            .resource(grant.resource.as_str())
            .await
            .expect("kept")
            .grants[0]
            .state
            .clone();
        assert_eq!(state, GrantState::LoginNeeded(LoginReason::RefreshRejected));
    }
}

/// lab-12: the five kinds of rotation, three rounds each.
#[tokio::test]
async fn lab_12_five_kinds_of_rotation() {
    let default = Switches::default;
    for (kind, switches) in [
        ("the family is revoked at a reuse", default()),
        (
            "a reuse is refused, the family lives",
            default().reuse_detection(false),
        ),
        (
            "the previous one is good for a while",
            default().reuse_grace_ms(60_000),
        ),
        (
            "no rotation, and no refresh token in the answer",
            default().rotating(false).omitting_refresh_token(),
        ),
    ] {
        let person = Person::approving(switches).await;
        let grant = try_login(&person).await.expect("logged in");
        for _ in 0..3 {
            person.expire();
            let renewed = person
                .broker
                .refresh(&grant.id)
                .await
                .unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert!(renewed.tokens().is_some(), "{kind}");
        }
    }
    // The broken kind spends the old one and gives no new one: it works once, then one clean login.
    let person = Person::approving(default().omitting_refresh_token()).await;
    let grant = try_login(&person).await.expect("logged in");
    person.broker.refresh(&grant.id).await.expect("once");
    let ended = person.broker.refresh(&grant.id).await.expect("an outcome");
    assert_eq!(
        ended.state,
        GrantState::LoginNeeded(LoginReason::RefreshRejected)
    );
    try_login(&person).await.expect("and on it goes");
}

/// lab-13
#[tokio::test]
async fn lab_13_a_500_at_the_first_refresh_loses_nothing_that_was_not_spent() {
    let person = Person::approving(
        Switches::default()
            .answering_refresh(TokenAnswers::ServerError)
            .times(1),
    )
    .await;
    let grant = try_login(&person).await.expect("logged in");
    assert_eq!(
        person
            .broker
            .refresh(&grant.id)
            .await
            .expect_err("later")
            .code(),
        Code::TemporarilyUnavailable
    );
    person.broker.refresh(&grant.id).await.expect("renewed");

    let spent = Switches::default()
        .answering_refresh(TokenAnswers::ServerErrorAfterCommit)
        .times(1);
    let person = Person::approving(spent).await;
    let grant = try_login(&person).await.expect("logged in");
    assert_eq!(
        person
            .broker
            .refresh(&grant.id)
            .await
            .expect_err("later")
            .code(),
        Code::TemporarilyUnavailable
    );
    let ended = person.broker.refresh(&grant.id).await.expect("an outcome");
    assert_eq!(
        ended.state,
        GrantState::LoginNeeded(LoginReason::RefreshRejected)
    );
}

/// lab-15
#[tokio::test]
async fn lab_15_only_a_refused_grant_is_the_end() {
    for (answer, ends) in [
        (TokenAnswers::InvalidGrant(401), true),
        (TokenAnswers::Empty400, false),
        (TokenAnswers::Empty403, false),
        (TokenAnswers::Error("invalid_code".into()), true),
        (
            TokenAnswers::ErrorWithoutDescription("invalid_code".into()),
            true,
        ),
        (TokenAnswers::Problem, false),
        (
            TokenAnswers::ErrorWithoutDescription("unheard_of".into()),
            false,
        ),
    ] {
        let person = Person::approving(
            Switches::default()
                .answering_refresh(answer.clone())
                .times(1),
        )
        .await;
        let grant = try_login(&person).await.expect("logged in");
        match person.broker.refresh(&grant.id).await {
            Ok(ended) => assert!(
                ends && matches!(ended.state, GrantState::LoginNeeded(_)),
                "{answer:?}"
            ),
            // A no all the same: a login is needed, and what was held is held.
            Err(error) => assert!(
                !ends && error.code() == Code::LoginRequired,
                "{answer:?}: {error}"
            ),
        }
        let kept = person
            .broker
            .resource(grant.resource.as_str())
            .await
            .expect("kept")
            .grants
            .swap_remove(0);
        assert_eq!(kept.tokens().is_none(), ends, "{answer:?}");
    }
}

/// Rules: Q28
#[tokio::test]
async fn q28_a_client_that_is_refused_in_words_is_told_as_that() {
    let body = r#"{"error":"invalid_request","error_description":"unknown client"}"#;
    let said = TokenAnswers::said(400, "application/json", body);
    let person = Person::approving(Switches::default().answering_refresh(said)).await;
    try_login(&person).await.expect("logged in");
    person.expire();
    let error = call(&person, "whoami").await.expect_err("refused");
    assert!(
        error.hint().id() == "hint-register-anew-with-secret",
        "{}",
        error.hint().to_string()
    );
}
