//! What lies beside the vault, and what was taken away meanwhile: a copy that someone kept brings nothing back.

use crate::damage::provider;
use crate::durable::{fails, hasty, works_again};
use crate::setup::{NOW, Place, agent, fill, grant, opened, registration, resource, uri};
use model::{Grant, GrantId};
use std::path::PathBuf;
use std::time::Duration;
use vault::{KeySource, Precondition, Vault};

/// What lies beside the vault now.
fn aside(place: &Place) -> Vec<(PathBuf, Vec<u8>)> {
    match place.home().dir().join("unsaved").read_dir() {
        Ok(folder) => folder
            .map(|entry| entry.expect("an entry").path())
            .map(|path| (path.clone(), std::fs::read(path).expect("read")))
            .collect(),
        Err(_) => Vec::new(),
    }
}

fn put_back(files: &[(PathBuf, Vec<u8>)]) {
    for (path, bytes) in files {
        std::fs::write(path, bytes).expect("written");
    }
}

/// A login's answer and a registration's, as they lay beside the vault before they were written.
async fn copied(place: &Place, vault: &Vault) -> Vec<(PathBuf, Vec<u8>)> {
    let writer = fails(place).await;
    vault
        .keep_registration(&registration("r9"))
        .await
        .expect("kept");
    vault
        .keep_grant(&grant("g9"), Precondition::Nothing, &[], None)
        .await
        .expect("kept");
    let copies = aside(place);
    assert_eq!(copies.len(), 2);
    works_again(writer).await;
    vault.write_unsaved().await.expect("written");
    assert_eq!(aside(place), []);
    assert!(
        vault
            .grant(&GrantId("g9".into()))
            .await
            .expect("read")
            .is_some()
    );
    copies
}

async fn is_gone(vault: &Vault) {
    assert_eq!(
        vault.grant(&GrantId("g9".into())).await.expect("read"),
        None
    );
    assert_eq!(vault.registration("r9").await.expect("read"), None);
}

/// 1. A login and a client id lie beside the vault for a moment, and someone copies them. 2. Both are taken away. 3. The
///    copies are put back, before that or after it. 4. Nothing comes back.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_away_does_not_come_back_from_beside_the_vault() {
    for before in [false, true] {
        let place = Place::new();
        let vault = hasty(&place).await;
        fill(&vault).await;
        let copies = copied(&place, &vault).await;
        if before {
            put_back(&copies);
        }
        vault.remove_resource("s1").await.expect("removed");
        vault.forget_registration("r9").await.expect("forgotten");
        assert_eq!(aside(&place), [], "it goes with what it is of");
        vault
            .add_resource(&resource("s1", uri().as_str()))
            .await
            .expect("added anew");
        vault.close().await;
        put_back(&copies);
        let vault = place.vault().await;
        is_gone(&vault).await;
        assert_eq!(aside(&place), [], "nothing is left over");
    }
}

/// 1. An answer lies beside the vault, and its process is gone. 2. Another takes a right away that has nothing to do with it.
///    3. It is put in its place all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_beside_the_vault_outlives_what_is_taken_away_elsewhere() {
    let place = Place::new();
    let (vault, other) = (hasty(&place).await, hasty(&place).await);
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    let writer = fails(&place).await;
    let renewed = Grant {
        generation: 8,
        refreshed_at: Some(NOW.plus(60)),
        ..grant("g1")
    };
    vault
        .keep_grant(&renewed, Precondition::Generation(7), &[], None)
        .await
        .expect("kept");
    vault
        .keep_grant(&grant("g9"), Precondition::Nothing, &[], None)
        .await
        .expect("kept");
    drop(vault);
    works_again(writer).await;
    assert!(other.remove_agent("a1").await.expect("removed"));
    other.close().await;
    let vault = place.vault().await;
    for grant in [renewed, grant("g9")] {
        assert_eq!(vault.grant(&grant.id).await.expect("read"), Some(grant));
    }
    assert_eq!(aside(&place), []);
}

