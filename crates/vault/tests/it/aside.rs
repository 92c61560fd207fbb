//! What lies beside the vault, and what was taken away meanwhile: a copy that someone kept brings nothing back.

use crate::durable::{fails, hasty, works_again};
use crate::setup::{NOW, Place, agent, fill, grant, registration, resource, uri};
use oauth::grant::{Grant, GrantId};
use std::path::PathBuf;
use vault::{Expected, Vault};

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
        .keep_grant(&grant("g9"), Expected::Nothing, &[], None)
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
        .keep_grant(&renewed, Expected::Generation(7), &[], None)
        .await
        .expect("kept");
    vault
        .keep_grant(&grant("g9"), Expected::Nothing, &[], None)
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
