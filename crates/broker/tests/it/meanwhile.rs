//! What a person decides while a server takes its time: the decision stands.

use crate::setup::{Person, browse};
use broker::{Broker, Error};
use model::{Code, Grant, LoginMethod};
use oauth::authorization::Callback;
use oauth::concession::{Concession, Concessions};
use oauth::scope::Scopes;
use std::sync::Mutex;
use std::time::Duration;
use testbed::switches::{DeviceSwitches, Switches};

/// Checks the server, and does this once in the middle of its discovery.
async fn checked_while<F: Future<Output = ()> + Send>(
    person: &Person,
    id: &str,
    act: impl FnOnce(Broker) -> F + Send,
) {
    let act = Mutex::new(Some(act));
    let during = |_| {
        if let Some(act) = act.lock().expect("no panic").take() {
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(act(person.broker.clone()));
            });
        }
    };
    _ = person.broker.check(id, &during).await;
    assert!(
        act.lock().expect("no panic").is_none(),
        "it was done during the check"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_undoes_no_lock_and_no_choice() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let concession = Concession::PrivateNetwork;
    person
        .broker
        .add(
            &person.web.resource(),
            None,
            Concessions([concession].into()),
            &|_| {},
        )
        .await
        .expect("conceded");
    checked_while(&person, &id, |broker| {
        let id = id.clone();
        async move {
            broker.withdraw(&id, concession).await.expect("withdrawn");
            broker
                .set_login_method(&id, LoginMethod::Device)
                .await
                .expect("chosen");
            broker.rename(&id, "mine").await.expect("renamed");
        }
    })
    .await;
    let record = person
        .broker
        .resource(&id)
        .await
        .expect("the server")
        .record;
    assert!(
        !record.concessions.allow(concession),
        "a concession stays withdrawn"
    );
    assert_eq!(
        (record.login_method, record.name.as_str()),
        (LoginMethod::Device, "mine")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_brings_no_removed_server_back() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    checked_while(&person, &id, |broker| {
        let id = id.clone();
        async move { drop(broker.remove(&id, false).await.expect("removed")) }
    })
    .await;
    assert_eq!(
        person.broker.resource(&id).await.expect_err("gone").code(),
        Code::NotFound
    );
    assert!(person.broker.resources().await.expect("a vault").is_empty());
}

/// Waits for it, ten seconds at most.
async fn until(what: &str, seen: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(10), async {
        while !seen() {
            tokio::task::yield_now().await;
        }
    });
    assert!(waited.await.is_ok(), "{what} did not happen");
}

/// Answers a login, and does this while the issuer takes its time over the code.
async fn completed_while(
    person: &Person,
    id: &str,
    act: impl AsyncFnOnce(&Broker),
) -> Result<Grant, Error> {
    let callback = browse(person.begin(id).await.url()).await;
    person.web.switches().set(|s| s.token_delay_ms = 1000);
    let (broker, before) = (person.broker.clone(), person.web.requests("/token"));
    let login =
        tokio::spawn(async move { broker.complete_login(Callback::parse(&callback)).await });
    until("the exchange", || person.web.requests("/token") > before).await;
    act(&person.broker).await;
    login.await.expect("no panic")
}

#[tokio::test]
async fn a_lock_holds_for_a_login_under_way() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    person
        .broker
        .set_scopes(&id, Some(Scopes::parse("notes:read openid profile")))
        .await
        .expect("chosen");
    let ada = person.log_in().await;
    person
        .web
        .switches()
        .set(|s| *s = s.clone().approving_as("grace"));
    let outcome = completed_while(&person, &id, async |broker: &Broker| {
        broker
            .lock_account(&id, Some(&ada.id))
            .await
            .expect("locked");
    });
    let error = outcome.await.expect_err("grace is not ada");
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

#[tokio::test]
async fn tokens_for_a_server_that_was_removed_meanwhile_are_taken_back() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let outcome = completed_while(&person, &id, async |broker: &Broker| {
        drop(broker.remove(&id, false).await.expect("removed"));
    });
    outcome.await.expect_err("there is no such server");
    assert!(person.web.tokens().live_grants().is_empty());
}

#[tokio::test]
async fn tokens_for_a_device_login_that_was_cancelled_meanwhile_are_taken_back() {
    let switches = Switches::default().deciding_after(0);
    let device = DeviceSwitches {
        interval: Some(1),
        ..switches.device
    };
    let person = Person::approving(Switches {
        device,
        token_delay_ms: 1000,
        ..switches
    })
    .await;
    let id = person.add_with(LoginMethod::Device).await;
    let pending = person.begin(&id).await;
    until("the first question", || person.web.requests("/token") == 1).await;
    person
        .broker
        .cancel_login(&pending.id)
        .await
        .expect("it is under way");
    until("the revocation", || person.web.requests("/revoke") > 0).await;
    until("the end of the grant", || {
        person.web.tokens().live_grants().is_empty()
    })
    .await;
    assert!(
        person
            .broker
            .resource(&id)
            .await
            .expect("the server")
            .grants
            .is_empty()
    );
}
