//! Someone ends the program while an issuer takes its time: it ends when the answer is kept.

use super::moments::{Moment, Watched};
use super::{
    SHORT_LIFE, agent_for, ask, assert_each_was_used_once, assert_lives, every, strict, tokens_end,
};
use crate::kill::begun;
use crate::setup::{Person, browse, said_where, same_environment, send};
use std::process::{Command, ExitStatus};
use std::time::Duration;
use testbed::switches::Switches;

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];
/// How long the issuer takes.
const EXCHANGE_MS: u64 = 600;
/// More calls that are counted no command makes on its way to the end of an exchange.
const MOST_CALLS: usize = 100;

fn moments() -> impl Iterator<Item = Moment> {
    let calls = (1..MOST_CALLS).step_by(2 * every(10)).map(Moment::Calls);
    [Moment::Asked, Moment::Answered].into_iter().chain(calls)
}

/// Runs it, sends the signal at that moment, and waits for its end.
async fn ended_by(person: &Person, args: &[&str], signal: &str, moment: Moment) -> ExitStatus {
    let mut watched = Watched::run(person, args);
    let start = watched.start(&person.web);
    watched.reach(moment, &start).await;
    send(signal, watched.child().id());
    watched.child().wait().expect("it ends")
}

/// 1. A refresh waits for its issuer. 2. The program is asked to end. 3. It ends with the status of the signal, or had done
///    its work before. 4. The login lives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_is_ended_keeps_what_it_asked_for() {
    let person = Person::approving(Switches {
        token_delay_ms: EXCHANGE_MS,
        ..strict()
    })
    .await;
    person.added_and_logged_in().await;
    for (signal, status) in SIGNALS {
        for moment in moments() {
            let what = format!("{signal} at {moment:?}");
            let before = person.web.answered("/token", 200);
            let ended = ended_by(&person, &["refresh", "notes"], signal, moment).await;
            // Before it listens, the system ends it.
            assert!(
                ended.code().is_none_or(|code| code == status || code == 0),
                "{what}: {ended}"
            );
            if let Moment::Asked = moment {
                assert_eq!(ended.code(), Some(status), "{what}: it says why it ended");
                assert_eq!(
                    person.web.answered("/token", 200),
                    before + 1,
                    "{what}: and waited for the answer"
                );
            }
            person
                .web
                .switches()
                .set(|switches| switches.token_delay_ms = 0);
            assert_lives(&person, "notes", &what);
            person
                .web
                .switches()
                .set(|switches| switches.token_delay_ms = EXCHANGE_MS);
        }
    }
    assert_each_was_used_once(&person.web, "the sweep");
}

/// The same for the answer of a login: the login is there, or the code was not spent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_is_ended_is_kept() {
    let person = Person::approving(strict()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    for (signal, _) in SIGNALS {
        for moment in moments() {
            let what = format!("{signal} at {moment:?}");
            let callback = browse(&begun(&person)).await;
            let before = person.web.requests("/token");
            person
                .web
                .switches()
                .set(|switches| switches.token_delay_ms = EXCHANGE_MS);
            ended_by(&person, &["answer", &callback], signal, moment).await;
            person
                .web
                .switches()
                .set(|switches| switches.token_delay_ms = 0);
            if person.web.requests("/token") == before {
                assert!(
                    person.run(&["answer", &callback]).status.success(),
                    "{what}: the code was not spent"
                );
            }
            assert_lives(&person, "notes", &what);
        }
    }
}

/// 1. An agent waits at a host whose issuer takes its time. 2. The host is asked to end. 3. The agent gets its token, the
///    host ends, and the login lives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_ended_answers_first() {
    let person = Person::approving(Switches {
        access_token_seconds: SHORT_LIFE,
        ..strict()
    })
    .await;
    person.added_and_logged_in().await;
    let agent = agent_for(&person, &["notes"]);
    for (signal, _) in SIGNALS {
        for moment in moments().filter(|moment| !matches!(moment, Moment::Calls(51..))) {
            let what = format!("{signal} at {moment:?}");
            tokens_end().await;
            let mut serving = Watched::run(&person, &["serve", "--json"]);
            let address = said_where(serving.child());
            person
                .web
                .switches()
                .set(|switches| switches.token_delay_ms = EXCHANGE_MS);
            let start = serving.start(&person.web);
            let (agent, resource) = (agent.clone(), person.web.resource());
            let mut asked = tokio::spawn(async move { ask(&address, &agent, &resource).await });
            let begun = tokio::time::timeout(
                Duration::from_secs(10),
                serving.reach(Moment::Asked, &start),
            )
            .await;
            begun.unwrap_or_else(|_| panic!("{what}: the exchange does not begin"));
            let start = serving.start(&person.web);
            let early = tokio::select! {
                () = serving.reach(if let Moment::Asked = moment { Moment::Calls(0) } else { moment }, &start) => None,
                reply = &mut asked => Some(reply),
            };
            send(signal, serving.child().id());
            let reply = match early {
                Some(reply) => reply,
                None => asked.await,
            };
            let reply = reply.expect("an answer");
            assert_eq!(reply.status, 200, "{what}: {}", reply.text);
            assert_eq!(
                serving.child().wait().expect("it ends").code(),
                Some(0),
                "{what}"
            );
            person
                .web
                .switches()
                .set(|switches| switches.token_delay_ms = 0);
            assert_lives(&person, "notes", &what);
        }
    }
    assert_each_was_used_once(&person.web, "the sweep");
}

/// A program that was started to outlive its terminal does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_started_with_nohup_ignores_a_closed_terminal() {
    let person = Person::approving(Switches {
        token_delay_ms: EXCHANGE_MS,
        ..strict()
    })
    .await;
    person.added_and_logged_in().await;
    let plain = person.command(&["refresh", "notes"]);
    let mut nohup = Command::new("nohup");
    nohup.arg(plain.get_program()).args(plain.get_args());
    same_environment(&mut nohup, &plain);
    let nobody = || std::process::Stdio::null();
    let before = person.web.requests("/token");
    let mut child = nohup
        .stdin(nobody())
        .stdout(nobody())
        .stderr(nobody())
        .spawn()
        .expect("it runs");
    while person.web.requests("/token") == before {
        tokio::task::yield_now().await;
    }
    send("HUP", child.id());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
