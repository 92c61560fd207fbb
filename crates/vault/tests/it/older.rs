//! A file that is older than the keyring knows it, and one from before there were seals.

use crate::setup::{Memory, NOW, Place, agent, event, fill, grant, opened, resource, uri};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use model::{ClosedVault, Permit};
use std::path::PathBuf;
use vault::{KeySource, KeyStoreError, OpenResult, Vault};

fn permit(agent_id: &str) -> Permit {
    Permit {
        agent_id: agent_id.into(),
        grant_id: grant("g1").id,
        scopes: None,
        until: None,
        given_at: NOW,
    }
}

async fn permitted(place: &Place) -> Vault {
    let vault = place.vault().await;
    fill(&vault).await;
    for id in ["a1", "a2"] {
        vault.add_agent(&agent(id)).await.expect("added");
        vault.give_permit(&permit(id)).await.expect("given");
    }
    vault
}

async fn agents(vault: &Vault) -> usize {
    vault.agents().await.expect("read").len()
}

fn copy_of(place: &Place) -> PathBuf {
    let copy = place.folder.path().join("copy");
    std::fs::copy(place.database(), &copy).expect("copied");
    copy
}

/// 1. The file is copied. 2. An agent is removed. 3. The copy comes back. 4. Nobody gets anything until the person says so.
#[tokio::test]
async fn v03_an_older_file_is_noticed_and_its_permits_are_off() {
    type Less = (
        &'static str,
        for<'a> fn(&'a Vault) -> std::pin::Pin<Box<dyn Future<Output = ()> + 'a>>,
    );
    let ways: [Less; 6] = [
        ("an agent removed", |vault| {
            Box::pin(async { assert!(vault.remove_agent("a1").await.expect("removed")) })
        }),
        ("a permit taken back", |vault| {
            Box::pin(async {
                assert!(
                    vault
                        .remove_permit("a1", &grant("g1").id)
                        .await
                        .expect("removed")
                );
            })
        }),
        ("a login revoked", |vault| {
            Box::pin(async {
                vault
                    .save_grant(&grant("g1").revoked(NOW), &[])
                    .await
                    .expect("saved");
            })
        }),
        ("a lock", |vault| {
            Box::pin(async {
                let mut record = vault.resource("s1").await.expect("read").expect("there");
                record.locked_to = None;
                vault.save_resource(&record).await.expect("saved");
            })
        }),
        ("a server removed", |vault| {
            Box::pin(async { assert!(vault.remove_resource("s1").await.expect("removed")) })
        }),
        ("a client id forgotten", |vault| {
            Box::pin(async { vault.forget_registration("r2").await.expect("forgotten") })
        }),
    ];
    for (what, take_away) in ways {
        let place = Place::new();
        permitted(&place).await.close().await;
        let copy = copy_of(&place);
        let vault = place.vault().await;
        take_away(&vault).await;
        vault.close().await;
        assert!(
            !place.vault().await.is_older(),
            "the newest is not older: {what}"
        );

        std::fs::copy(&copy, place.database()).expect("brought back");
        let vault = place.vault().await;
        assert!(vault.is_older(), "{what}");
        assert_eq!(
            (
                agents(&vault).await,
                vault.permits().await.expect("read").len()
            ),
            (0, 0),
            "{what}"
        );
        assert_eq!(vault.agent("a2").await.expect("read"), None, "{what}");
        assert_eq!(vault.new_row_faults(), [], "its rows are ours: {what}");
        assert_eq!(
            vault.resources().await.expect("read").len(),
            1,
            "the servers are shown: {what}"
        );
        // What is taken away meanwhile does not make it the newest.
        for name in ["s", "t", "u"] {
            vault.set_setting(name, "x").await.expect("written");
        }
        vault.close().await;
        let vault = place.vault().await;
        assert!(vault.is_older(), "also the next time: {what}");

        assert!(vault.confirm().await.expect("confirmed"), "{what}");
        assert_eq!(
            (agents(&vault).await, vault.is_older()),
            (2, false),
            "{what}"
        );
        assert!(!vault.confirm().await.expect("nothing to confirm"));
        vault.close().await;
        assert!(!place.vault().await.is_older(), "{what}");
        std::fs::copy(&copy, place.database()).expect("brought back again");
        assert!(
            place.vault().await.is_older(),
            "the copy is as old as it was: {what}"
        );
    }
}

/// 1. The file is written. 2. The program ends before the keyring knows. 3. That is no older file, and the keyring is told.
#[tokio::test]
async fn a_crash_between_file_and_keyring_looks_like_no_older_file() {
    let place = Place::new();
    let vault = permitted(&place).await;
    let before = *place.store.epoch.lock().expect("whole");
    vault.remove_agent("a1").await.expect("removed");
    let after = *place.store.epoch.lock().expect("whole");
    assert!(before < after, "{before:?} {after:?}");
    vault.close().await;
    for lost in [before, None] {
        *place.store.epoch.lock().expect("whole") = lost;
        let vault = place.vault().await;
        assert_eq!((vault.is_older(), agents(&vault).await), (false, 1));
        vault.close().await;
        assert_eq!(
            *place.store.epoch.lock().expect("whole"),
            after,
            "the keyring knows it now"
        );
    }
}

