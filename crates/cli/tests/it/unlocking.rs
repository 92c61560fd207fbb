//! A host that waits for its passphrase, and is told it later.

use crate::setup::{Person, Running, fetch, said_where};
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

fn file(person: &Person, name: &str, passphrase: &str) -> std::path::PathBuf {
    let path = person.folder.path().join(name);
    std::fs::write(&path, passphrase).expect("written");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("ours");
    path
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
        file(&person, "right", "correct horse\n"),
        file(&person, "wrong", "wrong horse\n"),
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
    assert!(run(&["vault", "unlock"], None).1.contains("open already"));
    assert_eq!(run(&["vault", "lock"], None).0, Some(0));
    assert_eq!(asked().await, "vault_locked");

    drop(serving);
    let (code, told) = run(&["vault", "lock"], None);
    assert_eq!(code, Some(13), "{told}");
}
