//! What a script relies on: an exit status that tells the truth, answers that a terminal survives, names that stay.

use crate::setup::Person;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::process::{Output, Stdio};
use testbed::switches::{StepUp, Switches};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Wrong numbers are nobody's numbers: another port than the one that was meant may be another person's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variable_that_cannot_be_meant_is_wrong_usage() {
    let person = Person::with(Switches::default()).await;
    for (name, values, args) in [
        (
            "GATELODGE_PORT",
            ["abc", "70000", "-1"],
            ["serve"].as_slice(),
        ),
        (
            "GATELODGE_PORT",
            ["1.5", " 1", "0x10"],
            &["agent", "add", "a"],
        ),
        ("GATELODGE_TIMEOUT_SECONDS", ["abc", "-1", "0"], &["list"]),
        (
            "GATELODGE_TIMEOUT_SECONDS",
            ["121", "1 s", "1e3"],
            &["doctor", "https://mcp.example.com/mcp"],
        ),
    ] {
        for value in values {
            let output = person
                .command(args)
                .env(name, value)
                .output()
                .expect("it runs");
            assert_eq!(
                output.status.code(),
                Some(2),
                "{name}={value}: {}",
                said(&output)
            );
            assert!(said(&output).contains(name), "{}", said(&output));
        }
    }
    assert_eq!(
        person.json(&["agent", "list"]),
        Value::Array(vec![]),
        "nothing was done meanwhile"
    );
}

/// `/dev/full` takes nothing, as a disk that is full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_cannot_be_written_is_no_success() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let full = || {
        Stdio::from(
            File::options()
                .write(true)
                .open("/dev/full")
                .expect("there"),
        )
    };
    for args in [
        ["token", "notes"].as_slice(),
        &["header", "notes"],
        &["list"],
        &["show", "notes"],
        &["events"],
        &["call", "notes", "tools/list"],
        &["doctor", &person.web.resource()],
        &["agent", "add", "claude"],
        &["--help"],
        &["--version"],
        &["vault", "status"],
    ] {
        for json in [[].as_slice(), &["--json"]] {
            let output = person
                .command(&[args, json].concat())
                .stdout(full())
                .output()
                .expect("it runs");
            assert_eq!(output.status.code(), Some(3), "{args:?}: {}", said(&output));
            let silent = person
                .command(&[args, json].concat())
                .stdout(full())
                .stderr(full())
                .status()
                .expect("it runs");
            assert_eq!(
                silent.code(),
                Some(3),
                "nor does it fall over where nobody can be told: {args:?}"
            );
        }
    }
    assert_eq!(
        person.json(&["agent", "list"]),
        Value::Array(vec![]),
        "a key that nobody could read is no agent"
    );
    // What is only told has no reader, and is missed by nobody.
    let told = person
        .command(&["token", "notes"])
        .stderr(full())
        .output()
        .expect("it runs");
    assert!(told.status.success() && !told.stdout.is_empty());
}

