//! Someone ends the program while an issuer takes its time: it ends when the answer is kept.

use super::{SHORT_LIFE, agent_for, ask, assert_each_was_used_once, assert_lives, every, strict, tokens_end};
use crate::kill::begun;
use crate::setup::{Person, browse};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;
use testbed::switches::Switches;

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];
/// How long the issuer takes, and the steps in which it is met.
const EXCHANGE_MS: u64 = 600;
const STEP_MS: u64 = 50;

fn moments() -> impl Iterator<Item = Duration> {
    (0..=EXCHANGE_MS + 200).step_by(usize::try_from(STEP_MS).expect("small") * every(7)).map(Duration::from_millis)
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    // It may have ended by itself.
    let _ = status.expect("kill runs");
}

/// Runs it, sends the signal after so long, and waits for its end.
async fn ended_by(person: &Person, args: &[&str], signal: &str, after: Duration) -> ExitStatus {
    let child = person.command(args).spawn().expect("it runs");
    tokio::time::sleep(after).await;
    send(signal, &child);
    child.wait_with_output().expect("it ends").status
}

/// 1. A refresh waits for its issuer. 2. The program is asked to end. 3. It ends with the status of the signal, or had done
///    its work before. 4. The login lives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_is_ended_keeps_what_it_asked_for() {
    let person = Person::approving(Switches { token_delay_ms: EXCHANGE_MS, ..strict() }).await;
    person.added_and_logged_in().await;
    for (signal, status) in SIGNALS {
        for moment in moments() {
            let what = format!("{signal} after {moment:?}");
            let ended = ended_by(&person, &["refresh", "notes"], signal, moment).await;
            // Before it listens, the system ends it.
            assert!(ended.code().is_none_or(|code| code == status || code == 0), "{what}: {ended}");
            person.web.switches().set(|switches| switches.token_delay_ms = 0);
            assert_lives(&person, "notes", &what);
            person.web.switches().set(|switches| switches.token_delay_ms = EXCHANGE_MS);
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
            let what = format!("{signal} after {moment:?}");
            let callback = browse(&begun(&person)).await;
            let before = person.web.requests("/token");
            person.web.switches().set(|switches| switches.token_delay_ms = EXCHANGE_MS);
            ended_by(&person, &["answer", &callback], signal, moment).await;
            person.web.switches().set(|switches| switches.token_delay_ms = 0);
            if person.web.requests("/token") == before {
                assert!(person.run(&["answer", &callback]).status.success(), "{what}: the code was not spent");
            }
            assert_lives(&person, "notes", &what);
        }
    }
}

/// 1. An agent waits at a host whose issuer takes its time. 2. The host is asked to end. 3. The agent gets its token, the
///    host ends, and the login lives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_ended_answers_first() {
    let person = Person::approving(Switches { access_token_seconds: SHORT_LIFE, ..strict() }).await;
    person.added_and_logged_in().await;
    let agent = agent_for(&person, &["notes"]);
    for (signal, _) in SIGNALS {
        for moment in moments() {
            let what = format!("{signal} after {moment:?}");
            tokens_end().await;
            let (mut serving, address) = person.serve();
            person.web.switches().set(|switches| switches.token_delay_ms = EXCHANGE_MS);
            let before = person.web.requests("/token");
            let (agent, resource) = (agent.clone(), person.web.resource());
            let asked = tokio::spawn(async move { ask(&address, &agent, &resource).await });
            tokio::time::timeout(Duration::from_secs(10), async {
                while person.web.requests("/token") == before {
                    tokio::task::yield_now().await;
                }
            })
            .await
            .unwrap_or_else(|_| panic!("{what}: the exchange does not begin"));
            tokio::time::sleep(moment).await;
            send(signal, &serving.0);
            let reply = asked.await.expect("an answer");
            assert_eq!(reply.status, 200, "{what}: {}", reply.text);
            assert_eq!(serving.0.wait().expect("it ends").code(), Some(0), "{what}");
            person.web.switches().set(|switches| switches.token_delay_ms = 0);
            assert_lives(&person, "notes", &what);
        }
    }
    assert_each_was_used_once(&person.web, "the sweep");
}

/// A program that was started to outlive its terminal does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_started_with_nohup_ignores_a_closed_terminal() {
    let person = Person::approving(Switches { token_delay_ms: EXCHANGE_MS, ..strict() }).await;
    person.added_and_logged_in().await;
    let plain = person.command(&["refresh", "notes"]);
    let mut nohup = Command::new("nohup");
    nohup.arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => nohup.env(name, value),
            None => nohup.env_remove(name),
        };
    }
    let nobody = || std::process::Stdio::null();
    let before = person.web.requests("/token");
    let mut child = nohup.stdin(nobody()).stdout(nobody()).stderr(nobody()).spawn().expect("it runs");
    while person.web.requests("/token") == before {
        tokio::task::yield_now().await;
    }
    send("HUP", &child);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
