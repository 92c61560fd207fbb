//! The whole journey by the command line, and what stdout is for.

use crate::setup::{Person, call_mcp, fetch, same_environment};
use testbed::switches::Switches;

/// Rules: G-02
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_url_to_an_agents_token_and_back() {
    let person = Person::approving(Switches::default()).await;
    let resource = person.web.resource();
    let added = person.json(&["add", &resource, "--name", "notes"]);
    assert_eq!(
        (added["state"].as_str(), added["uri"].as_str()),
        (Some("login_needed"), Some(resource.as_str()))
    );
    let login = person.log_in("notes", |callback| callback).await;
    assert!(
        login.status.success(),
        "{}",
        String::from_utf8_lossy(&login.stderr)
    );

    let shown = person.json(&["show", "notes"]);
    assert!(
        shown["grants"][0]["scopes_granted"]
            .as_array()
            .is_some_and(|scopes| scopes.iter().any(|scope| scope == "notes:read")),
        "{shown}"
    );

    let token = person.good(&["token", "notes"]);
    assert_eq!(token.lines().count(), 1, "the token alone, and a newline");
    assert_eq!(call_mcp(&resource, token.trim()).await, 200);
    assert_eq!(
        person.good(&["header", "notes"]),
        format!("Authorization: Bearer {token}")
    );

    let agent = person.json(&["agent", "add", "claude"]);
    let (id, key) = (
        agent["id"].as_str().expect("an id"),
        agent["key"].as_str().expect("a key"),
    );
    let (_serving, address) = person.serve();
    assert_eq!(
        fetch(&address, id, key, &resource).await.json["error"],
        "access_denied",
        "no permit yet"
    );
    person.good(&["agent", "permit", "claude", "notes", "--until", "1h"]);
    let reply = fetch(&address, id, key, &resource).await;
    let token = reply.json["access_token"].as_str().expect("a token");
    assert_eq!(call_mcp(&resource, token).await, 200);

    person.good(&["refresh", "notes"]);
    let receipt = person.json(&["revoke", "notes", "--yes"]);
    assert_eq!(receipt["proven"], true, "{receipt}");
    assert_eq!(call_mcp(&resource, token).await, 401);
    let refused = fetch(&address, id, key, &resource).await;
    assert_eq!(refused.json["error"], "login_required", "{}", refused.json);
    assert!(
        refused.json["hint"]
            .as_str()
            .is_some_and(|hint| !hint.is_empty())
    );

    let failed = person.run(&["token", "notes"]);
    assert_eq!(
        (failed.status.code(), failed.stdout.is_empty()),
        (Some(20), true),
        "nothing on stdout where there is no token"
    );
    person.good(&["remove", "notes", "--yes"]);
    assert_eq!(person.json(&["list"]), serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_asks_by_the_socket_without_opening_the_vault() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let key_file = person.folder.path().join("agent-key");
    let agent = person.json(&[
        "agent",
        "add",
        "claude",
        "--write-key",
        &key_file.display().to_string(),
    ]);
    assert_eq!(
        agent["key"],
        serde_json::Value::Null,
        "the key is in the file and not on the screen"
    );
    person.good(&["agent", "permit", "claude", "notes"]);
    let (_serving, _) = person.serve();
    let mut command = person.command(&["token", &person.web.resource()]);
    command
        .env("GATELODGE_AGENT_ID", agent["id"].as_str().expect("an id"))
        .env("GATELODGE_AGENT_KEY_FILE", &key_file);
    command.env(
        "GATELODGE_KEY_FILE",
        person.folder.path().join("no-such-key"),
    );
    let output = command.output().expect("it runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let token = String::from_utf8(output.stdout).expect("text");
    assert_eq!(call_mcp(&person.web.resource(), token.trim()).await, 200);

    let mut command = person.command(&["header", &person.web.resource()]);
    command
        .env("GATELODGE_AGENT_ID", agent["id"].as_str().expect("an id"))
        .env("GATELODGE_AGENT_KEY_FILE", &key_file);
    let output = command.output().expect("it runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("Authorization: Bearer {token}")
    );
    let log = person.json(&["events", "--agent", "claude"]);
    let issued = log
        .as_array()
        .into_iter()
        .flatten()
        .filter(|event| event["kind"] == "token_issued");
    assert_eq!(
        issued
            .filter_map(|event| event["count"].as_u64())
            .sum::<u64>(),
        2,
        "both were answered to the agent, not to the person: {log}"
    );
}

/// What `agent add` prints can be pasted into a shell, whatever the key file's name is.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_printed_example_fetches_a_token_over_the_socket() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let key_file = person.folder.path().join("claude's key");
    let told = person.good(&[
        "agent",
        "add",
        "claude",
        "--write-key",
        &key_file.display().to_string(),
    ]);
    person.good(&["agent", "permit", "claude", "notes"]);
    let (_serving, _) = person.serve();
    let example = told.lines().last().expect("an example").trim();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_gatelodge"))
        .parent()
        .expect("a folder")
        .display()
        .to_string();
    let plain = person.command(&[]);
    let mut shell = std::process::Command::new("sh");
    shell.args([
        "-c",
        &example.replace("MCP_SERVER_URL", &person.web.resource()),
    ]);
    same_environment(&mut shell, &plain);
    let path = std::env::var("PATH").unwrap_or_default();
    let output = shell
        .env("PATH", format!("{program}:{path}"))
        .output()
        .expect("sh");
    assert!(
        output.status.success(),
        "{example}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let token = String::from_utf8(output.stdout).expect("text");
    assert_eq!(call_mcp(&person.web.resource(), token.trim()).await, 200);
    // Where the key is shown, the way over the socket is named, too.
    let told = person.good(&["agent", "new-key", "claude"]);
    assert!(
        told.contains("agent new-key claude --write-key")
            && told.contains("gatelodge token MCP_SERVER_URL"),
        "{told}"
    );
}

/// With half of an agent's name the person's own access is not given instead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_an_agent_is_not_the_person() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    for (name, missing) in [
        ("GATELODGE_AGENT_ID", "GATELODGE_AGENT_KEY_FILE"),
        ("GATELODGE_AGENT_KEY_FILE", "GATELODGE_AGENT_ID"),
    ] {
        for command in ["token", "header"] {
            let output = person
                .command(&[command, "notes"])
                .env(name, "claude")
                .output()
                .expect("it runs");
            assert_eq!(
                (output.status.code(), output.stdout.len()),
                (Some(2), 0),
                "{command} with {name} alone"
            );
            assert!(
                String::from_utf8_lossy(&output.stderr).contains(&format!("{missing} isn't set"))
            );
        }
    }
}