/// Attack L19.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn min_valid_is_kept_or_told() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let first = person.good(&["token", "notes"]);
    let longer = person.run(&["token", "notes", "--min-valid", "86400"]);
    assert_eq!(
        (longer.status.code(), longer.stdout.len()),
        (Some(26), 0),
        "{}",
        said(&longer)
    );
    assert!(
        said(&longer).contains("86400") && said(&longer).contains("token_too_short"),
        "{}",
        said(&longer)
    );
    assert_eq!(
        person.good(&["token", "notes", "--min-valid", "200"]),
        first,
        "long enough as it is"
    );
    assert_eq!(
        person
            .run(&["token", "notes", "--min-valid", "-1"])
            .status
            .code(),
        Some(2)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_there_keeps_its_name() {
    let person = Person::with(Switches::default()).await;
    let url = person.web.resource();
    person.good(&["add", &url, "--name", "notes"]);
    let again = person.good(&["add", &url, "--name", "notes"]);
    assert!(again.contains("notes was already added"), "{again}");
    assert!(
        person
            .good(&["add", &url])
            .contains("notes was already added")
    );
    let renamed = person.run(&["add", &url, "--name", "other name"]);
    assert_eq!(renamed.status.code(), Some(2));
    assert!(
        said(&renamed).contains("gatelodge rename notes 'other name'"),
        "{}",
        said(&renamed)
    );
    assert_eq!(person.json(&["list"])[0]["name"], "notes");
    person.good(&["rename", "notes", "other name"]);
    let events = person.good(&["events"]);
    assert!(
        events.contains("notes is now called other name") && !events.contains("in 0 seconds"),
        "{events}"
    );
}

/// A name that could be meant as an address, an id or an option would one day mean another server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_no_address_no_id_and_no_option() {
    let person = Person::with(Switches::default()).await;
    let url = person.web.resource();
    person.good(&["add", &url, "--name", "notes"]);
    let id = person.json(&["list"])[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for name in ["http://localhost:45910/mcp", "a://b", "--json", "-x", &id] {
        let flag = format!("--name={name}");
        assert_eq!(
            person
                .run(&["add", "https://mcp.example.com/mcp", &flag])
                .status
                .code(),
            Some(2),
            "{name}"
        );
        assert_eq!(
            person.run(&["rename", "notes", "--", name]).status.code(),
            Some(2),
            "{name}"
        );
        assert_eq!(
            person.run(&["agent", "add", "--", name]).status.code(),
            Some(2),
            "{name}"
        );
    }
    let agent = person.json(&["agent", "add", "claude"])["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(
        person.run(&["agent", "add", &agent]).status.code(),
        Some(24),
        "another agent's id"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_meant_is_named() {
    let person = Person::with(Switches::default()).await;
    let url = person.web.resource();
    let bare = url.strip_prefix("http://").expect("on this machine");
    let added = person.run(&["add", bare, "--name", "notes"]);
    assert!(
        added.status.success() && said(&added).contains(&format!("Gatelodge tries {url}.")),
        "{}",
        said(&added)
    );
    person.good(&["agent", "add", "claude"]);
    for (args, status, hint) in [
        (["show", "nots"].as_slice(), 11, "“notes”"),
        (&["agent", "remove", "cluade"], 24, "“claude”"),
        (&["logout", "notes"], 2, "gatelodge revoke SERVER"),
        (&["ls"], 2, "gatelodge list"),
        (&["env"], 2, "gatelodge token SERVER"),
        (&["completion"], 2, "gatelodge --help"),
    ] {
        let output = person.run(args);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{args:?}: {}",
            said(&output)
        );
        assert!(said(&output).contains(hint), "{args:?}: {}", said(&output));
    }
    let unlike = person.run(&["show", "calendar"]);
    assert!(!said(&unlike).contains("Did you mean"), "{}", said(&unlike));
}

/// A 403 after a login is the server's word about this account, and no matter of agents.
/// Rules: E-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e01_a_server_that_refuses_the_account() {
    let person = Person::approving(Switches::default().step_up(StepUp::WithoutChallenge)).await;
    person.good(&["add", &person.web.resource(), "--name", "x"]);
    assert!(
        person
            .log_in("x", |callback| callback)
            .await
            .status
            .success()
    );
    let refused = person.run(&[
        "call",
        "x",
        "tools/call",
        "--params",
        r#"{"name":"add_note","arguments":{"text":"a"}}"#,
    ]);
    assert_eq!(refused.status.code(), Some(26), "{}", said(&refused));
    let said = said(&refused);
    assert!(
        said.contains("error: x re") && said.contains("code: forbidden") && !said.contains("agent"),
        "{said}"
    );
}

/// A link that is printed on request is not said to have been opened, and a login tells what it brought.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_said_that_did_not_happen() {
    let person = Person::approving(Switches::default()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let mut child = person
        .command(&["login", "notes", "--no-browser"])
        .env_remove("GATELODGE_BROWSER")
        .spawn()
        .expect("it runs");
    let mut told = String::new();
    let mut stderr = child.stderr.take().expect("stderr");
    while !told.contains("You can also paste") {
        let mut part = [0; 512];
        let read = stderr.read(&mut part).expect("it goes on");
        assert_ne!(read, 0, "it ended: {told}");
        told.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    child.kill().and_then(|()| child.wait()).expect("ended");
    assert!(
        told.contains("Gatelodge opened no browser")
            && !told.contains("Gatelodge asked your browser to open"),
        "{told}"
    );
}

/// Other users of a machine can read the arguments of every program.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_example_hands_a_key_to_a_program_as_an_argument() {
    let person = Person::with(Switches::default()).await;
    let told = person.good(&["agent", "add", "claude"]);
    let key = told
        .lines()
        .find_map(|line| line.strip_prefix("key: "))
        .expect("the key");
    let example = told
        .lines()
        .find(|line| line.contains("curl"))
        .expect("an example");
    let (shell, program) = example.split_once('|').expect("a pipe");
    assert!(
        shell.trim_start().starts_with("echo ") && shell.contains(key),
        "{example}"
    );
    assert!(
        program.contains("-K -") && !program.contains(key),
        "{example}"
    );
    let readme = include_str!("../../../../README.md");
    for line in readme.lines().filter(|line| line.contains("curl ")) {
        let program = line
            .split_once("curl ")
            .map(|(_, arguments)| arguments)
            .unwrap_or_default();
        assert!(
            !program.contains("KEY") && !program.contains("-u "),
            "{line}"
        );
    }
}

/// Whoever could put a socket of their own there would get the key, and answer with a token of theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agents_key_is_not_written_to_a_socket_that_others_could_have_put_there() {
    let person = Person::with(Switches::default()).await;
    let folder = person.folder.path().join("run");
    std::fs::create_dir(&folder).expect("made");
    let key = person.file("agent-key", "glk_of an agent");
    let listener = UnixListener::bind(folder.join("endpoint.sock")).expect("bound");
    listener.set_nonblocking(true).expect("set");
    for mode in [0o777, 0o770, 0o702] {
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).expect("set");
        let mut command = person.command(&["token", "https://mcp.example.com/mcp"]);
        command
            .env("GATELODGE_RUNTIME_DIR", &folder)
            .env("GATELODGE_AGENT_ID", "a")
            .env("GATELODGE_AGENT_KEY_FILE", &key);
        let output = command.output().expect("it runs");
        assert_eq!(
            output.status.code(),
            Some(17),
            "{mode:o}: {}",
            said(&output)
        );
        assert!(listener.accept().is_err(), "nobody even knocked");
    }
}
