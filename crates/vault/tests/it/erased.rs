//! What is revoked or removed is gone from the disk: its sealed bytes, not only its row (attack V15).

use crate::setup::{NOW, Place, fill, grant, holders};
use model::LoginReason;
use std::path::PathBuf;
use vault::Vault;

async fn nonces(place: &Place) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    for (name, sql) in [
        (
            "access token",
            "SELECT access_token_sealed FROM grants WHERE id = 'g1'",
        ),
        (
            "refresh token",
            "SELECT refresh_token_sealed FROM grants WHERE id = 'g1'",
        ),
        (
            "client secret",
            "SELECT client_secret_sealed FROM registrations WHERE id = 'r1'",
        ),
        (
            "management token",
            "SELECT management_token_sealed FROM registrations WHERE id = 'r1'",
        ),
    ] {
        found.push((name, place.blob(sql).await[..24].to_vec()));
    }
    found
}

/// Everything is on the disk at first; after `end`, of what `goes` says nothing is, of the rest all.
async fn assert_erases<F: Future<Output = ()>>(goes: &[&str], end: impl FnOnce(Vault) -> F) {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let nonces = nonces(&place).await;
    for (name, nonce) in &nonces {
        assert!(
            !holders(place.folder.path(), nonce).is_empty(),
            "{name} is there at first"
        );
    }
    end(vault.clone()).await;
    for (name, nonce) in &nonces {
        let holders = holders(place.folder.path(), nonce);
        if goes.contains(name) {
            assert_eq!(holders, Vec::<PathBuf>::new(), "{name} is gone");
        } else {
            assert!(!holders.is_empty(), "{name} is kept");
        }
    }
}

#[tokio::test]
async fn v15_revoking_wipes_the_tokens() {
    let revoke = async |vault: Vault| {
        vault
            .save_grant(&grant("g1").revoked(NOW), &[])
            .await
            .expect("saved");
    };
    assert_erases(&["access token", "refresh token"], revoke).await;
}

#[tokio::test]
async fn v15_a_grant_that_needs_a_login_has_no_tokens_left() {
    let end = async |vault: Vault| {
        let ended = grant("g1").login_needed(LoginReason::RefreshRejected);
        assert!(
            vault
                .compare_and_save_grant(&ended, 7, &[])
                .await
                .expect("saved")
        );
    };
    assert_erases(&["access token", "refresh token"], end).await;
}

#[tokio::test]
async fn v15_removing_a_server_wipes_its_tokens() {
    let remove = async |vault: Vault| assert!(vault.remove_resource("s1").await.expect("removed"));
    assert_erases(&["access token", "refresh token"], remove).await;
}

#[tokio::test]
async fn v15_forgetting_a_registration_wipes_its_secrets() {
    let forget = async |vault: Vault| vault.forget_registration("r1").await.expect("forgotten");
    assert_erases(&["client secret", "management token"], forget).await;
}
