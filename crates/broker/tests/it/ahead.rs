//! No agent waits while its token lives, and none is asked for twice; nothing is asked for that could not be kept.

use crate::setup::{Person, browse};
use broker::TokenRequest;
use model::{Code, Grant};
use oauth::authorization::Callback;
use std::time::Duration;
use testbed::switches::{Switches, TokenAnswers};

/// A life with a margin of a minute.
fn an_hour() -> Switches {
    Switches {
        access_token_seconds: 3600,
        ..Switches::default()
    }
}

fn renewals(person: &Person) -> usize {
    let requests = person.web.requests_to("/token");
    requests
        .iter()
        .filter(|request| request.param("grant_type").as_deref() == Some("refresh_token"))
        .count()
}

/// Waits for it, ten seconds at most.
async fn until(what: &str, seen: impl AsyncFn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(10), async {
        while !seen().await {
            tokio::task::yield_now().await;
        }
    });
    assert!(waited.await.is_ok(), "{what} did not happen");
}

async fn kept(person: &Person, grant: &Grant) -> Grant {
    person
        .broker
        .resource(grant.resource.as_str())
        .await
        .expect("kept")
        .grants
        .remove(0)
}

/// 1. The token is within its margin, and the issuer never answers. 2. Ten requests get the token that lives, at once, and
///    one renewal is under way.
#[tokio::test]
async fn within_the_margin_nobody_waits_for_the_issuer() {
    let person = Person::approving(an_hour()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = Some(TokenAnswers::Never));
    person.clock.forward(3550);
    let asked = tokio::time::timeout(Duration::from_secs(5), async {
        for _ in 0..10 {
            let issued = person
                .broker
                .issue(&agent, person.request())
                .await
                .expect("it lives");
            assert_eq!(
                Some(&issued.access_token),
                grant.tokens().map(|tokens| &tokens.access_token)
            );
        }
    });
    asked
        .await
        .expect("all ten before the issuer's time is over");
    until("the renewal", async || renewals(&person) > 0).await;
    assert_eq!(renewals(&person), 1);
    // In its last seconds somebody waits a moment, and not for as long as the issuer may take.
    person.clock.forward(47);
    let asked = tokio::time::timeout(
        Duration::from_secs(5),
        person.broker.issue(&agent, person.request()),
    );
    asked
        .await
        .expect("before the issuer's time is over")
        .expect("it lives");
}

