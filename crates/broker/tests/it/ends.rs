//! How a login ended, as the process that waits for it is told: all of it, and of this login alone.

use crate::setup::{Person, browse};
use broker::{Error, LoginOptions};
use model::{Code, Grant, LoginAttempt, RedirectPreference};
use oauth::authorization::Callback;
use oauth::concession::Concession;
use testbed::switches::{
    AuthorizeAnswers, IssInResponse, ResourceParameter, Switches, TokenAnswers,
};

/// What another process makes of the browser's answer, and what the one that began the login is told.
async fn answered_elsewhere(
    person: &Person,
    pending: &LoginAttempt,
) -> (Result<Grant, Error>, Result<Grant, Error>) {
    let callback = browse(pending.url()).await;
    let other = person
        .again()
        .await
        .complete_login(Callback::parse(&callback))
        .await;
    (other, person.broker.wait_login(pending).await)
}

/// Each kind of failure comes over whole: its sentence, its hint, the concession that it names, how long to wait.
#[tokio::test]
async fn a_failure_is_told_whole_to_whoever_waits_in_another_process() {
    for (switches, code) in [
        (
            Switches::default().resource_parameter(ResourceParameter::RefusedAtToken),
            Code::ExchangeFailed,
        ),
        (
            Switches::default().resource_parameter(ResourceParameter::Refused),
            Code::LoginRefused,
        ),
        (
            Switches::default()
                .answering_authorize(AuthorizeAnswers::Error("invalid_scope".into())),
            Code::LoginRefused,
        ),
        (
            Switches::default().answering_token(TokenAnswers::ServerError),
            Code::TemporarilyUnavailable,
        ),
        (Switches::default().denying(), Code::LoginRefused),
    ] {
        let person = Person::approving(switches).await;
        let id = person.add().await;
        let pending = person.begin(&id).await;
        let (there, here) = answered_elsewhere(&person, &pending).await;
        let (there, here) = (there.expect_err("failed"), here.expect_err("failed"));
        assert_eq!(here, there);
        assert_eq!(
            (here.code(), here.hint().to_string()),
            (code, there.hint().to_string())
        );
    }
    let person = Person::approving(
        Switches::default().resource_parameter(ResourceParameter::RefusedAtToken),
    )
    .await;
    let id = person.add().await;
    let (_, here) = answered_elsewhere(&person, &person.begin(&id).await).await;
    assert_eq!(
        here.expect_err("failed").concession(),
        Some(Concession::NoResourceParameter)
    );
}

/// 1. A login begins and waits. 2. A second one to the same server begins. 3. The first is told so at once, and cannot end
///    any other way. 4. The second goes on.
#[tokio::test]
async fn a_second_login_ends_the_first_with_a_sentence_of_its_own() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let first = person.begin(&id).await;
    let callback = browse(first.url()).await;
    let second = person.begin(&id).await;
    let error = person
        .broker
        .wait_login(&first)
        .await
        .expect_err("replaced");
    assert_eq!(error.code(), Code::LoginReplaced, "{error}");
    assert_eq!(
        person
            .broker
            .complete_login(Callback::parse(&callback))
            .await
            .expect_err("over")
            .code(),
        Code::LoginUnknown
    );
    let (there, here) = answered_elsewhere(&person, &second).await;
    assert_eq!(here.expect("logged in").id, there.expect("logged in").id);
    assert_eq!(
        person
            .broker
            .wait_login(&first)
            .await
            .expect_err("still replaced")
            .code(),
        Code::LoginReplaced
    );
}

#[tokio::test]
async fn any_host_ends_a_login_and_the_waiting_one_is_told() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    person
        .again()
        .await
        .cancel_login(&pending.id)
        .await
        .expect("cancelled");
    assert_eq!(
        person
            .broker
            .wait_login(&pending)
            .await
            .expect_err("over")
            .code(),
        Code::LoginCancelled
    );

    let pending = person.begin(&id).await;
    person
        .again()
        .await
        .remove(&id, false)
        .await
        .expect("removed");
    let error = person.broker.wait_login(&pending).await.expect_err("over");
    assert!(
        error.code() == Code::LoginCancelled && error.to_string().contains("removed"),
        "{error}"
    );
}

