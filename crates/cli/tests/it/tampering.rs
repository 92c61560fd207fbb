//! Someone who can write the vault's file and has no key changes what is readable in it.

use crate::setup::{Person, fetch};
use oauth::secret::Secret;
use testbed::switches::Switches;
use vault::Home;

/// Everything in the one file, and nothing in its journal.
async fn settled(person: &Person) -> std::path::PathBuf {
    let vault = person.vault().await;
    vault.close().await;
    let home = Home::new(person.folder.path().join("home")).expect("a home");
    home.database().to_owned()
}

/// Another text of the same length, wherever it is.
async fn replace(person: &Person, from: &str, to: &str) {
    let path = settled(person).await;
    let mut bytes = std::fs::read(&path).expect("readable");
    let places: Vec<_> = (0..bytes.len())
        .filter(|at| bytes[*at..].starts_with(from.as_bytes()))
        .collect();
    assert!(!places.is_empty(), "{from} is in the file");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    std::fs::write(path, bytes).expect("written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_row_was_changed_is_added_again_and_stays_logged_in() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    person.good(&["rename", "notes", "quartz"]);
    replace(&person, "quartz", "quarts").await;
    assert_eq!(person.json(&["list"]), serde_json::json!([]));
    for name in ["quartz", "quarts"] {
        let refused = person.run(&["token", name]);
        assert!(
            !refused.status.success() && refused.stdout.is_empty(),
            "{name}"
        );
    }
    let resource = person.web.resource();
    let refused = person.run(&["token", &resource]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        refused.status.code() == Some(22) && said.contains(&format!("gatelodge add {resource}")),
        "{said}"
    );
    person.good(&["add", &resource, "--name", "again"]);
    assert!(person.good(&["token", "again"]).len() > 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_whose_row_was_changed_gets_nothing_and_the_log_says_so_once() {
    let person = Person::approving(Switches::default()).await;
    person.added_and_logged_in().await;
    let agent = person.json(&["agent", "add", "claude"]);
    person.good(&["agent", "permit", "claude", "notes"]);
    let (id, key) = (
        agent["id"].as_str().expect("an id"),
        Secret::new(agent["key"].as_str().expect("a key")),
    );
    let mallory = id.replacen("claude", "mallet", 1);
    replace(&person, id, &mallory).await;
    {
        let (_serving, address) = person.serve();
        for id in [id, mallory.as_str()] {
            let refused = fetch(&address, id, key.expose(), &person.web.resource()).await;
            assert_eq!(
                (refused.status, refused.json["error"].as_str()),
                (401, Some("invalid_client")),
                "{id}"
            );
        }
    }
    for _ in 0..2 {
        assert_eq!(person.json(&["agent", "list"]), serde_json::json!([]));
    }
    let log = person.json(&["events"]);
    let told: Vec<_> = log
        .as_array()
        .expect("lines")
        .iter()
        .filter(|event| event["kind"] == "row_not_believed")
        .collect();
    let begins = |start: &str| {
        let messages = told.iter().filter_map(|event| event["message"].as_str());
        messages.filter(|text| text.starts_with(start)).count()
    };
    assert_eq!(
        (
            begins("An agent in the vault"),
            begins("An agent's access in the vault"),
            told.len()
        ),
        (1, 1, 2),
        "once each: {log}"
    );
    assert!(
        person.good(&["token", "notes"]).len() > 10,
        "the person's own access is as it was"
    );
}
