//! Which hosts a login leads to: told, allowed where they are not the issuer's own, and never inside this network for a
//! stranger.

use crate::quirks::{add, by};
use crate::setup::{Person, START, TestClock};
use broker::{Broker, Browser, Home, KeySource, KeyStore, LoginOptions, OsKeyring, Redirects};
use model::{Code, LoginMethod, RedirectPreference};
use oauth::concession::{Concession, Concessions};
use oauth::discovery::LoginHosts;
use std::sync::{Arc, Mutex};
use testbed::Testbed;
use testbed::switches::{DeviceSwitches, IssInResponse, Switches};

/// Somebody whose authorization server borrows another one's login page, and who that is.
async fn borrowing() -> (Person, Testbed) {
    let silent = Switches::default().iss(IssInResponse::NotAdvertised);
    let honest = Testbed::start(silent.clone().approving_as("ada"))
        .await
        .expect("a free port");
    let page = format!("{}/authorize", honest.issuer());
    (
        Person::approving(silent.authorization_endpoint(&page)).await,
        honest,
    )
}

fn host(url: &str) -> &str {
    url.strip_prefix("http://").expect("a testbed's address")
}

/// 1. An issuer names another one's login page, and the other one does not say who answers. 2. It is told with all hosts, and
///    nothing is asked of either. 3. Once allowed, the hosts are told before the browser opens. 4. Taken back, the next login
///    is refused, although the metadata is kept.
#[tokio::test]
async fn attack_08_a_borrowed_login_page_needs_the_persons_word() {
    let (person, honest) = borrowing().await;
    let error = add(&person, &[]).await.expect_err("somebody else's page");
    assert_eq!(
        (error.code(), error.concession()),
        (Code::ForeignLoginPage, Some(Concession::ForeignLoginPage)),
        "{error}"
    );
    let (honest_host, own) = (
        host(&honest.issuer()).to_owned(),
        host(&person.web.issuer()).to_owned(),
    );
    let told = error.to_string();
    assert!(
        told.contains(&format!("sign in at {honest_host}"))
            && told.contains(&format!("sign-in service is {own}")),
        "{told}"
    );
    assert!(honest.log().is_empty(), "nobody was asked there");

    let view = add(&person, &[Concession::ForeignLoginPage])
        .await
        .expect("allowed");
    let server = view.authorization_server.expect("known");
    assert_eq!(
        LoginHosts::of(&server),
        LoginHosts {
            login: Some(honest_host),
            token: own.clone(),
            issuer: own,
        }
    );
    person
        .broker
        .begin_login(&view.record.id, by(RedirectPreference::DeepLink))
        .await
        .expect("begins");

    person
        .broker
        .withdraw(&view.record.id, Concession::ForeignLoginPage)
        .await
        .expect("taken back");
    let error = person
        .broker
        .begin_login(&view.record.id, LoginOptions::default())
        .await
        .expect_err("refused");
    assert_eq!(
        error.concession(),
        Some(Concession::ForeignLoginPage),
        "{error}"
    );
    assert!(honest.log().is_empty());
}

/// An issuer that promises `iss` is told apart by it: its page may be anywhere.
#[tokio::test]
async fn attack_08_a_promise_of_iss_is_enough() {
    let honest = Testbed::start(Switches::default())
        .await
        .expect("a free port");
    let page = format!("{}/authorize", honest.issuer());
    let person = Person::approving(Switches::default().authorization_endpoint(&page)).await;
    add(&person, &[])
        .await
        .expect("RFC 9207 §2.4 tells a borrowed page by its answer");
}

