//! What the window sees of the vault: made, locked, opened again, and everything that keeps it closed.

use crate::setup::{broker_on, host_on, options};
use api::{Host, TrayState};
use broker::KeySource;
use oauth::secret::Secret;
use serde_json::{Value, json};

async fn status(host: &Host) -> Value {
    host.dispatch("status", Value::Null)
        .await
        .expect("always answers")
}

#[tokio::test]
async fn a_passphrase_makes_a_vault_locks_it_and_opens_it_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // No vault and nothing to open it with: a key file that cannot be made.
    let nowhere = KeySource::KeyFile(folder.path().join("no/such/folder/key"));
    let host = host_on(folder.path(), nowhere).await;
    let before = status(&host).await;
    assert_ne!(before["vault"]["state"], "open");
    assert!(
        before["vault"]["message"].is_string() && before["vault"]["hint"].is_string(),
        "{before}"
    );
    assert_eq!(host.tray_summary().await.state, TrayState::Closed);
    assert!(host.dispatch("resources_list", json!({})).await.is_err());

    let create = |passphrase: &str| json!({ "protection": "passphrase", "passphrase": passphrase, "key_file": null });
    let short = host
        .dispatch("vault_create", create("hunter2"))
        .await
        .expect_err("too short");
    assert_eq!(short.code.as_str(), "invalid_argument");
    assert!(!short.message.contains("hunter2"));
    let made = host
        .dispatch("vault_create", create("correct horse battery"))
        .await
        .expect("made");
    assert_eq!(
        (&made["vault"]["state"], &made["vault"]["protection"]),
        (&json!("open"), &json!("passphrase"))
    );
    assert_eq!(made["vault"]["message"], Value::Null);
    let glance = host.tray_summary().await;
    assert_eq!(
        (glance.state, glance.lock.as_deref()),
        (TrayState::Open, Some("Lock vault"))
    );

    let locked = host
        .dispatch("vault_lock", Value::Null)
        .await
        .expect("locked");
    assert_eq!(locked["vault"]["state"], "locked");
    let refused = host
        .dispatch("resources_list", json!({}))
        .await
        .expect_err("locked");
    assert_eq!(refused.code.as_str(), "vault_locked");
    let wrong = host
        .dispatch("vault_unlock", json!({ "passphrase": "wrong horse" }))
        .await
        .expect_err("wrong");
    assert_eq!(wrong.code.as_str(), "wrong_passphrase");
    assert_eq!(status(&host).await["vault"]["state"], "locked");
    let open = host
        .dispatch(
            "vault_unlock",
            json!({ "passphrase": "correct horse battery" }),
        )
        .await
        .expect("open");
    assert_eq!(open["vault"]["state"], "open");
    host.stop().await;
}

#[tokio::test]
async fn a_wrong_passphrase_from_the_environment_leaves_it_locked_and_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = host_on(
        folder.path(),
        KeySource::Passphrase(Secret::new("correct horse")),
    )
    .await;
    assert_eq!(status(&first).await["vault"]["state"], "open");
    first.stop().await;
    let second = host_on(
        folder.path(),
        KeySource::Passphrase(Secret::new("wrong horse")),
    )
    .await;
    let found = status(&second).await;
    assert_eq!(
        (&found["vault"]["state"], &found["vault"]["protection"]),
        (&json!("locked"), &json!("passphrase"))
    );
    assert!(
        found["vault"]["message"]
            .as_str()
            .is_some_and(|message| message.contains("passphrase")),
        "{found}"
    );
}

#[tokio::test]
async fn a_key_file_is_named_with_its_whole_path() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let host = host_on(
        folder.path(),
        KeySource::KeyFile(folder.path().join("no/such/folder/key")),
    )
    .await;
    let create =
        |path: &str| json!({ "protection": "key_file", "passphrase": null, "key_file": path });
    for path in ["", "key", "~/key"] {
        assert_eq!(
            host.dispatch("vault_create", create(path))
                .await
                .expect_err(path)
                .code
                .as_str(),
            "invalid_argument"
        );
    }
    let path = folder.path().join("key");
    let made = host
        .dispatch("vault_create", create(&path.display().to_string()))
        .await
        .expect("made");
    assert_eq!(made["vault"]["protection"], "key_file");
    assert!(path.is_file());
}

#[tokio::test]
async fn the_status_says_who_serves_the_endpoint() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = KeySource::KeyFile(folder.path().join("key"));
    let first = host_on(folder.path(), key.clone()).await;
    let serving = status(&first).await;
    assert_eq!(serving["endpoint"]["listening"], true);
    let second = Host::start(broker_on(folder.path()), options(folder.path(), key))
        .await
        .expect("a second host");
    let without = status(&second).await;
    assert_eq!(without["endpoint"]["listening"], false);
    assert_eq!(
        without["endpoint"]["address"],
        serving["endpoint"]["address"]
    );
    assert_eq!(
        second.broker().redirects().loopback,
        first.broker().redirects().loopback,
        "its answers reach the same vault"
    );
    let mut notices = second.notices();
    first.stop().await;
    let took_over = async {
        while status(&second).await["endpoint"]["listening"] != true {
            notices.recv().await.expect("the host lives");
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), took_over)
        .await
        .expect("it takes over");
}
