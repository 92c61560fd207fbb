//! How a login ended is told the same, whichever way its answer came.

use crate::setup::{Person, Running, browse, http};
use std::io::{BufRead, BufReader, Read};
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
