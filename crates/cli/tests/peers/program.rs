//! What a person does at oidc-provider with the real program, beyond the journey.

use crate::browser::{Browser, End};
use crate::peer::{Peer, is_asked_for};
use crate::setup::Person;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use testbed::switches::Switches;

const WRITE: [&str; 5] = [
    "call",
    "peer",
    "tools/call",
    "--params",
    r#"{"name":"write","arguments":{}}"#,
];

/// `client-metadata` prints the document; hosted, it is the client.
/// Rules: R-03, R-06, R-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r03_the_document_that_the_program_prints_is_the_client() {
    if !is_asked_for() {
        return;
    }
    let person = Person::with(Switches::default()).await;
    let url = "https://gatelodge.example/oauth/client.json";
    let document: Value = serde_json::from_str(&person.good(&["client-metadata", "--url", url]))
        .expect("the document");
    person.good(&["client-metadata", "--url", url, "--save"]);
    let peer = Peer::oidc_with(&json!({ "document": document }));
    person.good(&["add", peer.resource(), "--name", "peer"]);
    pasted(&person, &[]).await;
    assert_eq!(person.json(&["client", "list"])[0]["client_id"], url);
    assert!(
        person.json(&["call", "peer", "tools/list"])["tools"]
            .as_array()
            .is_some_and(|tools| tools.len() == 2)
    );
}

/// A tool that wants more, the login that the program spells out, and the tool again.
/// Rules: S-08, S-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s10_more_rights_as_the_program_says() {
    if !is_asked_for() {
        return;
    }
    let person = Person::with(Switches::default()).await;
    person.good(&["add", Peer::oidc().resource(), "--name", "peer"]);
    pasted(&person, &[]).await;
    let refused = person.run(&WRITE);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        refused.status.code() == Some(20) && said.contains("--scope mcp:write"),
        "{said}"
    );
    pasted(&person, &["--scope", "mcp:write"]).await;
    assert!(person.good(&WRITE).contains("written"));
}

/// The code is told before anything is waited for, and typed at the issuer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_for_a_browser_elsewhere() {
    if !is_asked_for() {
        return;
    }
    let person = Person::with(Switches::default()).await;
    person.good(&["add", Peer::oidc().resource(), "--name", "peer"]);
    let mut child = person
        .command(&["--json", "login", "peer", "--device"])
        .spawn()
        .expect("the program runs");
    let (mut output, mut told) = (
        BufReader::new(child.stdout.take().expect("stdout")),
        String::new(),
    );
    let code: Value = loop {
        assert_ne!(
            output.read_line(&mut told).expect("the code"),
            0,
            "it ended: {told}"
        );
        if let Ok(code) = serde_json::from_str(&told) {
            break code;
        }
    };
    let mut browser = Browser::of("ada");
    browser.user_code = code["user_code"].as_str().expect("a code").to_owned();
    let page = code["verification_uri"].as_str().expect("a page");
    let End::Page { status: 200, text } = browser.open(page).await else {
        panic!("the last page")
    };
    assert!(text.contains("Sign-in Success"), "{text}");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(
        person.json(&["show", "peer"])["grants"][0]["kind"],
        "device"
    );
}

/// No person at all: a secret from a file.
/// Rules: R-12, T-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r12_as_a_program_with_its_secret() {
    if !is_asked_for() {
        return;
    }
    let (peer, person) = (Peer::oidc(), Person::with(Switches::default()).await);
    person.good(&["add", peer.resource(), "--name", "peer"]);
    let secret = person.file("secret", peer.text("/machine/client_secret"));
    let secret = secret.to_str().expect("UTF-8");
    person.good(&[
        "client",
        "set",
        "peer",
        "--client-id",
        peer.text("/machine/client_id"),
        "--secret-file",
        secret,
    ]);
    assert_eq!(
        person.json(&["login", "peer", "--client-credentials"])["kind"],
        "client_credentials"
    );
    person.good(&["call", "peer", "tools/list"]);
}

/// The doctor finds nothing to forbid a login at any of them.
/// Rules: D-03, M-01, M-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m04_the_doctor_goes_to_each_of_them() {
    if !is_asked_for() {
        return;
    }
    let person = Person::with(Switches::default()).await;
    for peer in [
        Peer::oidc(),
        Peer::django(),
        Peer::better_auth(),
        Peer::workers(),
    ] {
        let report = person.good(&["doctor", peer.resource()]);
        assert!(
            report.starts_with("Gatelodge found nothing that prevents signing in."),
            "{report}"
        );
    }
}

async fn pasted(person: &Person, flags: &[&str]) {
    let mut child = person
        .command(&[&["login", "peer", "--paste"], flags].concat())
        .stdin(Stdio::piped())
        .spawn()
        .expect("it runs");
    let (mut stdout, mut link) = (
        BufReader::new(child.stdout.take().expect("stdout")),
        String::new(),
    );
    stdout.read_line(&mut link).expect("the link");
    let callback = Browser::of("ada").answer(link.trim()).await;
    writeln!(child.stdin.take().expect("stdin"), "{callback}").expect("pasted");
    // Somebody reads on: an answer that nobody takes is a failure.
    stdout
        .read_to_string(&mut String::new())
        .expect("the answer");
    let output = child.wait_with_output().expect("it ends");
    assert!(
        output.status.success(),
        "{callback}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