/// Step by step: 1. the login waits; 2. an answer with its state comes that is not of who was asked; 3. whoever waits hears of
/// it and waits on; 4. the right answer comes, and the login is there.
#[tokio::test]
async fn attack_f01_a_forged_answer_ends_nothing_for_whoever_waits() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let forgeries: [fn(&str) -> String; 3] = [
        |callback| callback.replace("iss=", "iss=x"),
        |callback| {
            callback
                .split("&iss=")
                .next()
                .unwrap_or_default()
                .to_owned()
        },
        |callback| {
            format!(
                "{}&error=access_denied",
                callback
                    .replace("iss=", "iss=https://evil.example/")
                    .replace("code=", "x=")
            )
        },
    ];
    for forge in forgeries {
        let pending = person.begin(&id).await;
        let callback = browse(pending.url()).await;
        let (told, hears) = tokio::sync::oneshot::channel();
        let told = std::sync::Mutex::new(Some(told));
        let tell = |error: &Error| {
            if let Some(told) = told.lock().expect("whole").take() {
                told.send(error.clone()).expect("somebody listens");
            }
        };
        let other = person.again().await;
        let answers = async {
            let forged = other
                .complete_login(Callback::parse(&forge(&callback)))
                .await
                .expect_err("not used");
            assert_eq!(forged.code(), Code::IssMismatch, "{forged}");
            assert_eq!(
                hears.await.expect("told"),
                forged,
                "the waiting process knows why"
            );
            other
                .complete_login(Callback::parse(&callback))
                .await
                .expect("the right one counts")
        };
        let (waited, answered) = tokio::join!(person.broker.watch_login(&pending, tell), answers);
        assert_eq!(waited.expect("it waited on").id, answered.id);
        // Too late to spoil what is known.
        other
            .complete_login(Callback::parse(&forge(&callback)))
            .await
            .expect_err("nothing waits");
        assert_eq!(
            person
                .broker
                .wait_login(&pending)
                .await
                .expect("still so")
                .id,
            answered.id
        );
    }
}

/// Another issuer's place, as where metadata sends the browser to somebody else.
#[tokio::test]
async fn attack_f01_an_answer_at_another_place_ends_nothing() {
    let person = Person::approving(Switches::default().iss(IssInResponse::NotAdvertised)).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let callback = browse(pending.url()).await;
    let (_, query) = callback.split_once('?').expect("a query");
    let forged = format!("app.gatelodge.desktop:/oauth/callback?{query}");
    assert_eq!(
        person
            .broker
            .complete_login(Callback::parse(&forged))
            .await
            .expect_err("not used")
            .code(),
        Code::IssMismatch
    );
    let (there, here) = answered_elsewhere(&person, &pending).await;
    assert_eq!(here.expect("logged in").id, there.expect("logged in").id);
}

/// An issuer whose every answer is wrong: at the end of its time, the person is told what came.
#[tokio::test]
async fn a_login_that_runs_out_says_what_came_in_its_time() {
    let person = Person::approving(Switches::default().iss(IssInResponse::TrailingSlash)).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let callback = browse(pending.url()).await;
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect_err("not used");
    person.clock.forward(600);
    assert_eq!(
        person
            .broker
            .wait_login(&pending)
            .await
            .expect_err("over")
            .code(),
        Code::IssMismatch
    );

    let silent = person.begin(&id).await;
    person.clock.forward(600);
    assert_eq!(
        person
            .broker
            .wait_login(&silent)
            .await
            .expect_err("over")
            .code(),
        Code::LoginExpired
    );
    person.clock.forward(3600);
    person.begin(&id).await;
    person
        .broker
        .complete_login(Callback::parse(
            "app.gatelodge.desktop:/oauth/callback?code=c&state=s",
        ))
        .await
        .expect_err("swept");
    assert_eq!(
        person
            .broker
            .wait_login(&silent)
            .await
            .expect_err("over")
            .code(),
        Code::LoginUnknown,
        "forgotten in time"
    );
}

/// The same login by another way back: whoever waited for the first is told.
#[tokio::test]
async fn another_way_back_is_another_login() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let first = person.begin(&id).await;
    let started = person
        .broker
        .switch_redirect(&first.id, RedirectPreference::Loopback)
        .await
        .expect("begins");
    assert_eq!(
        person
            .broker
            .wait_login(&first)
            .await
            .expect_err("over")
            .code(),
        Code::LoginReplaced
    );
    let second = started.pending().expect("it waits").clone();
    answered_elsewhere(&person, &second)
        .await
        .1
        .expect("logged in");
    // One that cannot begin leaves the one that waits as it is.
    let waits = person.begin(&id).await;
    person.broker.set_redirects(broker::Redirects::default());
    let options = LoginOptions {
        redirect: Some(RedirectPreference::Loopback),
        ..LoginOptions::default()
    };
    person
        .broker
        .begin_login(&id, options)
        .await
        .expect_err("nothing listens");
    answered_elsewhere(&person, &waits)
        .await
        .1
        .expect("logged in");
}