/// Another process took something away: a copy of the file that is put under this one is seen by the next look.
#[tokio::test]
async fn what_another_process_took_away_is_known_here_at_the_next_look() {
    let place = Place::new();
    let (one, other) = (permitted(&place).await, place.vault().await);
    assert_eq!(agents(&one).await, 2);
    other.remove_agent("a1").await.expect("removed");
    assert_eq!(agents(&one).await, 1);
    place
        .tamper("CREATE TABLE elsewhere.kept AS SELECT epoch, epoch_sealed FROM vault")
        .await;
    one.remove_agent("a2").await.expect("removed");
    other.add_agent(&agent("a3")).await.expect("added");
    assert_eq!(agents(&other).await, 1);
    // The vault's own row from before, with its own seal.
    place
        .tamper("UPDATE vault SET epoch = (SELECT epoch FROM elsewhere.kept), epoch_sealed = (SELECT epoch_sealed FROM elsewhere.kept)")
        .await;
    assert_eq!((agents(&one).await, agents(&other).await), (0, 0));
    assert!(one.is_older() && other.is_older());
}

/// 1. A host has the vault open. 2. Another process removes an agent; the host reads the vault then, or does not. 3. The file from
/// before is written over the one that is open. 4. The host's next look says that it is older, and gives nothing.
#[tokio::test]
async fn a_running_host_notices_an_older_file_whatever_it_has_read() {
    for (others, has_read) in [(0, true), (1, false), (0, false), (1, true)] {
        let place = Place::new();
        let (host, other) = (place.vault().await, place.vault().await);
        fill(&other).await;
        for id in ["a1", "a2"].into_iter().take(1 + others) {
            other.add_agent(&agent(id)).await.expect("added");
            other.give_permit(&permit(id)).await.expect("given");
        }
        assert_eq!(agents(&host).await, 1 + others);
        place.empty_journal().await;
        let copy = copy_of(&place);
        assert!(other.remove_agent("a1").await.expect("removed"));
        if has_read {
            assert_eq!(agents(&host).await, others);
        }
        place.empty_journal().await;
        std::fs::copy(&copy, place.database()).expect("written over it");
        assert_eq!(
            (agents(&host).await, host.is_older()),
            (0, true),
            "{others} others, read since: {has_read}"
        );
        assert_eq!(
            host.permits().await.expect("read"),
            [],
            "{others} others, read since: {has_read}"
        );
    }
}

/// The same without a keyring, for a host that has read the vault since: then it knows by itself.
#[tokio::test]
async fn without_a_keyring_a_host_knows_what_it_has_read() {
    let place = Place::new();
    let key = || KeySource::KeyFile(place.folder.path().join("key"));
    let (host, other) = (
        opened(place.opening(key()).await),
        opened(place.opening(key()).await),
    );
    other.add_agent(&agent("a1")).await.expect("added");
    place.empty_journal().await;
    let copy = copy_of(&place);
    assert!(other.remove_agent("a1").await.expect("removed"));
    assert_eq!(
        agents(&host).await,
        0,
        "there is no row left that could tell of the epoch"
    );
    place.empty_journal().await;
    std::fs::copy(&copy, place.database()).expect("written over it");
    assert_eq!((agents(&host).await, host.is_older()), (0, true));
}

/// 1. A host reads and writes, as with each request of an agent. 2. The keyring is not asked each time. 3. One that cannot
/// answer is not asked each time either, and nothing is withheld for that.
#[tokio::test]
async fn the_keyring_is_not_asked_for_each_request() {
    let place = Place::new();
    let host = permitted(&place).await;
    let asks = || *place.store.asks.lock().expect("whole");
    let request = async || {
        assert_eq!(agents(&host).await, 2);
        host.record(&event("asked")).await.expect("written");
    };
    let before = asks();
    for _ in 0..20 {
        request().await;
    }
    assert!(asks() - before <= 1, "{}", asks() - before);
    *place.store.failure.lock().expect("whole") = Some(KeyStoreError::Silent(5));
    let before = asks();
    for _ in 0..5 {
        place.empty_journal().await;
        request().await;
    }
    assert_eq!(asks() - before, 1);
}

const KEY: u8 = 0x11;

