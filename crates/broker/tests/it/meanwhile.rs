//! What a person decides while a server takes its time: the decision stands.

use crate::setup::Person;
use broker::{Broker, Code, LoginMethod};
use oauth::concession::{Concession, Concessions};
use std::sync::Mutex;
use testbed::switches::Switches;

/// Checks the server, and does this once in the middle of its discovery.
async fn checked_while<F: Future<Output = ()> + Send>(person: &Person, id: &str, act: impl FnOnce(Broker) -> F + Send) {
    let act = Mutex::new(Some(act));
    let during = |_| {
        if let Some(act) = act.lock().expect("no panic").take() {
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(act(person.broker.clone())));
        }
    };
    _ = person.broker.check(id, &during).await;
    assert!(act.lock().expect("no panic").is_none(), "it was done during the check");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_undoes_no_lock_and_no_choice() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    let concession = Concession::PrivateNetwork;
    person.broker.add(&person.web.resource(), None, Concessions([concession].into()), &|_| {}).await.expect("conceded");
    checked_while(&person, &id, |broker| {
        let id = id.clone();
        async move {
            broker.withdraw(&id, concession).await.expect("withdrawn");
            broker.set_login_method(&id, LoginMethod::Device).await.expect("chosen");
            broker.rename(&id, "mine").await.expect("renamed");
        }
    })
    .await;
    let record = person.broker.resource(&id).await.expect("the server").record;
    assert!(!record.concessions.allow(concession), "a concession stays withdrawn");
    assert_eq!((record.login_method, record.name.as_str()), (LoginMethod::Device, "mine"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_brings_no_removed_server_back() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    checked_while(&person, &id, |broker| {
        let id = id.clone();
        async move { drop(broker.remove(&id).await.expect("removed")) }
    })
    .await;
    assert_eq!(person.broker.resource(&id).await.expect_err("gone").code(), Code::NotFound);
    assert!(person.broker.resources().await.expect("a vault").is_empty());
}