/// 1. The token is within its margin. 2. It is given at once. 3. Its renewal, which nobody waits for, is kept.
#[tokio::test]
async fn what_was_given_within_the_margin_is_renewed_meanwhile() {
    let person = Person::approving(an_hour()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.clock.forward(3550);
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("it lives");
    until("the renewal", async || {
        kept(&person, &grant).await.generation > grant.generation
    })
    .await;
    assert_eq!(renewals(&person), 1);
}

#[tokio::test]
async fn whoever_wants_a_longer_life_waits_for_it() {
    let person = Person::approving(an_hour()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.clock.forward(3000);
    let request = TokenRequest {
        min_valid: 1200,
        ..person.request()
    };
    let issued = person.broker.issue(&agent, request).await.expect("renewed");
    assert_ne!(
        Some(&issued.access_token),
        grant.tokens().map(|tokens| &tokens.access_token)
    );
}

/// 1. An agent was given a token. 2. Its margin comes: the host renews it, once. 3. Nobody asked for the new one: at its
///    margin nothing is renewed.
#[tokio::test]
async fn what_an_agent_was_given_is_renewed_ahead_and_no_more() {
    let person = Person::approving(an_hour()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    assert_eq!(
        person.broker.renew_due().await,
        0,
        "nobody was given anything"
    );
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("a token");
    assert_eq!(person.broker.renew_due().await, 0, "it is not due yet");
    person.clock.forward(3580);
    assert_eq!(person.broker.renew_due().await, 1);
    until("the renewal", async || {
        kept(&person, &grant).await.generation > grant.generation
    })
    .await;
    person.clock.forward(3580);
    assert_eq!(person.broker.renew_due().await, 0);
    assert_eq!(renewals(&person), 1);
}

/// A machine that slept through the end of its tokens asks nobody when it wakes.
#[tokio::test]
async fn what_ended_meanwhile_is_left_to_whoever_asks() {
    let person = Person::approving(an_hour()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("a token");
    person.clock.forward(100_000);
    assert_eq!(person.broker.renew_due().await, 0);
    assert_eq!(renewals(&person), 0);
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("renewed for the one who asks");
}

/// 1. No room can be held for an answer. 2. Nothing is sent to the issuer; a token that lives is served. 3. It has ended: the
///    disk is told of, and still nothing is sent. 4. There is room: renewed.
#[tokio::test]
async fn nothing_is_sent_where_the_answer_could_not_be_kept() {
    let person = Person::approving(an_hour()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let room = person.folder.path().join("home/vault.reserve");
    std::fs::remove_file(&room).expect("made with the vault");
    std::fs::create_dir(&room).expect("in its place");
    let before = person.web.requests("/token");
    person.clock.forward(3550);
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("it lives");
    person.clock.forward(100);
    let error = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect_err("it has ended");
    assert_eq!(error.code(), Code::DiskFailed, "{error}");
    assert_eq!(person.web.requests("/token"), before, "nothing was sent");
    std::fs::remove_dir(&room).expect("removed");
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("renewed");
}

/// 1. A login's code has come, and no room can be held for the answer. 2. The code is not sent, and the login stays under
///    way. 3. There is room: the same answer of the browser logs in.
#[tokio::test]
async fn a_code_is_not_spent_where_the_login_could_not_be_kept() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let callback = browse(person.begin(&id).await.url()).await;
    let room = person.folder.path().join("home/vault.reserve");
    std::fs::remove_file(&room).expect("made with the vault");
    std::fs::create_dir(&room).expect("in its place");
    let error = person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect_err("no room");
    assert_eq!(error.code(), Code::DiskFailed, "{error}");
    assert_eq!(
        error.hint().id(),
        "login-hint-answer-again",
        "the answer is still good"
    );
    assert_eq!(person.web.requests("/token"), 0);
    std::fs::remove_dir(&room).expect("removed");
    person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("logged in");
}

/// 1. A renewal waits for its issuer. 2. The vault is locked. 3. The answer is kept all the same: whoever opens the vault
///    next has it, and the issuer was asked once.
#[tokio::test]
async fn an_answer_that_comes_after_the_vault_was_locked_is_kept() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let other = person.again().await;
    person
        .web
        .switches()
        .set(|switches| switches.token_delay_ms = 300);
    let (broker, id) = (person.broker.clone(), grant.id.clone());
    let renewing = tokio::spawn(async move { broker.refresh(&id).await });
    until("the exchange", async || renewals(&person) == 1).await;
    person.broker.lock_vault();
    renewing.await.expect("no panic").expect("renewed");
    let now = other
        .resource(grant.resource.as_str())
        .await
        .expect("read")
        .grants
        .remove(0);
    assert_eq!(now.generation, grant.generation + 1);
    other
        .refresh(&grant.id)
        .await
        .expect("the newest token is there");
}

/// The same for the answer of a login.
#[tokio::test]
async fn a_login_whose_answer_comes_after_the_vault_was_locked_is_kept() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let callback = browse(person.begin(&id).await.url()).await;
    let other = person.again().await;
    person
        .web
        .switches()
        .set(|switches| switches.token_delay_ms = 300);
    let broker = person.broker.clone();
    let login =
        tokio::spawn(async move { broker.complete_login(Callback::parse(&callback)).await });
    until("the exchange", async || person.web.requests("/token") == 1).await;
    person.broker.lock_vault();
    login.await.expect("no panic").expect("logged in");
    assert_eq!(other.resource(&id).await.expect("read").grants.len(), 1);
}

/// 1. A renewal waits for its issuer. 2. The host closes: it returns when the answer is kept. 3. Nothing more is asked for.
#[tokio::test]
async fn a_host_that_closes_waits_for_what_is_under_way() {
    let person = Person::approving(Switches {
        token_delay_ms: 300,
        ..Switches::default()
    })
    .await;
    let grant = person.log_in().await;
    let other = person.again().await;
    let (broker, id) = (person.broker.clone(), grant.id.clone());
    let renewing = tokio::spawn(async move { broker.refresh(&id).await });
    until("the exchange", async || renewals(&person) == 1).await;
    assert_eq!(person.broker.exchanges().hosts().len(), 1);
    assert_eq!(
        person.broker.close(Duration::from_secs(1)).await,
        0,
        "nothing is lost"
    );
    let now = other
        .resource(grant.resource.as_str())
        .await
        .expect("read")
        .grants
        .remove(0);
    assert_eq!(now.generation, grant.generation + 1);
    drop(renewing.await.expect("no panic"));
}

/// What keeps many agents from renewing at each ask does not bind the person.
#[tokio::test]
async fn a_person_gets_as_long_a_life_as_the_issuer_gives() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    person.clock.forward(55);
    let issued = person
        .broker
        .token_for_person(&person.web.resource(), None, 250)
        .await
        .expect("renewed");
    assert_ne!(
        Some(&issued.access_token),
        grant.tokens().map(|tokens| &tokens.access_token)
    );
    assert!(
        issued
            .expires_at
            .is_some_and(|at| at.since(person.broker.now()) >= 250)
    );
}
