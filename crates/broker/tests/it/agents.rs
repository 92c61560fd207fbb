//! Who may have a token, and what the log says of it.

use crate::setup::Person;
use broker::TokenRequest;
use model::{Code, EventQuery, Permit};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use testbed::switches::Switches;

#[tokio::test]
async fn attack_l11_a_server_without_a_permit_looks_like_one_that_is_not_there() {
    let person = Person::approving(Switches::default()).await;
    person.log_in().await;
    let (agent, _) = person.broker.add_agent("curious").await.expect("an agent");
    let ask = async |resource: String| {
        person
            .broker
            .issue(
                &agent,
                TokenRequest {
                    resource,
                    ..Default::default()
                },
            )
            .await
            .expect_err("no permit")
    };
    let (known, unknown) = (
        ask(person.web.resource()).await,
        ask("https://nowhere.example/mcp".to_owned()).await,
    );
    assert_eq!(
        (known.code(), known.text(), known.hint()),
        (unknown.code(), unknown.text(), unknown.hint())
    );
    assert_eq!(known.code(), Code::AccessDenied);
}

#[tokio::test]
async fn attack_l05_a_key_is_checked_and_a_removed_agents_key_is_worth_nothing() {
    let person = Person::approving(Switches::default()).await;
    let (agent, key) = person.broker.add_agent("claude").await.expect("an agent");
    person
        .broker
        .authenticate(&agent.id, &key)
        .await
        .expect("the right key");
    for wrong in [
        "",
        "glk_",
        &key.expose()[..key.expose().len() - 1],
        &format!("{}x", key.expose()),
    ] {
        let error = person
            .broker
            .authenticate(&agent.id, &Secret::new(wrong))
            .await
            .expect_err("a wrong key");
        assert_eq!(
            error,
            person
                .broker
                .authenticate("nobody", &key)
                .await
                .expect_err("an unknown agent"),
            "identical answers"
        );
        assert_eq!(error.code(), Code::InvalidClient);
    }
    person
        .broker
        .remove_agent(&agent.id)
        .await
        .expect("removed");
    assert_eq!(
        person
            .broker
            .authenticate(&agent.id, &key)
            .await
            .expect_err("removed")
            .code(),
        Code::InvalidClient
    );
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
    person
        .broker
        .permit(permit(None, Some(person.broker.now().plus(60))))
        .await
        .expect("for a minute");
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("within the minute");
    person.clock.forward(60);
    assert_eq!(
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("over")
            .code(),
        Code::AccessDenied
    );
    person
        .broker
        .permit(permit(Some(Scopes::parse("other")), None))
        .await
        .expect("for other scopes");
    assert_eq!(
        person
            .broker
            .issue(&agent, person.request())
            .await
            .expect_err("wider")
            .code(),
        Code::InvalidScope
    );
}

#[tokio::test]
async fn invariant_6_every_answer_leaves_an_event_and_no_event_a_secret() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let issued = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("yes");
    person
        .broker
        .issue(
            &agent,
            TokenRequest {
                resource: "https://nowhere.example".into(),
                ..Default::default()
            },
        )
        .await
        .expect_err("no");
    let events = person
        .broker
        .events(&EventQuery {
            limit: 100,
            ..Default::default()
        })
        .await
        .expect("the log");
    let kinds: Vec<_> = events
        .iter()
        .map(|event| (event.kind.as_str(), event.ok))
        .collect();
    assert_eq!(
        kinds[..2],
        [("token_refused", false), ("token_issued", true)],
        "{kinds:?}"
    );
    let text = format!("{events:?}");
    for secret in [
        issued.access_token.expose(),
        grant
            .tokens()
            .and_then(|t| t.refresh_token.as_ref())
            .expect("one")
            .expose(),
    ] {
        assert!(!text.contains(secret));
    }
}

/// Counts the seals that are opened: what an agent could measure.
#[derive(Clone, Default)]
struct Work(Arc<AtomicUsize>);

