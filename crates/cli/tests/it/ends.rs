//! How a login ended is told the same, whichever way its answer came.

use crate::setup::{Person, Running, browse, http};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStderr, Stdio};
use testbed::switches::{IssInResponse, ResourceParameter, Switches, TokenAnswers};

/// `login` whose answer comes on loopback, after `change`; its exit status and all that it said.
async fn by_loopback(
    person: &Person,
    flags: &[&str],
    change: impl Fn(String) -> Vec<String>,
) -> (Option<i32>, String) {
    let mut login = Running(
        person
            .command(&[&["login", "notes"], flags].concat())
            .spawn()
            .expect("it runs"),
    );
    let (mut stderr, mut said) = (
        BufReader::new(login.0.stderr.take().expect("stderr")),
        String::new(),
    );
    while !said.contains("/authorize?") {
        assert_ne!(
            stderr.read_line(&mut said).expect("a line"),
            0,
            "it ended: {said}"
        );
    }
    let link = said
        .lines()
        .find(|line| line.starts_with("http"))
        .expect("the link")
        .to_owned();
    for answer in change(browse(&link).await) {
        http(&answer, "GET", &[], "").await;
    }
    stderr.read_to_string(&mut said).expect("the rest");
    (login.0.wait().expect("it ends").code(), said)
}

fn failure(said: &str) -> &str {
    said.find("error:").map_or("", |at| &said[at..])
}

/// The hint and the concession, too, though another part of the program received the answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_fails_with_the_same_words_with_and_without_paste() {
    for switches in [
        Switches::default().resource_parameter(ResourceParameter::RefusedAtToken),
        Switches::default().answering_token(TokenAnswers::ServerError),
        Switches::default().denying(),
    ] {
        let person = Person::approving(switches).await;
        person.good(&["add", &person.web.resource(), "--name", "notes"]);
        let pasted = person.log_in("notes", |callback| callback).await;
        let pasted_said = String::from_utf8_lossy(&pasted.stderr).into_owned();
        let (status, said) = by_loopback(&person, &[], |callback| vec![callback]).await;
        assert_eq!(status, pasted.status.code(), "{said}");
        assert_eq!(failure(&said), failure(&pasted_said));
        assert!(
            failure(&said).contains("hint:") && failure(&said).contains("code:"),
            "{said}"
        );
    }
    let person = Person::approving(
        Switches::default().resource_parameter(ResourceParameter::RefusedAtToken),
    )
    .await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let (_, said) = by_loopback(&person, &[], |callback| vec![callback]).await;
    assert!(
        said.contains("risk:") && said.contains("gatelodge concede notes no-resource-parameter"),
        "{said}"
    );
}

/// The one is told, the other counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attack_f01_a_forged_answer_and_then_the_right_one_is_a_login() {
    let person = Person::approving(Switches::default().iss(IssInResponse::Right)).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let both = |callback: String| {
        vec![
            callback.replace("iss=", "iss=https%3A%2F%2Fevil.example%2F"),
            callback,
        ]
    };
    let (status, said) = by_loopback(&person, &[], both).await;
    assert_eq!(status, Some(0), "{said}");
    assert!(!said.contains("error:"), "{said}");
    person.good(&["token", "notes"]);
}

/// A login that waits, and the link that it printed.
fn begun(person: &Person, flags: &[&str]) -> (Running, BufReader<ChildStderr>, String) {
    let mut login = Running(
        person
            .command(&[&["login", "notes"], flags].concat())
            .stdin(Stdio::piped())
            .spawn()
            .expect("it runs"),
    );
    let mut stderr = BufReader::new(login.0.stderr.take().expect("stderr"));
    let mut said = String::new();
    if flags.contains(&"--paste") {
        let mut stdout = BufReader::new(login.0.stdout.take().expect("stdout"));
        stdout.read_line(&mut said).expect("the link");
        // What it says in the end has to have somebody who reads it.
        login.0.stdout = Some(stdout.into_inner());
    } else {
        while !said.contains("/authorize?") {
            let read = stderr.read_line(&mut said).expect("a line");
            assert_ne!(read, 0, "it ended: {said}");
        }
    }
    let link = said.lines().find(|line| line.starts_with("http"));
    (login, stderr, link.expect("the link").to_owned())
}

/// 1. Two logins to one server begin, one after the other. 2. The first ends at once, with a sentence and a line of the log of
///    its own, and its link is dead. 3. The second is cancelled, or succeeds: neither is the first one's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_logins_to_one_server_the_first_ends_with_words_of_its_own() {
    for (flags, succeeds) in [
        (["--no-browser"], false),
        (["--no-browser"], true),
        (["--paste"], false),
        (["--paste"], true),
    ] {
        let person = Person::approving(Switches::default()).await;
        person.good(&["add", &person.web.resource(), "--name", "notes"]);
        let (mut first, mut told, link) = begun(&person, &flags);
        let (mut second, _stderr, second_link) = begun(&person, &["--paste"]);
        let mut said = String::new();
        told.read_to_string(&mut said).expect("the rest");
        let words = "Another sign-in to notes started, so this one ended.";
        assert!(said.contains(words), "{flags:?}: {said}");
        assert!(!first.0.wait().expect("it ends").success());
        let lines = person.json(&["events"]).to_string();
        assert!(lines.contains("login_replaced"), "{flags:?}: {lines}");
        let dead = person.run(&["answer", &browse(&link).await]);
        assert!(!dead.status.success(), "its link is dead: {flags:?}");
        let mut stdin = second.0.stdin.take().expect("stdin");
        if succeeds {
            writeln!(stdin, "{}", browse(&second_link).await).expect("pasted");
        }
        drop(stdin);
        let status = second.0.wait().expect("it ends");
        assert_eq!(status.success(), succeeds, "{flags:?}");
        let lines = person.json(&["events"]).to_string();
        assert_eq!(
            lines.matches("login_replaced").count(),
            1,
            "{flags:?}: {lines}"
        );
    }
}
