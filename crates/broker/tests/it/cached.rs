//! Answers to agents from memory: no work of the vault's, and nothing that somebody has taken away meanwhile.

use crate::setup::Person;
use broker::Broker;
use model::{Agent, Code, EventQuery, Grant, Permit};
use oauth::secret::Secret;
use testbed::switches::Switches;

/// Somebody with a login, an agent that may use it, and the agent's key; and the vault as another process has it.
async fn desk() -> (Person, Grant, Agent, Secret, Broker) {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let (agent, key) = person.broker.add_agent("claude").await.expect("an agent");
    person
        .broker
        .permit(permit(&person, &agent, &grant))
        .await
        .expect("permitted");
    let other = person.again().await;
    (person, grant, agent, key, other)
}

fn permit(person: &Person, agent: &Agent, grant: &Grant) -> Permit {
    Permit {
        agent_id: agent.id.clone(),
        grant_id: grant.id.clone(),
        scopes: None,
        until: None,
        given_at: person.broker.now(),
    }
}

/// As the endpoint does it: who asks, then what for.
async fn asked(person: &Person, agent: &Agent, key: &Secret) -> Result<String, Code> {
    let caller = person.broker.authenticated(&agent.id, key).await;
    let caller = caller.map_err(|error| error.code())?;
    let issued = person.broker.issue_to(&caller, person.request()).await;
    issued
        .map(|issued| issued.access_token.expose().to_owned())
        .map_err(|error| error.code())
}

/// In each round another process takes the permit away and gives it again, and the very next request knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_permit_that_another_process_takes_away_is_gone_at_the_next_request() {
    let (person, grant, agent, key, other) = desk().await;
    let mut served = 0;
    for round in 0..100 {
        for _ in 0..3 {
            assert!(asked(&person, &agent, &key).await.is_ok(), "round {round}");
            served += 1;
        }
        other
            .unpermit(&agent.id, &grant.id)
            .await
            .expect("taken away");
        assert_eq!(
            asked(&person, &agent, &key).await,
            Err(Code::AccessDenied),
            "round {round}"
        );
        other
            .permit(permit(&person, &agent, &grant))
            .await
            .expect("given");
    }
    // Every answer is in the log, whatever group it was written in.
    let query = EventQuery {
        limit: 500,
        agent_id: Some(agent.id.clone()),
        ..EventQuery::default()
    };
    let events = person.broker.events(&query).await.expect("a log");
    let counted = |kind: &str| -> u64 {
        let of_kind = events.iter().filter(|event| event.kind == kind);
        of_kind.map(|event| event.count).sum()
    };
    assert_eq!(
        (counted("token_issued"), counted("token_refused")),
        (served, 100)
    );
}

/// 1. An agent is served from memory. 2. Another process renews the tokens. 3. The next request gets the new one. 4. Another
///    process revokes the login. 5. The next request gets nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_and_a_revocation_by_another_process_are_seen_at_once() {
    let (person, grant, agent, key, other) = desk().await;
    let first = asked(&person, &agent, &key).await.expect("served");
    assert_eq!(asked(&person, &agent, &key).await, Ok(first.clone()));
    other.refresh(&grant.id).await.expect("renewed");
    let second = asked(&person, &agent, &key).await.expect("served");
    assert_ne!(first, second);
    assert_eq!(asked(&person, &agent, &key).await, Ok(second));
    other.revoke(&grant.id).await.expect("revoked");
    assert_eq!(asked(&person, &agent, &key).await, Err(Code::LoginRequired));
}

/// An agent's key that is changed, or an agent that is removed, by another process; and a vault that is locked by this one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_and_an_agent_that_are_gone_are_gone_at_once() {
    let (person, _, agent, key, other) = desk().await;
    for _ in 0..3 {
        asked(&person, &agent, &key).await.expect("served");
    }
    let (_, new) = other.new_agent_key(&agent.id).await.expect("another key");
    assert_eq!(asked(&person, &agent, &key).await, Err(Code::InvalidClient));
    asked(&person, &agent, &new).await.expect("served");
    asked(&person, &agent, &new).await.expect("served");
    other.remove_agent(&agent.id).await.expect("removed");
    assert_eq!(asked(&person, &agent, &new).await, Err(Code::InvalidClient));
    person.broker.lock_vault();
    assert_eq!(asked(&person, &agent, &new).await, Err(Code::VaultLocked));
}

/// What time takes away: the permit's end, and the token's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_is_looked_at_with_each_request() {
    let (person, grant, agent, key, _) = desk().await;
    let until = person.broker.now().plus(60);
    let ending = Permit {
        until: Some(until),
        ..permit(&person, &agent, &grant)
    };
    person.broker.permit(ending).await.expect("for a minute");
    let first = asked(&person, &agent, &key).await.expect("served");
    assert_eq!(asked(&person, &agent, &key).await, Ok(first));
    person.clock.forward(60);
    assert_eq!(asked(&person, &agent, &key).await, Err(Code::AccessDenied));
    person
        .broker
        .permit(permit(&person, &agent, &grant))
        .await
        .expect("for good");
    let before = asked(&person, &agent, &key).await.expect("served");
    asked(&person, &agent, &key).await.expect("from memory");
    person.expire();
    let after = asked(&person, &agent, &key).await.expect("renewed");
    assert_ne!(before, after);
}
