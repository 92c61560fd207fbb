//! The demo provider, played by a script: started once, told of, and gone when its input closes.

use crate::setup::{Desk, broker_on, options};
use api::{Host, HostOptions};
use broker::KeySource;
use serde_json::{Value, json};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;

fn provider(desk: &Desk, script: &str) {
    let path = desk.folder.path().join("gatelodge-demo");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
        .expect("made a program");
}

#[tokio::test]
async fn it_starts_once_and_ends_when_its_input_closes() {
    let desk = Desk::new().await;
    assert_eq!(
        desk.call("status", Value::Null).await["demo"]["available"],
        false
    );
    // Whoever reads the pipe waits until the last of them has ended.
    let pipe = desk.folder.path().join("pipe");
    let offer = r#"{"issuer":"http://127.0.0.1:1","resource":"http://127.0.0.1:2/mcp","users":["ada / lovelace"]}"#;
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    provider(
        &desk,
        &format!(
            "exec 3>'{}'\necho \"started $*\" >&3\necho '{offer}'\ncat >/dev/null",
            pipe.display()
        ),
    );
    let path = pipe.clone();
    let said = tokio::task::spawn_blocking(move || {
        let mut said = String::new();
        std::fs::File::open(path)
            .and_then(|mut pipe| pipe.read_to_string(&mut said))
            .expect("read");
        said
    });
    let (one, two) = tokio::join!(
        desk.try_call("demo_start", Value::Null),
        desk.try_call("demo_start", Value::Null)
    );
    assert_eq!(one, two);
    let demo = &one.expect("started")["demo"];
    let expected = json!({ "available": true, "running": true, "resource": "http://127.0.0.1:2/mcp", "users": ["ada / lovelace"] });
    assert_eq!(*demo, expected);
    let stopped = desk.call("demo_stop", Value::Null).await;
    assert_eq!(
        stopped["demo"],
        json!({ "available": true, "running": false, "resource": null, "users": [] })
    );
    let said = tokio::time::timeout(std::time::Duration::from_mins(1), said)
        .await
        .expect("it ended")
        .expect("read");
    assert_eq!(said, "started \n", "one process");
}

/// What a provider says that is at this address.
fn offer(resource: &str) -> String {
    format!(r#"echo '{{"issuer":"http://127.0.0.1:1","resource":"{resource}","users":[]}}'"#)
}

fn key(desk: &Desk) -> KeySource {
    KeySource::KeyFile(desk.folder.path().join("key"))
}

#[tokio::test]
async fn one_that_was_added_is_started_with_the_program_and_goes_with_its_server() {
    let desk = Desk::new().await;
    let (id, address) = (desk.add().await, desk.web.resource());
    provider(&desk, &format!("{}\ncat >/dev/null", offer(&address)));
    let options = HostOptions {
        demo: Some(address),
        ..options(desk.folder.path(), key(&desk))
    };
    let next = Host::start(broker_on(desk.folder.path()), options)
        .await
        .expect("a host");
    let mut notices = next.notices();
    let status = async || {
        next.dispatch("status", Value::Null)
            .await
            .expect("a status")
    };
    let running = async {
        while status().await["demo"]["running"] != true {
            notices.recv().await.expect("the host lives");
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), running)
        .await
        .expect("it is started");
    let listed = next
        .dispatch("resources_list", json!({}))
        .await
        .expect("a list");
    assert_eq!(listed["servers"][0]["is_demo"], true);
    next.dispatch("resource_remove", json!({ "id": id }))
        .await
        .expect("removed");
    assert_eq!(status().await["demo"]["running"], false);
}

#[tokio::test]
async fn nothing_is_started_for_a_server_that_is_no_demo_or_whose_place_is_taken() {
    let desk = Desk::new().await;
    desk.add().await;
    let pipe = desk.folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    // Whoever reads the pipe waits until it has ended.
    provider(
        &desk,
        &format!(
            "exec 3>'{}'\n{}\ncat >/dev/null",
            pipe.display(),
            offer("http://127.0.0.1:9/elsewhere")
        ),
    );
    let ended = tokio::task::spawn_blocking(move || std::fs::read(pipe).expect("read"));
    let at = |demo: Option<String>| HostOptions {
        demo,
        ..options(desk.folder.path(), key(&desk))
    };
    let plain = Host::start(broker_on(desk.folder.path()), at(None))
        .await
        .expect("a host");
    assert_eq!(
        plain
            .dispatch("status", Value::Null)
            .await
            .expect("a status")["demo"]["running"],
        false
    );
    let next = Host::start(broker_on(desk.folder.path()), at(Some(desk.web.resource())))
        .await
        .expect("a host");
    tokio::time::timeout(std::time::Duration::from_mins(1), ended)
        .await
        .expect("it is ended again")
        .expect("read");
    assert_eq!(
        next.dispatch("status", Value::Null)
            .await
            .expect("a status")["demo"]["running"],
        false
    );
}

/// Packages may leave it out.
#[tokio::test]
async fn one_that_is_not_installed_is_told_as_that() {
    let desk = Desk::new().await;
    assert_eq!(desk.refusal("demo_start", Value::Null).await, "not_found");
}

#[tokio::test]
async fn one_that_does_not_start_says_so() {
    let desk = Desk::new().await;
    for script in ["exit 1", "echo hello", "head -c 1000000 /dev/zero"] {
        provider(&desk, script);
        assert_eq!(
            desk.refusal("demo_start", Value::Null).await,
            "internal",
            "{script}"
        );
        assert_eq!(
            desk.call("status", Value::Null).await["demo"]["running"],
            false
        );
    }
}
