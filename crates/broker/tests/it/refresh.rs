//! Renewing: once, whoever asks, whatever the issuer does.

use crate::setup::Person;
use broker::Code;
use futures_util::future::join_all;
use oauth::grant::{GrantState, LoginReason};
use testbed::switches::{Switches, TokenAnswers};

fn renewals(person: &Person) -> usize {
    let is_refresh = |request: &testbed::LoggedRequest| request.param("grant_type").as_deref() == Some("refresh_token");
    person.web.requests_to("/token").iter().filter(|request| is_refresh(request)).count()
}

/// 1. A grant's access token has run out; its issuer rotates and ends the family at the first reuse.
/// 2. Fifty requests arrive at once, at two hosts of the same vault.
/// 3. One of them takes the file lock and renews; the others wait for it or read what it saved.
/// 4. All fifty get the new token; the issuer saw one refresh.
///
/// PROTOCOL: T-07
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t06_fifty_at_once_renew_once() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let old = grant.tokens().expect("active").access_token.clone();
    person.expire();
    let other_host = person.again().await;
    let hosts = [&person.broker, &other_host];
    let requests = (0..50).map(|number| hosts[number % 2].issue(&agent, person.request()));
    let issued: Vec<_> = join_all(requests).await.into_iter().map(|outcome| outcome.expect("a token").access_token).collect();
    assert_eq!(renewals(&person), 1, "exactly one refresh reaches the issuer");
    assert!(issued.iter().all(|token| *token == issued[0] && *token != old));
    assert_eq!(person.call_tool(issued[0].expose()).await, 200);
}

/// 1. An agent's request starts a refresh. 2. The agent hangs up. 3. The refresh goes on and is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_l22_a_caller_that_hangs_up_does_not_cut_a_refresh() {
    let switches = Switches { token_delay_ms: 300, ..Switches::default() };
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.expire();
    let mut request = Box::pin(person.broker.issue(&agent, person.request()));
    while renewals(&person) == 0 {
        assert!(futures_util::poll!(&mut request).is_pending(), "still at the issuer");
        tokio::task::yield_now().await;
    }
    drop(request);
    person.broker.issue(&agent, person.request()).await.expect("the refresh went on");
    assert_eq!(renewals(&person), 1);
}

#[tokio::test]
async fn pain_05_a_rejected_refresh_is_one_login_and_no_loop() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.web.tokens().revoke_everything();
    person.expire();
    for _ in 0..5 {
        let error = person.broker.issue(&agent, person.request()).await.expect_err("refused");
        assert_eq!(error.code(), Code::LoginRequired);
    }
    assert_eq!(renewals(&person), 1, "asked once, then known");
    let state = person.broker.resource(grant.resource.as_str()).await.expect("kept").grants[0].state.clone();
    assert_eq!(state, GrantState::LoginNeeded(LoginReason::RefreshRejected));
}

#[tokio::test]
async fn f19_only_invalid_grant_ends_a_grant() {
    for answer in [
        TokenAnswers::ServerError,
        TokenAnswers::Unavailable(3),
        TokenAnswers::Html(400),
        TokenAnswers::Empty400,
        TokenAnswers::Cut,
        TokenAnswers::Problem,
        TokenAnswers::WithoutAccessToken,
        TokenAnswers::Redirect("http://127.0.0.1:9/".to_owned()),
    ] {
        let person = Person::approving(Switches { rotating: false, ..Switches::default() }).await;
        let grant = person.log_in().await;
        let agent = person.agent_for(&grant).await;
        person.expire();
        person.web.switches().set(|switches| switches.refresh_answers = Some(answer.clone()));
        let error = person.broker.issue(&agent, person.request()).await.expect_err("no token now");
        assert_eq!(error.code(), Code::TemporarilyUnavailable, "{answer:?}: {error}");
        assert!(error.retry_after().is_some(), "{answer:?}");
        let asked = renewals(&person);
        person.broker.issue(&agent, person.request()).await.expect_err("backing off");
        assert_eq!(renewals(&person), asked, "{answer:?}: the issuer is not asked again at once");
        person.web.switches().set(|switches| switches.refresh_answers = None);
        person.clock.forward(1000);
        person
            .broker
            .issue(&agent, person.request())
            .await
            .unwrap_or_else(|error| panic!("{answer:?}: nothing was lost, but {error}"));
    }
}

#[tokio::test]
async fn a_token_that_still_lives_is_served_while_the_issuer_is_down() {
    let switches = Switches { access_token_seconds: 3600, ..Switches::default() };
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.web.switches().set(|switches| switches.refresh_answers = Some(TokenAnswers::ServerError));
    person.clock.forward(3570);
    let issued = person.broker.issue(&agent, person.request()).await.expect("thirty seconds are left");
    assert_eq!(Some(&issued.access_token), grant.tokens().map(|tokens| &tokens.access_token));
}

/// 1. The issuer commits the rotation and the connection breaks. 2. We keep the old set. 3. The next attempt
///    shows the old token, which ends the family there. 4. One login is asked for, and no more requests are made.
#[tokio::test]
async fn v09_an_answer_lost_after_the_rotation_costs_one_login_at_most() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.expire();
    person.web.switches().set(|switches| switches.refresh_answers = Some(TokenAnswers::CutAfterCommit));
    assert_eq!(person.broker.issue(&agent, person.request()).await.expect_err("cut").code(), Code::TemporarilyUnavailable);
    person.web.switches().set(|switches| switches.refresh_answers = None);
    person.clock.forward(1000);
    for _ in 0..3 {
        assert_eq!(person.broker.issue(&agent, person.request()).await.expect_err("spent").code(), Code::LoginRequired);
    }
    assert_eq!(renewals(&person), 2);
}

#[tokio::test]
async fn q47_without_rotation_the_old_refresh_token_stays() {
    let switches = Switches { rotating: false, refresh_token_in_answer: false, ..Switches::default() };
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    for _ in 0..3 {
        person.expire();
        person.broker.refresh(&grant.id).await.expect("renewed again and again");
    }
}

#[tokio::test]
async fn t05_without_a_refresh_token_the_access_lasts_to_its_end() {
    let switches = Switches { refresh_tokens: false, ..Switches::default() };
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.clock.forward(299);
    person.broker.issue(&agent, person.request()).await.expect("one second is left");
    person.clock.forward(1);
    assert_eq!(person.broker.issue(&agent, person.request()).await.expect_err("over").code(), Code::LoginRequired);
    assert_eq!(renewals(&person), 0);
}
