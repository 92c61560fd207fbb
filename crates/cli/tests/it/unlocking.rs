//! A host that waits for its passphrase, and is told it later.

use crate::setup::{Person, Running, fetch, said_where};
use std::io::{Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output};
use testbed::switches::Switches;

/// A command of someone whose vault has a passphrase, which is in this file if there is one.
fn command(person: &Person, args: &[&str], passphrase: Option<&Path>) -> Command {
    let mut command = person.command(args);
    command
        .env("GATELODGE_KEY_FILE", "")
        .env_remove("GATELODGE_PASSPHRASE_FILE");
    if let Some(file) = passphrase {
        command.env("GATELODGE_PASSPHRASE_FILE", file);
    }
    command
}

fn status(output: &Output) -> (Option<i32>, String) {
    (
        output.status.code(),
        String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat())
            .into_owned(),
    )
}

/// 1. A host starts without the passphrase: agents are told that the vault is locked. 2. Someone unlocks it from another
///    terminal, and locks it again. 3. Without a host there is nothing to lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_is_unlocked_and_locked_from_a_terminal() {
    let person = Person::with(Switches::default()).await;
    let (right, wrong) = (
        person.file("right", "correct horse\n"),
        person.file("wrong", "wrong horse\n"),
    );
    let run = |args: &[&str], passphrase| {
        status(
            &command(&person, args, passphrase)
                .output()
                .expect("it runs"),
        )
    };
    assert_eq!(run(&["vault", "create"], Some(&right)).0, Some(0));
    let (code, told) = run(&["agent", "add", "claude", "--json"], Some(&right));
    assert_eq!(code, Some(0), "{told}");
    let agent: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let (id, key) = (
        agent["id"].as_str().expect("an id"),
        agent["key"].as_str().expect("a key"),
    );
    assert_eq!(
        run(&["serve"], None).0,
        Some(21),
        "nobody asked for a host that is locked"
    );

    let mut serving = Running(
        command(&person, &["serve", "--locked", "--json"], None)
            .spawn()
            .expect("it runs"),
    );
    let address = said_where(&mut serving.0);
    let asked = async || {
        fetch(&address, id, key, &person.web.resource()).await.json["error"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(asked().await, "vault_locked");
    assert_eq!(
        run(&["vault", "unlock"], None).0,
        Some(21),
        "there is no terminal to ask on"
    );
    assert_eq!(run(&["vault", "unlock"], Some(&wrong)).0, Some(21));
    assert_eq!(asked().await, "vault_locked");
    let (code, told) = run(&["vault", "unlock"], Some(&right));
    assert!(code == Some(0) && !told.contains("horse"), "{told}");
    assert_eq!(
        asked().await,
        "access_denied",
        "the vault is read: it has no permit"
    );
    assert!(run(&["vault", "unlock"], None).1.contains("already open"));
    assert_eq!(run(&["vault", "lock"], None).0, Some(0));
    assert_eq!(asked().await, "vault_locked");

    let mut stderr = serving.0.stderr.take().expect("stderr");
    drop(serving);
    let mut words = String::new();
    stderr.read_to_string(&mut words).expect("text");
    assert_eq!(words, "", "a program was told nothing in words");
    let (code, told) = run(&["vault", "lock"], None);
    assert_eq!(code, Some(13), "{told}");
}

/// Whoever unlocks a vault whose older file was put back is told that agents get nothing from it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_vault_that_is_unlocked_is_told_as_that() {
    let person = Person::with(Switches::default()).await;
    let right = person.file("right", "correct horse\n");
    let folder = person.folder.path().join("run");
    let mut private = std::fs::DirBuilder::new();
    private.mode(0o700).create(&folder).expect("made");
    let listener = UnixListener::bind(folder.join("endpoint.sock")).expect("bound");
    let states = [
        r#"{"open":false,"passphrase":true,"older":false}"#,
        r#"{"open":true,"passphrase":true,"older":true}"#,
    ];
    let host = std::thread::spawn(move || {
        for state in states {
            let (mut stream, _) = listener.accept().expect("it asks");
            // Its request is short, and comes at once.
            let _ = stream.read(&mut [0; 4096]).expect("a request");
            write!(stream, "HTTP/1.1 200 OK\r\n\r\n{state}").expect("answered");
        }
    });
    let mut command = command(&person, &["vault", "unlock"], Some(&right));
    let output = command.env("GATELODGE_RUNTIME_DIR", &folder).output();
    let (code, told) = status(&output.expect("it runs"));
    host.join().expect("asked twice");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("gatelodge vault confirm"), "{told}");
}
