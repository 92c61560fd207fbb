//! Which way the browser's answer takes. A browser opens an app without a click once, and not again before the person has
//! touched one of its pages: the deep link is for where that cannot matter.

use crate::quirks::{by, log_in};
use crate::setup::{Person, TestClock, browse};
use broker::{Broker, Browser, Home, KeySource, LoginOptions, OsKeyring, Redirects};
use model::{LoginAttempt, RedirectPreference};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::redirect::Redirect;
use std::sync::Arc;
use testbed::Testbed;
use testbed::switches::{AuthorizeAnswers, Switches, TokenAnswers};

/// A browser of this run of the machine.
struct Boot(&'static str);

impl Browser for Boot {
    fn open(&self, _: &str) -> Result<(), messages::Text> {
        Ok(())
    }

    fn boot(&self) -> String {
        self.0.to_owned()
    }
}

/// Another host of the person's vault, in this run of the machine.
async fn in_boot(person: &Person, boot: &'static str) -> Broker {
    let home = Home::new(person.folder.path().join("home")).expect("a folder");
    let keyring = Arc::new(OsKeyring::new(&home));
    let clock: Arc<TestClock> = person.clock.clone();
    let broker = Broker::new(home, keyring, clock, Arc::new(Boot(boot))).expect("a broker");
    broker
        .open_vault(KeySource::KeyFile(person.folder.path().join("key")))
        .await
        .expect("opens");
    broker.set_redirects(Redirects {
        deep_link: true,
        loopback: Some(4283),
    });
    broker
}

async fn begins(broker: &Broker, web: &Testbed) -> LoginAttempt {
    let view = broker
        .add(&web.resource(), None, Concessions::default(), &|_| {})
        .await
        .expect("added");
    let started = broker
        .begin_login(&view.record.id, LoginOptions::default())
        .await
        .expect("begins");
    started.pending().expect("it waits").clone()
}

async fn another() -> Testbed {
    Testbed::start(Switches::default().approving_as("ada"))
        .await
        .expect("a free port")
}

/// Two issuers that ask nothing, and four logins, each in a process of its own: one deep link, and then none.
#[tokio::test]
async fn a_second_jump_that_no_click_began_is_never_relied_on() {
    let person = Person::approving(Switches::default()).await;
    let second = another().await;
    let mut ways = Vec::new();
    for web in [&person.web, &second, &person.web, &second] {
        let broker = in_boot(&person, "today").await;
        let pending = begins(&broker, web).await;
        ways.push(pending.redirect().is_some_and(Redirect::is_deep_link));
        let callback = browse(pending.url()).await;
        broker
            .complete_login(Callback::parse(&callback))
            .await
            .expect("logged in");
    }
    assert_eq!(ways, [true, false, false, false]);
}

/// The jump is used up as soon as the browser was sent off, whether or not anything came of it.
#[tokio::test]
async fn a_login_that_failed_or_was_given_up_counts_too() {
    for switches in [
        Switches::default().denying(),
        Switches::default().answering_authorize(AuthorizeAnswers::Page(500)),
        Switches::default().answering_token(TokenAnswers::ServerError),
    ] {
        let person = Person::approving(switches).await;
        let first = begins(&person.broker, &person.web).await;
        assert!(first.redirect().is_some_and(Redirect::is_deep_link));
        person
            .broker
            .cancel_login(&first.id)
            .await
            .expect("cancelled");
        for web in [&person.web, &another().await] {
            assert!(
                !begins(&person.broker, web)
                    .await
                    .redirect()
                    .is_some_and(Redirect::is_deep_link)
            );
        }
    }
}

/// The browser begins anew with the machine. The issuers that know it do not.
#[tokio::test]
async fn another_run_of_the_machine_has_its_jump_again() {
    let person = Person::approving(Switches::default()).await;
    begins(&in_boot(&person, "today").await, &person.web).await;
    let tomorrow = in_boot(&person, "tomorrow").await;
    assert!(
        !begins(&tomorrow, &person.web)
            .await
            .redirect()
            .is_some_and(Redirect::is_deep_link),
        "a session may live there"
    );
    assert!(
        begins(&tomorrow, &another().await)
            .await
            .redirect()
            .is_some_and(Redirect::is_deep_link)
    );
    assert!(
        !begins(&tomorrow, &another().await)
            .await
            .redirect()
            .is_some_and(Redirect::is_deep_link)
    );
}

/// What the person chooses is done, and is not taken for what always works.
#[tokio::test]
async fn a_deep_link_that_was_chosen_once_is_not_used_by_itself() {
    let person = Person::approving(Switches::default()).await;
    let id = person.add().await;
    for way in [RedirectPreference::Loopback, RedirectPreference::DeepLink] {
        log_in(&person, &id, by(way)).await.expect("logged in");
    }
    assert!(
        !person
            .begin(&id)
            .await
            .redirect()
            .is_some_and(Redirect::is_deep_link)
    );
}