impl tracing::Subscriber for Work {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "vault::opened"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// A server that was added and one that nobody knows are the same work, whatever else the agent may use; so are a wrong key
/// and an id that is not there.
#[tokio::test]
async fn attack_l11_an_agent_cannot_tell_by_the_work_which_servers_were_added() {
    let (person, other) = (
        Person::approving(Switches::default()).await,
        Person::approving(Switches::default()).await,
    );
    person.log_in().await;
    let more = person
        .broker
        .add(
            &other.web.resource(),
            None,
            oauth::concession::Concessions::default(),
            &|_| {},
        )
        .await;
    let more = more.expect("a second server").record.id;
    let callback = crate::setup::browse(person.begin(&more).await.url()).await;
    let grant = person
        .broker
        .complete_login(oauth::authorization::Callback::parse(&callback))
        .await
        .expect("logged in");

    let work = Work::default();
    // With a single one, `tracing` asks the thread's own default before it is set, and remembers the answer.
    let _second = tracing::Dispatch::new(work.clone());
    let _counting = tracing::subscriber::set_default(work.clone());
    let (agent, key) = person.broker.add_agent("curious").await.expect("an agent");
    for permitted in [false, true] {
        if permitted {
            let (agent_id, given_at) = (agent.id.clone(), person.broker.now());
            let permit = Permit {
                agent_id,
                grant_id: grant.id.clone(),
                scopes: None,
                until: None,
                given_at,
            };
            person
                .broker
                .permit(permit)
                .await
                .expect("for the second one only");
        }
        let cost = async |resource: String| {
            let before = work.0.load(Ordering::SeqCst);
            person
                .broker
                .issue(
                    &agent,
                    TokenRequest {
                        resource,
                        ..Default::default()
                    },
                )
                .await
                .expect_err("no permit");
            work.0.load(Ordering::SeqCst) - before
        };
        // What all agents have is read once, by whoever asks first after it was changed.
        cost("https://elsewhere.example/mcp".to_owned()).await;
        let (known, unknown) = (
            cost(person.web.resource()).await,
            cost("https://nowhere.example/mcp".to_owned()).await,
        );
        assert_eq!(known, unknown, "permitted another one: {permitted}");
        assert_eq!(
            known > 0,
            permitted,
            "there is work by its own permits, and it is counted"
        );
    }
    let cost = async |id: &str, key: &str| {
        let before = work.0.load(Ordering::SeqCst);
        person
            .broker
            .authenticate(id, &Secret::new(key))
            .await
            .expect_err("a wrong one");
        work.0.load(Ordering::SeqCst) - before
    };
    // Read from the vault after somebody wrote, and from memory then.
    for (first, second) in [
        ((agent.id.as_str(), "glk_wrong"), ("nobody", key.expose())),
        (("nobody", key.expose()), (agent.id.as_str(), "glk_wrong")),
    ] {
        let name = format!("not {}", first.0);
        person.broker.add_agent(&name).await.expect("written");
        let mut costs = [0; 2];
        for at in &mut costs {
            *at = cost(first.0, first.1).await;
        }
        assert!(costs[0] > 0, "the vault was read");
        assert_eq!(costs[1], 0, "and is not read again");
        assert_eq!(cost(second.0, second.1).await, 0);
    }
}

/// 1. An agent waits for a renewal. 2. Its permit is taken away. 3. It gets nothing of what comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_permit_that_is_taken_away_while_an_agent_waits_is_gone() {
    let person = Person::approving(Switches {
        token_delay_ms: 300,
        ..Switches::default()
    })
    .await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    person.expire();
    let (broker, asking, request, before) = (
        person.broker.clone(),
        agent.clone(),
        person.request(),
        person.web.requests("/token"),
    );
    let waiting = tokio::spawn(async move { broker.issue(&asking, request).await });
    while person.web.requests("/token") == before {
        tokio::task::yield_now().await;
    }
    person
        .broker
        .unpermit(&agent.id, &grant.id)
        .await
        .expect("taken away");
    let error = waiting
        .await
        .expect("no panic")
        .expect_err("nothing any more");
    assert_eq!(error.code(), Code::AccessDenied, "{error}");
}

/// What was permitted of a login that was revoked stands in the way of nothing, and is given to no such login anew.
#[tokio::test]
async fn a_permit_of_a_login_that_is_past_stands_in_no_ones_way() {
    let person =
        Person::approving(Switches::default().challenge_scope(Some("notes:read openid profile")))
            .await;
    let first = person.log_in().await;
    let agent = person.agent_for(&first).await;
    person.broker.revoke(&first.id).await.expect("a receipt");
    let permit = |grant: &model::Grant| Permit {
        agent_id: agent.id.clone(),
        grant_id: grant.id.clone(),
        scopes: None,
        until: None,
        given_at: person.broker.now(),
    };
    assert_eq!(
        person
            .broker
            .permit(permit(&first))
            .await
            .expect_err("revoked")
            .code(),
        Code::LoginRequired
    );
    person
        .web
        .switches()
        .set(|switches| switches.auto_approve = Some("grace".to_owned()));
    let second = person.log_in().await;
    assert_ne!(first.account, second.account);
    person
        .broker
        .permit(permit(&second))
        .await
        .expect("permitted");
    let issued = person
        .broker
        .issue(&agent, person.request())
        .await
        .expect("of the login of now");
    assert_eq!(issued.account, second.account.name);
}

#[tokio::test]
async fn a_refusal_by_a_permit_that_is_past_is_told_with_the_server() {
    let person = Person::approving(Switches::default()).await;
    let grant = person.log_in().await;
    let agent = person.agent_for(&grant).await;
    let permit = Permit {
        agent_id: agent.id.clone(),
        grant_id: grant.id.clone(),
        scopes: None,
        until: Some(person.broker.now()),
        given_at: person.broker.now(),
    };
    person.broker.permit(permit).await.expect("it ends at once");
    person
        .broker
        .issue(&agent, person.request())
        .await
        .expect_err("over");
    let filter = EventQuery {
        limit: 1,
        ..EventQuery::default()
    };
    let events = person.broker.events(&filter).await.expect("the log");
    let view = person.broker.resource(grant.resource.as_str()).await;
    assert_eq!(
        (events[0].kind.as_str(), &events[0].resource_name),
        ("token_refused", &Some(view.expect("kept").record.name))
    );
}
