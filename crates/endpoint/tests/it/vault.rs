//! The vault of the host that serves, locked and unlocked by the person at a terminal.

use crate::http::{FORM, send, send_unix};
use crate::setup::{Person, options};
use broker::{Broker, Home, KeySource, KeyStore, NoBrowser, OsKeyring, SystemClock, VaultState};
use model::ClosedVault;
use oauth::secret::Secret;
use std::path::Path;
use std::sync::Arc;

/// A person's vault with a passphrase, as a host has it.
pub(crate) async fn with_a_passphrase(folder: &Path, passphrase: &str) -> Broker {
    let home = Home::new(folder.join("home")).expect("a temporary folder");
    let keyring: Arc<dyn KeyStore> = Arc::new(OsKeyring::new(&home));
    let broker =
        Broker::new(home, keyring, Arc::new(SystemClock), Arc::new(NoBrowser)).expect("a broker");
    broker
        .open_vault(KeySource::Passphrase(Secret::new(passphrase)))
        .await
        .expect("made");
    broker
}

/// The vault is locked and unlocked over the socket; at the port there is no such address, and nothing of the vault is said.
#[tokio::test]
async fn the_person_locks_and_unlocks_over_the_socket_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = with_a_passphrase(folder.path(), "correct horse").await;
    let endpoint = endpoint::start(broker.clone(), options(folder.path())).await;
    let status = endpoint.status();
    let (socket, port) = (
        status.socket.expect("a socket"),
        status.loopback.expect("a port"),
    );
    let at = async |form: &str| {
        send_unix(
            &socket,
            if form.is_empty() { "GET" } else { "POST" },
            "/vault",
            &[FORM],
            form,
        )
        .await
    };
    for form in ["", "do=lock", "do=unlock&passphrase=correct+horse"] {
        let reply = send(
            port,
            if form.is_empty() { "GET" } else { "POST" },
            "/vault",
            &[FORM],
            form,
        )
        .await;
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (404, "not_found"),
            "{form}"
        );
    }
    let state = serde_json::json!({ "open": true, "passphrase": true, "older": false });
    assert_eq!(at("").await.json(), state);
    assert_eq!(at("do=lock").await.json()["open"], false);
    assert!(matches!(
        broker.vault_state(),
        VaultState::Closed(ClosedVault::Locked { .. })
    ));
    for form in [
        "do=unlock",
        "do=unlock&passphrase=wrong+horse",
        "do=lock&passphrase=correct+horse",
        "do=other",
        "passphrase=x",
    ] {
        let reply = at(form).await;
        assert!(
            reply.status >= 400 && !reply.body.contains("horse"),
            "{form}: {}",
            reply.body
        );
        assert!(
            matches!(
                broker.vault_state(),
                VaultState::Closed(ClosedVault::Locked { .. })
            ),
            "{form}"
        );
    }
    // A web page cannot reach a socket; its marks are refused all the same.
    let of_a_page = send_unix(
        &socket,
        "POST",
        "/vault",
        &[FORM, ("origin", "https://a.example")],
        "do=lock",
    )
    .await;
    assert_eq!(of_a_page.status, 403);
    assert_eq!(
        at("do=unlock&passphrase=correct+horse").await.json()["open"],
        true
    );
    assert!(matches!(broker.vault_state(), VaultState::Open { .. }));
    // A vault that is gone is not made anew with what was typed.
    assert_eq!(at("do=lock").await.status, 200);
    let database = broker.home().database().to_owned();
    std::fs::rename(&database, folder.path().join("away")).expect("moved");
    assert!(at("do=unlock&passphrase=another+horse").await.status >= 400);
    assert!(!database.exists());
    endpoint.stop().await;
}

/// What opens by itself is not locked: nothing would ask before it opens again.
#[tokio::test]
async fn a_vault_without_a_passphrase_is_not_locked_over_the_socket() {
    let person = Person::plain().await;
    let reply = send_unix(&person.socket(), "POST", "/vault", &[FORM], "do=lock").await;
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert!(matches!(
        person.broker.vault_state(),
        VaultState::Open { .. }
    ));
}
