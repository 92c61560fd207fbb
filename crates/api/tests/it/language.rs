//! The language that a person chooses in the window. It is the whole process's, so each case is a process of its own.

use crate::setup::{host_on, until};
use api::Host;
use api::dto::Notice;
use broker::KeySource;
use messages::Language;
use oauth::secret::Secret;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const CASE: &str = "GATELODGE_TEST_LANGUAGE";
const FOLDER: &str = "GATELODGE_TEST_FOLDER";

/// Runs [`child`] in a process of its own, with these variables beside a system that speaks English.
fn case(name: &str, folder: &Path, variables: &[(&str, &str)]) {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["--exact", "language::child", "--nocapture"])
        .env_remove("GATELODGE_LANG")
        .env("LC_ALL", "C")
        .env(CASE, name)
        .env(FOLDER, folder)
        .envs(variables.iter().copied())
        .output()
        .expect("it runs");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success() && text.contains(&format!("DONE {name}")),
        "{name}: {text}"
    );
}

#[test]
fn a_language_that_was_chosen_is_kept_and_spoken_when_the_vault_opens() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    case("chosen", folder.path(), &[]);
    case("opened", folder.path(), &[]);
    case("named", folder.path(), &[("GATELODGE_LANG", "en")]);
    case("given_back", folder.path(), &[]);
}

async fn call(host: &Host, name: &str, args: Value) -> Value {
    host.dispatch(name, args)
        .await
        .unwrap_or_else(|failure| panic!("{name}: {failure:?}"))
}

fn passphrase() -> KeySource {
    KeySource::Passphrase(Secret::new("correct horse"))
}

fn list(chosen: Option<&str>, spoken: &str) -> Value {
    let known: Vec<_> = messages::tags().collect();
    json!({ "known": known, "chosen": chosen, "spoken": spoken, "right_to_left": spoken == "en-XA" })
}

/// One case; without one there is nothing to do.
#[tokio::test]
async fn child() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let folder = PathBuf::from(std::env::var_os(FOLDER).expect("a folder"));
    match case.as_str() {
        "chosen" => chosen(&folder).await,
        "opened" => opened(&folder).await,
        "named" => {
            let host = host_on(&folder, passphrase()).await;
            let found = call(&host, "language_list", Value::Null).await;
            assert_eq!(found, list(Some("en-XA"), "en"), "what this run was told");
        }
        "given_back" => {
            let host = host_on(&folder, passphrase()).await;
            let found = call(&host, "language_set", json!({ "tag": null })).await;
            assert_eq!(found, list(None, "en"));
            assert_eq!(messages::spoken(), Language::english());
        }
        other => panic!("no case {other}"),
    }
    println!("DONE {case}");
}

async fn chosen(folder: &Path) {
    let host = host_on(folder, passphrase()).await;
    assert_eq!(
        call(&host, "language_list", Value::Null).await,
        list(None, "en")
    );
    let english = host.tray_summary().await;
    let unknown = host.dispatch("language_set", json!({ "tag": "tlh" })).await;
    let unknown = unknown.expect_err("nobody translated it");
    assert_eq!(unknown.code.as_str(), "invalid_argument");
    let mut notices = host.notices();
    let found = call(&host, "language_set", json!({ "tag": "en-XA" })).await;
    assert_eq!(found, list(Some("en-XA"), "en-XA"));
    until(&mut notices, |notice| *notice == Notice::Changed).await;
    let other = host.tray_summary().await;
    assert_ne!((&english.open, &english.quit), (&other.open, &other.quit));
    host.stop().await;
}

/// Before the vault is open nobody knows it.
async fn opened(folder: &Path) {
    let host = host_on(folder, KeySource::Auto).await;
    assert_eq!(
        call(&host, "language_list", Value::Null).await,
        list(None, "en")
    );
    let mut notices = host.notices();
    call(
        &host,
        "vault_unlock",
        json!({ "passphrase": "correct horse" }),
    )
    .await;
    while messages::spoken().tag() != "en-XA" {
        until(&mut notices, |notice| *notice == Notice::Changed).await;
    }
    host.stop().await;
    messages::change_language(&Language::english());
    let again = host_on(folder, passphrase()).await;
    assert_eq!(
        call(&again, "language_list", Value::Null).await,
        list(Some("en-XA"), "en-XA"),
        "from its start"
    );
}
