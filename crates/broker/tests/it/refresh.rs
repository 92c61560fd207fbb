//! Renewing: once, whoever asks, whatever the issuer does.

use crate::setup::Person;
use broker::ClientEntry;
use futures_util::future::join_all;
use model::{Code, GrantState, LoginReason, RedirectPreference, ResourceState};
use oauth::secret::Secret;
use std::time::Duration;
use testbed::StaticClient;
use testbed::switches::{Switches, TokenAnswers};

fn renewals(person: &Person) -> usize {
    let is_refresh = |request: &testbed::LoggedRequest| {
        request.param("grant_type").as_deref() == Some("refresh_token")
    };
    person
        .web
        .requests_to("/token")
        .iter()
        .filter(|request| is_refresh(request))
        .count()
}

/// 1. A grant's access token has run out; its issuer rotates and ends the family at the first reuse.
/// 2. Fifty requests arrive at once, at two hosts of the same vault.
/// 3. One of them takes the file lock and renews; the others wait for it or read what it saved.
/// 4. All fifty get the new token; the issuer saw one refresh.
///
/// Rules: T-07
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
    let issued: Vec<_> = join_all(requests)
        .await
        .into_iter()
        .map(|outcome| outcome.expect("a token").access_token)
        .collect();
    assert_eq!(
        renewals(&person),
        1,
        "exactly one refresh reaches the issuer"
    );
    assert!(
        issued
            .iter()
            .all(|token| *token == issued[0] && *token != old)
    );
    assert_eq!(person.call_tool(issued[0].expose()).await, 200);
}

/// 1. An agent's request starts a refresh. 2. The agent hangs up. 3. The refresh goes on and is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_l22_a_caller_that_hangs_up_does_not_cut_a_refresh() {
    let switches = Switches {
        token_delay_ms: 300,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.expire();
    let mut request = Box::pin(person.broker.issue(&agent, person.request()));
    while renewals(&person) == 0 {
        assert!(
            futures_util::poll!(&mut request).is_pending(),
            "still at the issuer"
        );
        tokio::task::yield_now().await;
    }
    drop(request);
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("the refresh went on");
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
        let error = person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("refused");
        assert_eq!(error.code(), Code::LoginRequired);
    }
    assert_eq!(renewals(&person), 1, "asked once, then known");
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

#[tokio::test]
async fn f19_only_invalid_grant_ends_a_grant() {
    for answer in [
        TokenAnswers::ServerError,
        TokenAnswers::Unavailable(3),
        TokenAnswers::Html(429),
        TokenAnswers::Html(502),
        TokenAnswers::Html(200),
        TokenAnswers::said(408, "text/plain", "later"),
        TokenAnswers::Error("temporarily_unavailable".to_owned()),
        TokenAnswers::Cut,
        TokenAnswers::WithoutAccessToken,
        TokenAnswers::Redirect("http://127.0.0.1:9/".to_owned()),
    ] {
        let person = Person::approving(Switches {
            rotating: false,
            ..Switches::default()
        })
        .await;
        let grant = person.log_in().await;
        let agent = person.agent_for(&grant).await;
        person.expire();
        person
            .web
            .switches()
            .set(|switches| switches.refresh_answers = Some(answer.clone()));
        let error = person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("no token now");
        assert_eq!(
            error.code(),
            Code::TemporarilyUnavailable,
            "{answer:?}: {error}"
        );
        assert!(error.retry_after().is_some(), "{answer:?}");
        let asked = renewals(&person);
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("backing off");
        assert_eq!(
            renewals(&person),
            asked,
            "{answer:?}: the issuer is not asked again at once"
        );
        person
            .web
            .switches()
            .set(|switches| switches.refresh_answers = None);
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
    let switches = Switches {
        access_token_seconds: 3600,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = Some(TokenAnswers::ServerError));
    person.clock.forward(3570);
    let issued = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("thirty seconds are left");
    assert_eq!(
        Some(&issued.access_token),
        grant.tokens().map(|tokens| &tokens.access_token)
    );
    let answer = person.tool(grant.resource.as_str(), "whoami").await;
    assert_eq!(answer.expect("for the person as well").status, 200);
}

/// 1. The issuer commits the rotation and the connection breaks. 2. We keep the old set. 3. The next attempt
///    shows the old token, which ends the family there. 4. One login is asked for, and no more requests are made.
#[tokio::test]
async fn v09_an_answer_lost_after_the_rotation_costs_one_login_at_most() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.expire();
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = Some(TokenAnswers::CutAfterCommit));
    assert_eq!(
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("cut")
            .code(),
        Code::TemporarilyUnavailable
    );
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = None);
    person.clock.forward(1000);
    for _ in 0..3 {
        assert_eq!(
            person
                .broker
                .issue(&agent, person.request())
                .await
                .expect_err("spent")
                .code(),
            Code::LoginRequired
        );
    }
    assert_eq!(renewals(&person), 2);
}

