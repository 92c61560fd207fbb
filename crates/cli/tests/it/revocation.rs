//! Taking back by the command line: what is said, and the exit status that a script sees.

use crate::setup::Person;
use serde_json::json;
use testbed::switches::{RevocationAnswers, Switches};

fn text(output: &std::process::Output) -> (Option<i32>, String, String) {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        shown(&output.stdout),
        shown(&output.stderr),
    )
}

/// 1. The issuer does not take it back. 2. Headline, state, log and exit status say so, each time. 3. It does, and all of them
/// say that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoked_is_said_when_it_was_proven_and_exit_25_until_then() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person =
        Person::approving(switches.answering_revocation(RevocationAnswers::Status(401))).await;
    person.added_and_logged_in().await;
    for words in [
        ["revoke", "notes", "--yes"],
        ["revoke", "notes", "--yes"],
        ["revoke", "notes", "--retry"],
    ] {
        let (status, stdout, stderr) = text(&person.run(&words));
        assert_eq!(status, Some(25), "{words:?}: {stdout} {stderr}");
        assert!(
            stdout.contains("stopped using the access") && stdout.contains("didn't revoke it"),
            "{stdout}"
        );
        assert!(
            !stdout.contains("is revoked") && stdout.contains("revoke notes --let-go"),
            "{stdout}"
        );
        assert!(stderr.contains("revocation_unproven"), "{stderr}");
    }
    assert!(person.good(&["list"]).contains("removed here"));
    assert!(
        person
            .good(&["show", "notes"])
            .contains("revoke notes --retry")
    );
    assert!(!person.good(&["events"]).contains("is revoked"));
    assert_eq!(
        text(&person.run(&["token", "notes"])).0,
        Some(20),
        "what is kept gives no access"
    );

    person
        .web
        .switches()
        .set(|switches| switches.revocation_answers = RevocationAnswers::Proper);
    assert!(
        person
            .good(&["revoke", "notes", "--retry"])
            .contains("is revoked")
    );
    assert!(person.good(&["list"]).contains("revoked"));
    let receipts = person.json(&["receipts", "notes"]);
    assert_eq!(
        (receipts.as_array().map(Vec::len), &receipts[0]["ending"]),
        (Some(1), &json!("revoked")),
        "{receipts}"
    );
    assert_eq!(
        text(&person.run(&["revoke", "notes", "--retry"])).0,
        Some(11),
        "nothing is open any more"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_not_taken_back_is_removed_only_when_it_is_let_go() {
    let switches = Switches {
        client_management: false,
        ..Switches::default()
    };
    let person = Person::approving(switches.answering_revocation(RevocationAnswers::Missing)).await;
    person.added_and_logged_in().await;
    let (status, stdout, stderr) = text(&person.run(&["remove", "notes", "--yes"]));
    assert_eq!(status, Some(25), "{stdout} {stderr}");
    assert!(
        stdout.contains("didn't revoke it") && stderr.contains("remove notes --let-go"),
        "{stdout} {stderr}"
    );
    assert!(
        person.good(&["list"]).contains("notes"),
        "not forgotten without a word"
    );
    let gone = person.good(&["remove", "notes", "--let-go", "--yes"]);
    assert!(
        gone.contains("stopped trying to revoke") && gone.contains("notes was removed"),
        "{gone}"
    );
    assert!(
        person
            .good(&["receipts", "notes"])
            .contains("stopped trying to revoke"),
        "the receipt outlives the server"
    );
}

/// A server that nobody was logged in to: no deed is claimed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_never_granted_is_not_called_revoked() {
    let person = Person::approving(Switches::default()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let removed = person.good(&["remove", "notes", "--yes"]);
    assert_eq!(removed.trim(), "notes was removed.");
}

/// After a new login the command that gives an agent back what it had is printed, and nothing is given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_login_offers_what_agents_had() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    person.good(&["agent", "add", "Claude Code"]);
    person.good(&["agent", "permit", "Claude Code", "notes"]);
    person.good(&["revoke", "notes", "--yes"]);
    assert!(person.good(&["agent", "list"]).contains("sign-in revoked"));
    let (_, _, told) = text(&person.log_in("notes", |callback| callback).await);
    let command = "gatelodge agent permit 'Claude Code' notes --account 'unnamed account'";
    assert!(told.contains(command), "{told}");
    assert!(person.good(&["show", "notes"]).contains(command));
    person.good(&[
        "agent",
        "permit",
        "Claude Code",
        "notes",
        "--account",
        "unnamed account",
    ]);
    assert!(!person.good(&["agent", "list"]).contains("sign-in revoked"));
    assert!(
        !person.good(&["show", "notes"]).contains(command),
        "asked once"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_is_written_before_the_old_one_ends() {
    let person = Person::approving(Switches::default()).await;
    let id = person.json(&["agent", "add", "claude"])["id"].clone();
    let file = person.folder.path().join("agent-key");
    let path = file.display().to_string();
    let told = person.good(&["agent", "new-key", "claude", "--write-key", &path]);
    assert!(
        told.contains(id.as_str().expect("an id")) && !told.contains("glk_"),
        "{told}"
    );
    let key = std::fs::read_to_string(&file).expect("written");
    assert!(key.starts_with("glk_"));
    let (status, ..) = text(&person.run(&["agent", "new-key", "claude", "--write-key", &path]));
    assert_eq!(status, Some(2), "a file that is there is not written over");
    assert_eq!(std::fs::read_to_string(&file).expect("there"), key);
    person.good(&["agent", "rename", "claude", "cursor"]);
    assert!(person.good(&["agent", "list"]).contains("cursor"));
}
