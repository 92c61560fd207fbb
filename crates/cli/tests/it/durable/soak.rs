//! Hours in minutes: rotating issuers with faults, agents that ask all the time, and nothing is lost.

use super::{agent_for, ask, assert_lives, strict};
use crate::setup::Person;
use model::EventQuery;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use testbed::Testbed;
use testbed::switches::{Switches, TokenAnswers};
use tokio::time::Instant;

const ISSUERS: usize = 20;
const AGENTS: usize = 8;
/// All agents together, in a second.
const ASKS: usize = 50;

/// Tokens of a short life, so that each issuer renews some hundred times an hour.
fn short_lived() -> Switches {
    Switches {
        access_token_seconds: 30,
        ..strict()
    }
}

/// Faults in turn, none of which spends a token without an answer: that would be the issuer's loss.
fn fault(turn: usize) -> Option<TokenAnswers> {
    match turn % 6 {
        0 => Some(TokenAnswers::ServerError),
        1 => Some(TokenAnswers::Unavailable(2)),
        2 => Some(TokenAnswers::Never),
        3 => Some(TokenAnswers::Cut),
        _ => None,
    }
}

#[derive(Default)]
struct Count {
    granted: AtomicUsize,
    refused: AtomicUsize,
    /// 503 while the agent held a token that still lived.
    early: AtomicUsize,
}

/// `cargo xtask soak --minutes N` says for how long; without that there is nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak() {
    let Some(minutes) = std::env::var("GATELODGE_SOAK_MINUTES")
        .ok()
        .and_then(|text| text.parse::<u64>().ok())
    else {
        return;
    };
    let person = Person::approving(short_lived()).await;
    person.added_and_logged_in().await;
    let (mut names, mut webs) = (vec!["notes".to_owned()], Vec::new());
    for number in 1..ISSUERS {
        let web = Testbed::start(short_lived().approving_as("ada"))
            .await
            .expect("a free port");
        let name = format!("server{number}");
        person.good(&["add", &web.resource(), "--name", &name]);
        assert!(
            person
                .log_in(&name, |callback| callback)
                .await
                .status
                .success()
        );
        names.push(name);
        webs.push(web);
    }
    let agent = agent_for(
        &person,
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let resources: Vec<_> = [&person.web]
        .into_iter()
        .chain(&webs)
        .map(Testbed::resource)
        .collect();
    let (serving, address) = person.serve();
    let (end, count) = (
        Instant::now() + Duration::from_secs(minutes * 60),
        Arc::new(Count::default()),
    );
    let agents = (0..AGENTS).map(|number| {
        let (agent, address, resources, count) = (
            agent.clone(),
            address.clone(),
            resources.clone(),
            count.clone(),
        );
        tokio::spawn(async move { asks(number, &agent, &address, &resources, end, &count).await })
    });
    let agents: Vec<_> = agents.collect();
    let (mut turn, mut faults) = (0, tokio::time::interval(Duration::from_secs(5)));
    faults.tick().await;
    while Instant::now() < end {
        faults.tick().await;
        let all: Vec<_> = [&person.web].into_iter().chain(&webs).collect();
        turn += 1;
        all[turn % ISSUERS]
            .switches()
            .set(|switches| switches.refresh_answers = fault(turn));
        all[(turn + ISSUERS - 4) % ISSUERS]
            .switches()
            .set(|switches| switches.refresh_answers = None);
    }
    for agent in agents {
        agent.await.expect("no panic");
    }
    let (granted, refused) = (
        count.granted.load(Ordering::SeqCst),
        count.refused.load(Ordering::SeqCst),
    );
    let (issued, denied) = (
        answers_logged(&person, "token_issued").await,
        answers_logged(&person, "token_refused").await,
    );
    let renewals: usize = [&person.web]
        .into_iter()
        .chain(&webs)
        .map(|web| web.answered("/token", 200))
        .sum();
    println!(
        "soak: {minutes} min, {granted} tokens, {refused} refusals, {renewals} exchanges, {issued} and {denied} events"
    );
    assert_eq!(
        count.early.load(Ordering::SeqCst),
        0,
        "a refusal while a token lived"
    );
    assert_eq!(
        usize::try_from(issued),
        Ok(granted),
        "each token has its event"
    );
    let denied = usize::try_from(denied).expect("few");
    assert!(
        denied <= refused && (denied > 0) == (refused > 0),
        "refusals have events; those that are alike may share one"
    );
    drop(serving);
    for web in [&person.web].into_iter().chain(&webs) {
        web.switches()
            .set(|switches| switches.refresh_answers = None);
        assert_each_was_used_once_or_refused(web);
    }
    for name in &names {
        assert_lives(&person, name, "after the soak");
    }
}

/// A fault that did nothing may be answered by the same token once more.
fn assert_each_was_used_once_or_refused(web: &Testbed) {
    let spent: Vec<_> = web
        .requests_to("/token")
        .into_iter()
        .filter(|request| request.status == Some(200))
        .collect();
    let tokens: Vec<_> = spent
        .iter()
        .filter_map(|request| request.param("refresh_token"))
        .collect();
    let once: std::collections::HashSet<_> = tokens.iter().collect();
    assert_eq!(once.len(), tokens.len(), "a token was used twice");
    assert_eq!(web.answered("/token", 400), 0, "a spent token was shown");
}

async fn asks(
    number: usize,
    agent: &(String, String),
    address: &str,
    resources: &[String],
    end: Instant,
    count: &Count,
) {
    let mut turns = tokio::time::interval(Duration::from_millis(
        u64::try_from(1000 * AGENTS / ASKS).expect("small"),
    ));
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut held = vec![0; resources.len()];
    let mut next = number * 3;
    while Instant::now() < end {
        turns.tick().await;
        next = (next + 7) % resources.len();
        let reply = ask(address, agent, &resources[next]).await;
        let now = i64::try_from(Testbed::now()).expect("a time");
        if reply.status == 200 {
            count.granted.fetch_add(1, Ordering::SeqCst);
            held[next] = reply.json["expires_at"].as_i64().expect("an end");
        } else {
            count.refused.fetch_add(1, Ordering::SeqCst);
            assert_eq!(reply.status, 503, "{}", reply.text);
            if held[next] > now {
                count.early.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}

/// How many lines of this kind there are.
async fn answers_logged(person: &Person, kind: &str) -> u64 {
    let vault = person.vault().await;
    let mut filter = EventQuery {
        limit: 1000,
        ..EventQuery::default()
    };
    let mut found = 0_u64;
    loop {
        let page = vault.events(&filter).await.expect("read");
        // Answers that are alike are one line a minute, and are counted in it.
        found += page
            .iter()
            .filter(|event| event.kind == kind)
            .map(|event| event.count)
            .sum::<u64>();
        match page.last() {
            Some(last) => filter.before = Some(last.id),
            None => return found,
        }
    }
}