#[tokio::test]
async fn q47_without_rotation_the_old_refresh_token_stays() {
    let switches = Switches {
        rotating: false,
        refresh_token_in_answer: false,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    for _ in 0..3 {
        person.expire();
        person
            .broker
            .refresh(&grant.id)
            .await
            .expect("renewed again and again");
    }
}

#[tokio::test]
async fn t05_without_a_refresh_token_the_access_lasts_to_its_end() {
    let switches = Switches {
        refresh_tokens: false,
        ..Switches::default()
    };
    let person = Person::approving(switches).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.clock.forward(299);
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("one second is left");
    person.clock.forward(1);
    assert_eq!(
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("over")
            .code(),
        Code::LoginRequired
    );
    assert_eq!(renewals(&person), 0);
}

const OWN_SHAPES: [(u16, &str, &str, &str); 7] = [
    (
        400,
        "application/json",
        r#"{"error":"invalid_request","error_description":"The token request is invalid."}"#,
        "is invalid",
    ),
    (
        400,
        "application/json",
        r#"{"detail":"Unsupported grant_type"}"#,
        "Unsupported grant_type",
    ),
    (
        400,
        "application/json",
        r#"{"error":"invalid_refresh_token"}"#,
        "invalid_refresh_token",
    ),
    (
        401,
        "application/json",
        r#"{"message":"Invalid refresh token"}"#,
        "Invalid refresh token",
    ),
    (
        403,
        "text/html",
        "<title>Access denied</title>",
        "Access denied",
    ),
    (404, "text/plain", "no such tenant", "no such tenant"),
    (
        422,
        "application/json",
        r#"[{"message":"token unknown"}]"#,
        "token unknown",
    ),
];

/// A no in whichever words is a no (RFC 6749 §5.2, RFC 9110 §15.5).
///
/// 1. The access token has ended; the issuer refuses to renew it. 2. Whoever asks is told to log in, and what the issuer said;
///    nobody is told to come back. 3. The issuer is not asked again, by this process or another one. 4. By hand it is, once
///    without the parameter `resource` at most. 5. A login heals it.
#[tokio::test]
async fn f19_a_definite_refusal_is_no_outage() {
    for (status, media_type, body, words) in OWN_SHAPES {
        let person = Person::approving(Switches {
            rotating: false,
            ..Switches::default()
        })
        .await;
        let grant = person.log_in().await;
        let agent = person.agent_for(&grant).await;
        person.expire();
        person.web.switches().set(|switches| {
            switches.refresh_answers = Some(TokenAnswers::said(status, media_type, body));
        });
        let error = person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("refused");
        assert_eq!(
            (error.code(), error.retry_after()),
            (Code::LoginRequired, None),
            "{body}: {error}"
        );
        assert!(
            error.to_string().contains(words)
                && error.hint().to_string().contains("`gatelodge login "),
            "{error}"
        );
        let asked = renewals(&person);
        assert!(asked <= 2, "{body}: once more without the resource at most");
        for host in [&person.broker, &person.again().await] {
            let again = host
                .issue(&agent, person.request())
                .await
                .expect_err("known");
            assert_eq!(
                (again.code(), again.to_string()),
                (Code::LoginRequired, error.to_string()),
                "{body}"
            );
            host.token_for_person(&person.web.resource(), None, 0)
                .await
                .expect_err("known");
        }
        assert_eq!(renewals(&person), asked, "{body}: nobody asks again");
        let view = person
            .broker
            .resource(grant.resource.as_str())
            .await
            .expect("kept");
        assert_eq!(view.state, ResourceState::LoginNeeded, "{body}");
        assert!(
            view.message
                .is_some_and(|message| message.to_string().contains("refuses to renew")
                    && message.to_string().contains(words)),
            "{body}"
        );
        assert!(
            view.grants[0]
                .tokens()
                .is_some_and(|tokens| tokens.refresh_token.is_some()),
            "{body}: nothing is destroyed"
        );
        person
            .broker
            .refresh(&grant.id)
            .await
            .expect_err("asked by hand");
        assert_eq!(
            renewals(&person),
            asked + 1,
            "{body}: without the resource no second time"
        );
        person
            .web
            .switches()
            .set(|switches| switches.refresh_answers = None);
        person
            .broker
            .refresh(&grant.id)
            .await
            .expect("by hand it heals where the issuer was mended");
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect("a token");
    }
}

/// What lives is handed out to its end, and an owner who has mended the issuer is found by itself after hours.
#[tokio::test]
async fn f19_a_refused_login_is_served_to_its_end_and_asked_for_again_after_hours() {
    let person = Person::approving(Switches {
        rotating: false,
        ..Switches::default()
    })
    .await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = Some(TokenAnswers::Empty403));
    person.clock.forward(250);
    for _ in 0..3 {
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect("fifty seconds are left");
    }
    // The renewal goes on behind the answers.
    let refused = async {
        loop {
            let view = person.broker.resource(grant.resource.as_str()).await;
            let view = view.expect("kept");
            if view.grants[0].trouble.refusal.is_some() {
                break view;
            }
            tokio::task::yield_now().await;
        }
    };
    let view = tokio::time::timeout(Duration::from_secs(20), refused).await;
    let view = view.expect("the issuer answers");
    assert_eq!(renewals(&person), 1);
    assert_eq!(view.state, ResourceState::Active, "it is of use");
    assert!(
        broker::not_renewed(&view.grants[0])
            .is_some_and(|why| why.to_string().contains("refuses to renew")),
        "and will end"
    );
    // Mended before the day is over: a renewal behind an answer may still wait for its turn, and would be refused a day later.
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = None);
    person.expire();
    // Whoever asks in the moment in which that renewal ends is told what it was told, so the first answer may be its.
    let asked_again = async {
        while person.broker.issue(&agent, person.request()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked_again)
        .await
        .expect("a day later it is asked again");
}

