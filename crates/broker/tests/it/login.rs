//! Adding and logging in: the path, its interruptions, and answers that nobody asked for.

use crate::setup::{Person, browse};
use broker::LoginOptions;
use model::{Code, RedirectPreference, ResourceState};
use oauth::authorization::Callback;
use oauth::redirect::Redirect;
use testbed::switches::Switches;

/// Rules: G-05
#[tokio::test]
async fn a_server_is_added_logged_in_to_and_shown() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let before = person.broker.resource(&id).await.expect("kept");
    assert_eq!(before.state, ResourceState::LoginNeeded);
    assert!(
        before.record.trace.len() >= 3,
        "each request is a step: {:?}",
        before.record.trace
    );

    let grant = person.log_in().await;
    let tokens = grant.tokens().expect("active");
    assert!(tokens.scopes.contains("notes:read"), "{}", tokens.scopes);
    assert_eq!(person.call_tool(tokens.access_token.expose()).await, 200);
    assert_eq!(
        person.broker.resource(&id).await.expect("kept").state,
        ResourceState::Active
    );
}

/// Rules, T-01
#[tokio::test]
async fn f23_resource_is_the_same_bytes_in_all_three_requests() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    person.broker.refresh(&grant.id).await.expect("renewed");
    let sent: Vec<_> = person
        .web
        .requests_to("/authorize")
        .into_iter()
        .chain(person.web.requests_to("/token"))
        .map(|request| request.param("resource"))
        .collect();
    assert_eq!(sent.len(), 3);
    assert!(
        sent.iter()
            .all(|resource| resource.as_deref() == Some(person.web.resource().as_str())),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_login_that_one_host_began_another_finishes() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let callback = browse(pending.url()).await;
    let other_host = person.again().await;
    let grant = other_host
        .complete_login(Callback::parse(&callback))
        .await
        .expect("completed elsewhere");
    assert_eq!(
        person
            .broker
            .wait_login(&pending)
            .await
            .expect("the first host sees it")
            .id,
        grant.id
    );
}

/// Rules: G-06
#[tokio::test]
async fn f05_of_twenty_copies_of_one_answer_one_is_used() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let callback = browse(person.begin(&id).await.url()).await;
    let copies = (0..20).map(|_| person.broker.complete_login(Callback::parse(&callback)));
    let outcomes = futures_util::future::join_all(copies).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(
        outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().err())
            .all(|error| error.code() == Code::LoginUnknown)
    );
    assert_eq!(person.web.requests("/token"), 1, "one code, one exchange");
}

#[tokio::test]
async fn c01_an_answer_that_nobody_asked_for_changes_nothing() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    for forged in [
        "app.gatelodge.desktop:/oauth/callback?code=CANARY",
        "app.gatelodge.desktop:/oauth/callback?code=CANARY&state=wrong",
        "app.gatelodge.desktop:/oauth/callback?error=CANARY&state=wrong",
        "app.gatelodge.desktop:/elsewhere?code=CANARY&state=wrong",
    ] {
        let error = person
            .broker
            .complete_login(Callback::parse(forged))
            .await
            .expect_err("refused");
        assert_eq!(error.code(), Code::LoginUnknown, "{forged}");
        assert!(!error.to_string().contains("CANARY"), "{error}");
    }
    assert_eq!(person.web.requests("/token"), 0);
    let callback = browse(pending.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("the real one still works");
}

#[tokio::test]
async fn c08_a_wrong_iss_sends_the_code_nowhere_and_the_real_answer_still_counts() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let callback = browse(person.begin(&id).await.url()).await;
    let forged = callback.replace("iss=", "iss=x");
    assert_eq!(
        person
            .broker
            .complete_login(Callback::parse(&forged))
            .await
            .expect_err("refused")
            .code(),
        Code::IssMismatch
    );
    assert_eq!(person.web.requests("/token"), 0);
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("the real one still works");
}

#[tokio::test]
async fn b13_an_answer_after_ten_minutes_is_too_late() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let callback = browse(person.begin(&id).await.url()).await;
    person.clock.forward(600);
    let error = person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect_err("too late");
    assert!(
        matches!(error.code(), Code::LoginUnknown | Code::LoginExpired),
        "{error}"
    );
    assert_eq!(person.web.requests("/token"), 0);
    assert_eq!(
        person.broker.resource(&id).await.expect("kept").state,
        ResourceState::LoginNeeded
    );
}

#[tokio::test]
async fn r18_a_refused_deep_link_moves_to_loopback_and_is_remembered() {
    let switches = Switches {
        registration_refuses_private_use: true,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let id = person.add().await;
    let first = person.begin(&id).await;
    assert!(
        !first.redirect().is_some_and(Redirect::is_deep_link),
        "moved by itself"
    );
    let registrations = person.web.requests("/register");
    let again = person.begin(&id).await;
    assert!(!again.redirect().is_some_and(Redirect::is_deep_link));
    assert_eq!(
        person.web.requests("/register"),
        registrations,
        "remembered: no second attempt, no second client"
    );
}

#[tokio::test]
async fn a_second_login_needs_no_click_and_so_uses_loopback() {
    let person = Person::approving(Switches::default()).await;
    let first = person.log_in().await;
    let id = person
        .broker
        .resource(first.resource.as_str())
        .await
        .expect("kept")
        .record
        .id;
    let pending = person.begin(&id).await;
    assert!(
        !pending.redirect().is_some_and(Redirect::is_deep_link),
        "browsers hold back a jump to an app without a click"
    );
    let callback = browse(pending.url()).await;
    let second = person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("completes");
    assert_eq!(
        second.id, first.id,
        "the same account goes on with its grant and permits"
    );
    assert!(second.generation > first.generation);
}

#[tokio::test]
async fn the_person_may_choose_the_redirect() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    for (wish, is_deep_link) in [
        (RedirectPreference::Loopback, false),
        (RedirectPreference::DeepLink, true),
    ] {
        let options = LoginOptions {
            redirect: Some(wish),
            ..LoginOptions::default()
        };
        let started = person
            .broker
            .begin_login(&id, options)
            .await
            .expect("begins");
        assert_eq!(
            started
                .pending()
                .expect("it waits")
                .redirect()
                .is_some_and(Redirect::is_deep_link),
            is_deep_link
        );
    }
}

#[tokio::test]
async fn a_cancelled_login_is_over() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let callback = browse(pending.url()).await;
    person
        .broker
        .cancel_login(&pending.id)
        .await
        .expect("cancelled");
    assert_eq!(
        person
            .broker
            .complete_login(Callback::parse(&callback))
            .await
            .expect_err("over")
            .code(),
        Code::LoginUnknown
    );
}

#[tokio::test]
async fn r19_a_client_that_the_issuer_forgot_is_registered_anew() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    person.web.tokens().forget_clients();
    person.expire();
    let error = person.broker.refresh(&grant.id).await.expect_err("refused");
    assert!(
        error.code() == Code::LoginRequired
            && error.hint().id() == "hint-register-anew-with-secret",
        "{error}"
    );
    let registrations = person.web.requests("/register");
    person.log_in().await;
    assert_eq!(person.web.requests("/register"), registrations + 1);
}