/// More happens between two looks than is shown at once: all of it is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn following_the_log_leaves_nothing_out() {
    let person = Person::with(Switches::default()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    let mut child = person
        .command(&["events", "--follow", "--limit", "1", "--json"])
        .spawn()
        .expect("it runs");
    let output = std::io::BufReader::new(child.stdout.take().expect("stdout"));
    let _running = crate::setup::Running(child);
    let (said, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        std::io::BufRead::lines(output)
            .map_while(Result::ok)
            .try_for_each(|line| said.send(line))
    });
    let next = || {
        let line = lines
            .recv_timeout(std::time::Duration::from_secs(20))
            .expect("another event");
        serde_json::from_str::<serde_json::Value>(&line)
            .unwrap_or_else(|_| panic!("JSON in one line, not {line}"))
    };
    assert_eq!(next()["kind"], "resource_added");
    let names = ["one", "two", "three", "four", "five"];
    for child in names.map(|name| {
        person
            .command(&["agent", "add", name])
            .spawn()
            .expect("it runs")
    }) {
        assert!(child.wait_with_output().expect("it ends").status.success());
    }
    let mut told = names.map(|_| {
        next()["agent_name"]
            .as_str()
            .map(str::to_owned)
            .expect("a name")
    });
    let mut added = names.map(str::to_owned);
    told.sort();
    added.sort();
    assert_eq!(told, added);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_undone_is_asked_for() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let output = person.run(&["revoke", "notes"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--yes"));
    person.good(&["token", "notes"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_keeps_nothing() {
    let person = Person::approving(Switches::default()).await;
    let report = person.json(&["doctor", &person.web.resource()]);
    assert_eq!(report["outcome"], "works");
    assert!(
        report["steps"]
            .as_array()
            .is_some_and(|steps| steps.len() >= 3)
    );
    assert!(!person.folder.path().join("home/vault.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_walks_the_whole_way() {
    let person = Person::with(Switches::default()).await;
    let text = person.good(&["demo"]);
    assert!(
        text.contains("MCP server: 401") && text.contains("login_required"),
        "{text}"
    );
}

/// Packages may leave the demo's program out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_that_is_not_installed_is_told_as_that() {
    let person = Person::with(Switches::default()).await;
    for args in [&["demo"][..], &["demo", "--provider"]] {
        let mut command = person.command(args);
        let output = command
            .env("GATELODGE_DEMO", person.folder.path().join("nothing"))
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(11), "{said}");
        assert!(
            said.contains("The demo isn't installed here.") && said.contains("gatelodge-demo"),
            "{said}"
        );
    }
}