/// 5xx is an outage; one that goes on may hide that the login is over.
#[tokio::test]
async fn an_outage_that_goes_on_names_the_login() {
    let person = Person::approving(Switches {
        rotating: false,
        ..Switches::default()
    })
    .await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.expire();
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = Some(TokenAnswers::ServerError));
    let mut hints = Vec::new();
    for _ in 0..5 {
        // Another process each time: what was tried is not known by one of them alone.
        let error = person
            .again()
            .await
            .issue(&agent, person.request())
            .await
            .expect_err("not now");
        assert_eq!(error.code(), Code::TemporarilyUnavailable);
        let hint = error.hint();
        let is_named = hint.id() == "grant-hint-or-sign-in";
        assert_eq!(is_named, hint.to_string().contains("`gatelodge login "));
        hints.push(is_named);
    }
    assert_eq!(hints, [false, false, false, false, true]);
}

/// An issuer that does not know the client any more has not ended the login: the tokens stay, and a secret that is entered anew
/// lets it go on.
#[tokio::test]
async fn i4_a_client_secret_that_is_entered_anew_heals_the_login() {
    let switches = Switches {
        rotating: false,
        ..Switches::default().without_registration()
    };
    let person = Person::approving(switches).await;
    let id = person.add().await;
    let entered = |secret: &str| ClientEntry {
        client_id: "given".to_owned(),
        client_secret: Some(Secret::new(secret)),
        redirects: vec![RedirectPreference::DeepLink],
        ..ClientEntry::default()
    };
    let redirect = "app.gatelodge.desktop:/oauth/callback";
    person.web.add_client(
        StaticClient::new("given")
            .secret("right secret")
            .redirect_uri(redirect),
    );
    person
        .broker
        .set_client(&id, entered("right secret"))
        .await
        .expect("entered");
    let grant = person.log_in().await;
    person
        .broker
        .set_client(&id, entered("wrong secret"))
        .await
        .expect("entered");
    person.expire();
    let error = person.broker.refresh(&grant.id).await.expect_err("refused");
    assert!(
        error.code() == Code::LoginRequired && error.hint().to_string().contains("client set"),
        "{error}: {}",
        error.hint()
    );
    person
        .broker
        .set_client(&id, entered("right secret"))
        .await
        .expect("entered");
    person
        .broker
        .token_for_person(&id, None, 0)
        .await
        .expect("it goes on");
}