/// RFC 8628 §5.4: whoever types a code at somebody else's page lets in whoever asked for the code, and no `iss` would tell.
#[tokio::test]
async fn attack_08_a_device_code_for_a_foreign_page_is_not_shown() {
    for page in ["http://localhost:1/device", "http://127.0.0.1:1/device"] {
        let switches = Switches::default().with_device_grant();
        let device = DeviceSwitches {
            verification_uri: Some(page.into()),
            ..switches.device.clone()
        };
        let person = Person::approving(Switches { device, ..switches }).await;
        let id = person.add_with(LoginMethod::Device).await;
        let error = person
            .broker
            .begin_login(&id, LoginOptions::default())
            .await
            .expect_err(page);
        assert_eq!(
            error.concession(),
            Some(Concession::ForeignLoginPage),
            "{error}"
        );
        person
            .broker
            .concede(&id, Concession::ForeignLoginPage.into(), &|_| {})
            .await
            .expect("allowed");
        let started = person
            .broker
            .begin_login(&id, LoginOptions::default())
            .await
            .expect("the code is shown");
        assert_eq!(
            started
                .pending()
                .and_then(|p| p.device())
                .map(|d| d.verification_uri.as_str()),
            Some(page)
        );
    }
}

/// A device page inside the network is refused before anybody sees it.
#[tokio::test]
async fn attack_d21_a_device_page_is_within_the_reach_of_its_server() {
    let switches = Switches::default().with_device_grant();
    let device = DeviceSwitches {
        verification_uri: Some("https://192.168.1.1/reboot".into()),
        ..switches.device.clone()
    };
    let person = Person::approving(Switches { device, ..switches }).await;
    let id = person.add_with(LoginMethod::Device).await;
    let error = person
        .broker
        .begin_login(&id, LoginOptions::default())
        .await
        .expect_err("inside");
    assert!(error.to_string().contains("192.168.1.1"), "{error}");
}

/// Keeps what it was started with.
#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Browser for Recorder {
    fn open(&self, url: &str) -> Result<(), messages::Text> {
        self.0.lock().expect("no panic before").push(url.to_owned());
        Ok(())
    }
}

/// 1. A server on this machine names a page inside the network. 2. It is refused, with what would let it be. 3. Allowed, it
///    opens. 4. Taken back while the login waits, it does not open again: what is kept is looked at when it is used.
#[tokio::test]
async fn attack_d21_a_page_is_looked_at_whenever_it_is_opened() {
    let inside = "https://192.168.1.1/authorize";
    let web = Testbed::start(Switches::default().authorization_endpoint(inside))
        .await
        .expect("a free port");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = Home::new(folder.path().join("home")).expect("a folder");
    let keys: Arc<dyn KeyStore> = Arc::new(OsKeyring::new(&home));
    let browser = Arc::new(Recorder::default());
    let broker =
        Broker::new(home, keys, Arc::new(TestClock::at(START)), browser.clone()).expect("a broker");
    broker
        .open_vault(KeySource::KeyFile(folder.path().join("key")))
        .await
        .expect("opens");
    broker.set_redirects(Redirects {
        deep_link: true,
        loopback: Some(4283),
    });
    let opened = || browser.0.lock().expect("no panic before").len();

    let error = broker
        .add(&web.resource(), None, Concessions::default(), &|_| {})
        .await
        .expect_err("inside");
    assert_eq!(
        (error.code(), error.concession()),
        (Code::BlockedAddress, Some(Concession::PrivateNetwork)),
        "{error}"
    );
    let allowed = Concessions([Concession::PrivateNetwork].into());
    let id = broker
        .add(&web.resource(), None, allowed, &|_| {})
        .await
        .expect("allowed")
        .record
        .id;
    let options = || LoginOptions {
        open_browser: true,
        ..LoginOptions::default()
    };
    let started = broker.begin_login(&id, options()).await.expect("begins");
    assert_eq!(opened(), 1);
    broker
        .withdraw(&id, Concession::PrivateNetwork)
        .await
        .expect("taken back");
    let pending = started.pending().expect("waits").id.clone();
    let error = broker
        .reopen_login(&pending)
        .await
        .expect_err("not any more");
    assert_eq!(error.code(), Code::BlockedAddress, "{error}");
    broker
        .begin_login(&id, options())
        .await
        .expect_err("nor anew");
    assert_eq!(opened(), 1);
}
