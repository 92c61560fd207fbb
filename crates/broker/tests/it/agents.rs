//! Who may have a token, and what the log says of it.

use crate::setup::Person;
use broker::{Code, EventFilter, Permit, TokenRequest};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use testbed::switches::Switches;

#[tokio::test]
async fn attack_l11_a_server_without_a_permit_looks_like_one_that_is_not_there() {
    let person = Person::approving(Switches::default()).await;
    person.log_in().await;
    let (agent, _) = person.broker.add_agent("curious").await.expect("an agent");
    let ask = async |resource: String| {
        person.broker.issue(&agent, TokenRequest { resource, ..Default::default() }).await.expect_err("no permit")
    };
    let (known, unknown) = (ask(person.web.resource()).await, ask("https://nowhere.example/mcp".to_owned()).await);
    assert_eq!((known.code(), known.to_string(), known.hint()), (unknown.code(), unknown.to_string(), unknown.hint()));
    assert_eq!(known.code(), Code::AccessDenied);
}

#[tokio::test]
async fn attack_l05_a_key_is_checked_and_a_removed_agents_key_is_worth_nothing() {
    let person = Person::approving(Switches::default()).await;
    let (agent, key) = person.broker.add_agent("claude").await.expect("an agent");
    person.broker.authenticate(&agent.id, &key).await.expect("the right key");
    for wrong in ["", "glk_", &key.expose()[..key.expose().len() - 1], &format!("{}x", key.expose())] {
        let error = person.broker.authenticate(&agent.id, &Secret::new(wrong)).await.expect_err("a wrong key");
        assert_eq!(error, person.broker.authenticate("nobody", &key).await.expect_err("an unknown agent"), "identical answers");
        assert_eq!(error.code(), Code::InvalidClient);
    }
    person.broker.remove_agent(&agent.id).await.expect("removed");
    assert_eq!(person.broker.authenticate(&agent.id, &key).await.expect_err("removed").code(), Code::InvalidClient);
}

#[tokio::test]
async fn a_permit_ends_when_it_says_and_caps_the_scopes() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let permit = |scopes: Option<Scopes>, until| Permit {
        agent_id: agent.id.clone(),
        grant_id: grant.id.clone(),
        scopes,
        until,
        given_at: person.broker.now(),
    };
    person.broker.permit(permit(None, Some(person.broker.now().plus(60)))).await.expect("for a minute");
    person.broker.issue(&agent, person.request()).await.expect("within the minute");
    person.clock.forward(60);
    assert_eq!(person.broker.issue(&agent, person.request()).await.expect_err("over").code(), Code::AccessDenied);
    person.broker.permit(permit(Some(Scopes::parse("other")), None)).await.expect("for other scopes");
    assert_eq!(person.broker.issue(&agent, person.request()).await.expect_err("wider").code(), Code::InvalidScope);
}

#[tokio::test]
async fn invariant_6_every_answer_leaves_an_event_and_no_event_a_secret() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let issued = person.broker.issue(&agent, person.request()).await.expect("yes");
    person
        .broker
        .issue(&agent, TokenRequest { resource: "https://nowhere.example".into(), ..Default::default() })
        .await
        .expect_err("no");
    let events = person.broker.events(&EventFilter { limit: 100, ..Default::default() }).await.expect("the log");
    let kinds: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.ok)).collect();
    assert_eq!(kinds[..2], [("token_refused", false), ("token_issued", true)], "{kinds:?}");
    let text = format!("{events:?}");
    for secret in [issued.access_token.expose(), grant.tokens().and_then(|t| t.refresh_token.as_ref()).expect("one").expose()] {
        assert!(!text.contains(secret));
    }
}
