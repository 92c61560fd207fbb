//! Key files, passphrase files, and a vault that is gone: each is told as what it is.

use crate::setup::{Person, put};
use std::process::Output;
use testbed::switches::Switches;

/// The exit status, and what was said.
fn said(output: &Output) -> (Option<i32>, String) {
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_file_that_is_none_is_told_of_with_what_one_is() {
    let person = Person::with(Switches::default()).await;
    person.good(&["vault", "create"]);
    let key = person.folder.path().join("key");
    let digits = std::fs::read(&key).expect("made");
    for (bytes, mode, what) in [
        (&[0xFE; 32][..], 0o600, "32 raw bytes"),
        (b"not a key", 0o600, "64 hexadecimal digits"),
        (&digits, 0o644, "chmod 600"),
        (&[b'0'; 64], 0o600, "another vault"),
    ] {
        put(&key, bytes, mode);
        let (status, text) = said(&person.run(&["list"]));
        assert!(status == Some(21) && text.contains(what), "{what}: {text}");
        assert!(
            text.contains("--key-file") && !text.contains("desktop's keyring"),
            "{what}: {text}"
        );
    }
    std::fs::remove_file(&key).expect("removed");
    let (status, text) = said(&person.run(&["list"]));
    assert!(
        status == Some(21)
            && text.contains("There is no key file")
            && text.contains("GATELODGE_KEY_FILE"),
        "{text}"
    );
    assert!(!key.exists(), "none is made beside a vault");
    put(&key, &digits, 0o600);
    person.good(&["list"]);
}

/// A path that was mistyped makes a vault, and says so; one that was used before makes none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_is_made_with_a_word_and_never_over_one_that_is_gone() {
    let person = Person::with(Switches::default()).await;
    let (status, text) = said(&person.run(&["list"]));
    assert!(
        status == Some(0) && text.contains("Created a new vault at"),
        "{text}"
    );
    assert!(
        !said(&person.run(&["list"]))
            .1
            .contains("Created a new vault"),
        "once"
    );
    let vault = person.folder.path().join("home/vault.db");
    std::fs::remove_file(&vault).expect("removed");
    for command in [&["list"][..], &["vault", "status"], &["token", "notes"]] {
        let (status, text) = said(&person.run(command));
        assert!(status == Some(21) && !vault.exists(), "{command:?}: {text}");
    }
    let (_, text) = said(&person.run(&["list"]));
    assert!(
        text.contains("vault create --anew") && text.contains("vault_gone"),
        "{text}"
    );
    person.good(&["vault", "create", "--anew"]);
    person.good(&["list"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passphrase_file_is_held_to_the_rules_of_a_key_file() {
    let person = Person::with(Switches::default()).await;
    let file = person.folder.path().join("passphrase");
    let run = |command: &[&str]| {
        let mut command = person.command(command);
        said(
            &command
                .env("GATELODGE_KEY_FILE", "")
                .env("GATELODGE_PASSPHRASE_FILE", &file)
                .output()
                .expect("it runs"),
        )
    };
    put(&file, b"x\n", 0o600);
    let (status, text) = run(&["vault", "create"]);
    assert!(
        status == Some(2) && text.contains("at least 8 characters"),
        "{text}"
    );
    assert!(!person.folder.path().join("home/vault.db").exists());
    put(&file, b"correct horse\n", 0o600);
    assert_eq!(run(&["vault", "create"]).0, Some(0));
    for (bytes, mode, what) in [
        (&b""[..], 0o600, "is empty"),
        (b"\n\n", 0o600, "is empty"),
        (b"correct horse", 0o644, "chmod 600"),
    ] {
        put(&file, bytes, mode);
        let (status, text) = run(&["list"]);
        assert!(
            status == Some(2) && text.contains(what) && text.contains("invalid_argument"),
            "{what}: {text}"
        );
    }
    put(&file, b"wrong horse", 0o600);
    assert_eq!(run(&["list"]).0, Some(21));
    put(&file, b"correct horse", 0o400);
    assert_eq!(run(&["list"]).0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_agent_shows_each_time_is_its_own_alone_and_a_secret_that_is_taken_over_was_not_changed_by_others()
 {
    let person = Person::with(Switches::default()).await;
    let file = person.folder.path().join("secret");
    let agent = |mode: u32| {
        put(&file, b"glk_a-secret", mode);
        let mut command = person.command(&["token", "https://mcp.example.com/mcp"]);
        said(
            &command
                .env("GATELODGE_AGENT_ID", "a")
                .env("GATELODGE_AGENT_KEY_FILE", &file)
                .output()
                .expect("it runs"),
        )
    };
    let provider = |mode: u32| {
        put(&file, b"glk_a-secret", mode);
        let set = [
            "provider",
            "set",
            "https://idp.example.com",
            "--client-id",
            "ours",
            "--secret-file",
        ];
        said(&person.run(&[&set[..], &[file.to_str().expect("UTF-8")]].concat()))
    };
    for (status, text) in [agent(0o666), agent(0o640), provider(0o666), provider(0o660)] {
        assert!(
            status == Some(2) && text.contains("chmod 600") && !text.contains("glk_"),
            "{text}"
        );
    }
    let told = |(_, text): (Option<i32>, String)| text.contains("Other users can read");
    assert_eq!(
        (told(provider(0o644)), told(provider(0o600))),
        (true, false),
        "taken, and said"
    );
}
