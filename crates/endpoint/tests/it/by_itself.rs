//! What a host that serves does without being asked: it renews for the agents that it gave tokens to, and goes on with what was
//! not taken back.

use crate::setup::{Person, options};
use std::time::Duration;
use testbed::switches::{RevocationAnswers, Switches};

/// Tokens of an hour, whose margin is a minute; and two people are two accounts.
fn naming_people() -> Switches {
    Switches {
        access_token_seconds: 3600,
        ..Switches::default().challenge_scope(Some("notes:read openid profile"))
    }
}

/// Waits for it, a minute at most.
async fn until(what: &str, seen: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_mins(1), async {
        while !seen() {
            tokio::task::yield_now().await;
        }
    });
    assert!(waited.await.is_ok(), "{what} did not happen");
}

/// 1. A revocation is open, and its time comes while nobody serves. 2. A host begins to serve: its issuer is asked again.
#[tokio::test]
async fn open_revocations_are_tried_again_by_the_host_that_serves() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person = Person::new(switches.answering_revocation(RevocationAnswers::Status(404))).await;
    let (grant, _) = person.log_in(0).await;
    person.broker.revoke(&grant.id).await.expect("a receipt");
    let asked = person.web.requests("/revoke");
    let Person {
        broker,
        clock,
        endpoint,
        web,
        folder,
        ..
    } = person;
    endpoint.stop().await;
    clock.forward(3600);
    assert_eq!(web.requests("/revoke"), asked);
    let endpoint = endpoint::start(broker, options(folder.path())).await;
    until("another try", || web.requests("/revoke") > asked).await;
    endpoint.stop().await;
}

/// 1. An agent was given a token of one account, whose margin comes. 2. It asks for another account's: the host looks at what is
///    due, and renews the first one, which nobody asked for.
#[tokio::test]
async fn what_an_agent_was_given_is_renewed_by_the_host_that_serves() {
    let person = Person::new(naming_people()).await;
    let (first, agent) = person.with_agent().await;
    assert_eq!(person.ask(&agent).await.status, 200);
    person.clock.forward(3580);
    let (second, _) = person.log_in(1).await;
    person.permit(&agent, &second).await;
    assert_ne!(first.id, second.id);
    assert_eq!(person.renewals(), 0, "nobody has asked for the first one");
    let reply = person
        .ask_for(&agent, &[("account", &second.account.name)])
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    until("the renewal", || person.renewals() > 0).await;
}