/// A vault as the third migration left it: rows without seals, and the canary of then.
async fn from_before(place: &Place) {
    let fresh = Place::new();
    fresh.vault().await.close().await;
    let list = fresh
        .texts("SELECT sql FROM sqlite_schema WHERE name = '_sqlx_migrations'")
        .await
        .remove(0);
    let rows = fresh
        .texts(
            "SELECT format('INSERT INTO _sqlx_migrations VALUES (%d, %Q, %Q, 1, x''%s'', 0)', version, description, installed_on, hex(checksum))
             FROM _sqlx_migrations WHERE version <= 3",
        )
        .await;
    place.home();
    std::fs::write(place.database(), b"").expect("made");
    place.tamper(&list).await;
    for row in rows {
        place.tamper(&row).await;
    }
    for migration in [
        include_str!("../../../../migrations/0001_vault.sql"),
        include_str!("../../../../migrations/0002_profile.sql"),
        include_str!("../../../../migrations/0003_believed.sql"),
    ] {
        place.tamper(migration).await;
    }
    place
        .tamper("INSERT INTO vault VALUES (1, 'v1', 'k1', 'keyring', NULL, x'00')")
        .await;
    place
        .put_blob("UPDATE vault SET canary_sealed = ?", &old_canary())
        .await;
    place.tamper("INSERT INTO agents (id, name, key_hash, added_at) VALUES ('a1', 'Agent a1', zeroblob(32), 1800000000)").await;
    place
        .tamper(
            "INSERT INTO resources (id, uri, name, protection, scopes_to_request, scopes_supported, concessions, trace, added_at)
             VALUES ('s1', 'https://h.example/mcp', 'notes', 'protected', '', '', '[]', '[]', 1800000000)",
        )
        .await;
}

fn old_canary() -> Vec<u8> {
    let mut bound_to = b"gatelodge vault 1".to_vec();
    for part in ["v1", "vault", "1", "canary", "", "k1"] {
        bound_to.extend((part.len() as u64).to_be_bytes());
        bound_to.extend(part.as_bytes());
    }
    let cipher = XChaCha20Poly1305::new_from_slice(&[KEY; 32]).expect("32 bytes");
    let payload = Payload {
        msg: b"this key opens this vault",
        aad: &bound_to,
    };
    [
        &[7; 24][..],
        &cipher
            .encrypt(&XNonce::from([7; 24]), payload)
            .expect("sealed"),
    ]
    .concat()
}

#[tokio::test]
async fn a_vault_from_before_is_sealed_once_as_it_is_and_never_again() {
    let place = Place {
        store: Memory::holding(KEY),
        ..Place::new()
    };
    from_before(&place).await;
    let before = copy_of(&place);
    let vault = opened(place.opening(KeySource::Auto).await);
    assert_eq!(
        (
            agents(&vault).await,
            vault.resource_by_uri(&uri()).await.expect("read").is_some()
        ),
        (1, true)
    );
    vault.close().await;
    let unsealed = "INSERT INTO agents (id, name, key_hash, added_at) VALUES ('a2', 'Agent a2', zeroblob(32), 1800000000)";
    place.tamper(unsealed).await;
    let vault = opened(place.opening(KeySource::Auto).await);
    assert_eq!(
        agents(&vault).await,
        1,
        "what comes without a seal now is not believed"
    );
    vault.close().await;

    // The file from before, with someone's agent in it: the keyring knows that there were seals.
    std::fs::copy(&before, place.database()).expect("brought back");
    place.tamper(unsealed).await;
    let vault = opened(place.opening(KeySource::Auto).await);
    assert_eq!((vault.is_older(), agents(&vault).await), (true, 0));
    assert_eq!(vault.resources().await.expect("read"), []);
    vault
        .add_resource(&resource("s2", "https://other.example/mcp"))
        .await
        .expect("it can be used");
    vault.close().await;
    let vault = opened(place.opening(KeySource::Auto).await);
    assert_eq!(
        (vault.is_older(), agents(&vault).await),
        (true, 0),
        "also after it was brought to this version"
    );
    assert!(vault.confirm().await.expect("confirmed"));
    assert_eq!(
        (
            vault.is_older(),
            agents(&vault).await,
            vault.resources().await.expect("read").len()
        ),
        (false, 2, 2)
    );
}

/// The mark that the rows are sealed is in the file, too: without the file from before it cannot be taken away.
#[tokio::test]
async fn the_mark_of_the_seals_cannot_be_taken_out_of_the_file() {
    for change in [
        "epoch = 0, epoch_sealed = NULL",
        "epoch = 0, epoch_sealed = NULL, canary_sealed = (SELECT min(row_sealed) FROM agents)",
        "epoch = 0, epoch_sealed = NULL, canary_sealed = (SELECT epoch_sealed FROM vault)",
    ] {
        let place = Place::new();
        permitted(&place).await.close().await;
        *place.store.epoch.lock().expect("whole") = None;
        place.tamper(&format!("UPDATE vault SET {change}")).await;
        place.tamper("UPDATE agents SET row_sealed = NULL").await;
        let opening = place.opening(KeySource::Auto).await;
        assert!(
            matches!(
                opening,
                Ok(OpenResult::Closed(
                    ClosedVault::Unusable { .. } | ClosedVault::KeyMissing { .. }
                ))
            ),
            "{change}: {opening:?}"
        );
    }
}
