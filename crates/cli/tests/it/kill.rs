//! `kill -9` at any write of a login or a refresh: the vault opens, the state is true, one login at most.
//!
//! strace ends the program at its n-th write to the disk, so that each point is met and none by chance.

use crate::setup::{Person, call_mcp, same_environment};
use std::process::{Command, Output, Stdio};
use testbed::switches::Switches;

const CALLS: &str = "pwrite64,fdatasync,ftruncate,fsync,rename,unlink";
/// Past the last write the program ends by itself, and the sweep is over.
const MOST_POINTS: usize = 120;

/// Runs the program; it is killed at its `n`-th call of the list. True if it got through.
fn run_until(person: &Person, args: &[&str], n: usize) -> bool {
    traced(
        person,
        args,
        &format!("inject={CALLS}:signal=KILL:when={n}"),
    )
    .status
    .success()
}

pub(crate) fn traced(person: &Person, args: &[&str], inject: &str) -> Output {
    let plain = person.command(args);
    let mut traced = Command::new("strace");
    traced.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &format!("trace={CALLS}"),
        "-e",
        inject,
    ]);
    traced.arg(plain.get_program()).args(plain.get_args());
    same_environment(&mut traced, &plain);
    traced
        .stdin(Stdio::null())
        .output()
        .expect("strace is installed")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v08_killed_at_any_write_of_a_refresh() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let mut logins = 0;
    let mut points = 0;
    for n in (1..MOST_POINTS).step_by(3) {
        points += 1;
        let through = run_until(&person, &["refresh", "notes"], n);
        // The vault opens, and what it says is true: either the token works, or a login is asked for.
        let output = person.run(&["token", "notes"]);
        match output.status.code() {
            Some(0) => {
                let token = String::from_utf8(output.stdout).expect("text");
                // What a killed refresh left may be a token that the issuer has replaced; renewing settles it.
                if call_mcp(&person.web.resource(), token.trim()).await != 200 {
                    let _ = person.run(&["refresh", "notes"]);
                }
            }
            Some(20) => {}
            other => panic!(
                "point {n}: {other:?} {}",
                String::from_utf8_lossy(&output.stderr)
            ),
        }
        if person.json(&["show", "notes"])["resource"]["state"] != "active" {
            logins += 1;
            assert!(
                person
                    .log_in("notes", |callback| callback)
                    .await
                    .status
                    .success(),
                "point {n}: one login mends it"
            );
        }
        if through {
            break;
        }
    }
    assert!(points >= 4, "only {points} points were met");
    assert!(logins <= points, "{logins} logins at {points} points");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v08_killed_at_any_write_while_the_vault_is_made() {
    for n in (1..MOST_POINTS).step_by(7) {
        let person = Person::approving(Switches::default()).await;
        let through = run_until(
            &person,
            &["add", &person.web.resource(), "--name", "notes"],
            n,
        );
        person.good(&["add", &person.web.resource(), "--name", "notes"]);
        assert_eq!(
            person.json(&["list"])[0]["state"],
            "login_needed",
            "point {n}"
        );
        if through {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v08_killed_at_any_write_while_a_login_is_finished() {
    let mut points = 0;
    for n in (1..MOST_POINTS).step_by(5) {
        points += 1;
        let person = Person::approving(Switches::default()).await;
        person.good(&["add", &person.web.resource(), "--name", "notes"]);
        let callback = crate::setup::browse(&begun(&person)).await;
        let through = run_until(&person, &["answer", &callback], n);
        // Either the login is there and its token works, or one more login is asked for.
        if person.json(&["show", "notes"])["resource"]["state"] != "active" {
            assert!(
                person
                    .log_in("notes", |callback| callback)
                    .await
                    .status
                    .success(),
                "point {n}: one login mends it"
            );
        }
        let token = person.good(&["token", "notes"]);
        assert_eq!(
            call_mcp(&person.web.resource(), token.trim()).await,
            200,
            "point {n}"
        );
        if through {
            break;
        }
    }
    assert!(points >= 3, "only {points} points were met");
}

/// A login under way whose program is gone: its link.
pub(crate) fn begun(person: &Person) -> String {
    let mut child = person
        .command(&["login", "notes", "--paste"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut link = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(child.stdout.take().expect("stdout")),
        &mut link,
    )
    .expect("the link");
    child.kill().expect("kill -9");
    child.wait().expect("it is gone");
    link.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_survives_the_program_that_began_it() {
    let person = Person::approving(Switches::default()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let link = begun(&person);
    assert_eq!(
        person.json(&["show", "notes"])["resource"]["state"],
        "logging_in",
        "the login is a row of the vault"
    );
    let callback = crate::setup::browse(&link).await;
    // Another program finishes what the first began.
    person.good(&["answer", &callback]);
    assert_eq!(
        person.json(&["show", "notes"])["resource"]["state"],
        "active"
    );
}