/// 1. A new client id lies beside the vault: nowhere else is its secret. 2. A right is taken away that has nothing to do with
///    it. 3. It is put in its place all the same. 4. One that is forgotten before it is written is never written.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_client_id_outlives_what_is_taken_away_elsewhere() {
    let place = Place::new();
    let (vault, other) = (hasty(&place).await, hasty(&place).await);
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    let writer = fails(&place).await;
    for id in ["r8", "r9"] {
        vault
            .keep_registration(&registration(id))
            .await
            .expect("kept");
    }
    vault
        .keep_identity_provider(&provider())
        .await
        .expect("kept");
    works_again(writer).await;
    assert!(other.remove_agent("a1").await.expect("removed"));
    assert_eq!(aside(&place).len(), 3);
    vault.forget_registration("r9").await.expect("forgotten");
    assert_eq!(aside(&place).len(), 2);
    vault.write_unsaved().await.expect("written");
    assert_eq!(vault.registration("r9").await.expect("read"), None);
    assert!(vault.registration("r8").await.expect("read").is_some());
    let issuer = provider().issuer;
    let kept = vault.identity_provider(&issuer).await.expect("read");
    assert_eq!(kept, Some(provider()));
}

/// 1. An answer lies beside the vault. 2. Someone puts an older file in the vault's place, and a host opens it. 3. The newest
///    file comes back, and the answer with it; with a keyring, which knows that the file is older, and without.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_newer_than_an_older_file_stays_beside_it() {
    for by_keyring in [true, false] {
        let place = Place::new();
        let source = || {
            if by_keyring {
                KeySource::Auto
            } else {
                KeySource::KeyFile(place.folder.path().join("key"))
            }
        };
        let open = async || {
            let home = place.home().with_patience(Duration::from_millis(50));
            opened(Vault::make(&home, source(), place.store.clone()).await)
        };
        let vault = open().await;
        fill(&vault).await;
        place.empty_journal().await;
        let older = std::fs::read(place.database()).expect("read");
        vault.set_setting("name", "value").await.expect("written");
        let writer = fails(&place).await;
        vault
            .keep_grant(&grant("g9"), Precondition::Nothing, &[], None)
            .await
            .expect("kept");
        vault.close().await;
        drop(vault);
        works_again(writer).await;
        place.empty_journal().await;
        let newest = std::fs::read(place.database()).expect("read");
        std::fs::write(place.database(), &older).expect("put back");
        let vault = open().await;
        assert_eq!(vault.is_older(), by_keyring);
        drop(
            vault
                .lock_grant(&grant("g9").id, Duration::ZERO)
                .await
                .expect("free"),
        );
        vault.close().await;
        assert_eq!(aside(&place).len(), 1, "by a keyring: {by_keyring}");
        std::fs::write(place.database(), &newest).expect("put back");
        let vault = open().await;
        let kept = vault.grant(&grant("g9").id).await.expect("read");
        assert_eq!(kept, Some(grant("g9")), "by a keyring: {by_keyring}");
    }
}

/// Who lays an answer beside the vault waits for whoever begins the next epoch: it would be sealed for the one that ends.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_laid_beside_the_vault_in_turn() {
    let place = Place::new();
    let vault = hasty(&place).await;
    fill(&vault).await;
    let turn = std::fs::File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(place.home().locks().join("unsaved.lock"))
        .expect("a lock");
    turn.lock().expect("free");
    let writer = fails(&place).await;
    let mut keeper = tokio::spawn({
        let vault = vault.clone();
        async move {
            let new = grant("g9");
            vault
                .keep_grant(&new, Precondition::Nothing, &[], None)
                .await
        }
    });
    tokio::time::timeout(Duration::from_millis(1500), &mut keeper)
        .await
        .expect_err("it is another's turn");
    assert_eq!(aside(&place), []);
    drop(turn);
    keeper.await.expect("whole").expect("kept");
    assert_eq!(aside(&place).len(), 1);
    works_again(writer).await;
}
