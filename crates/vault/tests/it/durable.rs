//! An answer that had to be kept is kept, whatever the disk does; and what the disk did to one write harms no other.
//!
//! A writer that does not let go stands for the disk: what is to be written has no way into the file. Whoever meets it is
//! hasty, or each write would wait for it.

use crate::setup::{NOW, Place, event, fill, grant, holders, issuer, opened, registration};
use model::{EventQuery, Grant, GrantId, GrantState, IdentityProvider};
use oauth::registration::AuthMethod;
use oauth::secret::Secret;
use sqlx::{Connection, SqliteConnection};
use std::time::Duration;
use vault::{KeySource, Persistence, Precondition, Vault, VaultError};

/// The vault, opened by a process that waits a moment only for another's transaction.
pub(crate) async fn hasty(place: &Place) -> Vault {
    let home = place.home().with_patience(Duration::from_millis(50));
    opened(Vault::make(&home, KeySource::Auto, place.store.clone()).await)
}

/// From here on nothing is written to the file.
pub(crate) async fn fails(place: &Place) -> SqliteConnection {
    let mut writer = place.raw().await;
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut writer)
        .await
        .expect("nobody writes");
    writer
}

pub(crate) async fn works_again(mut writer: SqliteConnection) {
    sqlx::query("ROLLBACK")
        .execute(&mut writer)
        .await
        .expect("it writes");
    writer.close().await.expect("closed");
}

/// The grant as its issuer renewed it.
fn renewed(number: u64) -> Grant {
    let mut renewed = Grant {
        generation: 7 + number,
        refreshed_at: Some(NOW.plus(60)),
        ..grant("g1")
    };
    if let GrantState::Active(tokens) = &mut renewed.state {
        tokens.refresh_token = Some(Secret::new(format!("CANARY-renewed-{number}")));
    }
    renewed
}

fn id() -> GrantId {
    GrantId("g1".into())
}

async fn kept(vault: &Vault) -> Grant {
    vault.grant(&id()).await.expect("read").expect("there")
}

/// 1. An issuer's answer cannot be written. 2. It is what this process reads, everywhere, and its lock is held: no other
///    process spends what it replaced. 3. The disk works again. 4. It is written, with its event, and the lock is free.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_kept_in_memory_and_counts() {
    let place = Place::new();
    let (vault, other) = (hasty(&place).await, place.vault().await);
    fill(&vault).await;
    let lock = vault.lock_grant(&id(), Duration::ZERO).await.expect("free");
    let writer = fails(&place).await;
    let new = renewed(1);
    let outcome = vault
        .keep_grant(
            &new,
            Precondition::Generation(7),
            &[event("Renewed")],
            Some(lock),
        )
        .await
        .expect("kept");
    assert!(matches!(outcome, Persistence::InMemory(_)), "{outcome:?}");
    assert_eq!(kept(&vault).await, new);
    assert!(vault.grants().await.expect("read").contains(&new));
    assert!(
        vault
            .grants_of(&new.resource)
            .await
            .expect("read")
            .contains(&new)
    );
    assert_eq!(
        kept(&other).await.generation,
        7,
        "another process cannot know it"
    );
    assert!(matches!(
        other.lock_grant(&id(), Duration::ZERO).await,
        Err(VaultError::LockTimeout)
    ));
    vault
        .make_room()
        .await
        .expect_err("nothing more is asked for that could not be kept");
    drop(
        vault
            .lock_grant(&id(), Duration::ZERO)
            .await
            .expect("it is this process that holds it"),
    );

    works_again(writer).await;
    vault.write_unsaved().await.expect("written");
    assert_eq!(vault.count_unsaved(), (0, 0));
    assert_eq!(kept(&other).await, new);
    other.lock_grant(&id(), Duration::ZERO).await.expect("free");
    let lines = vault
        .events(&EventQuery {
            limit: 1,
            ..EventQuery::default()
        })
        .await
        .expect("read");
    assert_eq!(lines[0].message.to_string(), "Renewed");
    vault.make_room().await.expect("there is room");
}

/// 1. An answer cannot be written, and the process ends. 2. Beside the vault lies what it was, sealed. 3. Whoever opens the
///    vault next, and can write it, has it.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_outlives_its_process() {
    let place = Place::new();
    let vault = hasty(&place).await;
    fill(&vault).await;
    let writer = fails(&place).await;
    vault
        .keep_grant(
            &renewed(1),
            Precondition::Generation(7),
            &[event("Renewed")],
            None,
        )
        .await
        .expect("kept");
    vault.close().await;
    drop(vault);
    assert!(
        holders(place.folder.path(), b"CANARY-renewed").is_empty(),
        "sealed, wherever it lies"
    );
    works_again(writer).await;
    let next = place.vault().await;
    assert_eq!(kept(&next).await, renewed(1));
    assert!(
        place
            .home()
            .dir()
            .join("unsaved")
            .read_dir()
            .expect("a folder")
            .next()
            .is_none(),
        "nothing is left over"
    );
}

/// 1. A process left an answer beside the vault. 2. One that has the vault open already wants the grant's turn. 3. It reads
///    the newest tokens, and not those that were spent.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_turn_reads_what_another_process_left() {
    let place = Place::new();
    let (vault, serving) = (hasty(&place).await, hasty(&place).await);
    fill(&vault).await;
    let writer = fails(&place).await;
    vault
        .keep_grant(&renewed(1), Precondition::Generation(7), &[], None)
        .await
        .expect("kept");
    drop(vault);
    assert!(
        serving.lock_grant(&id(), Duration::ZERO).await.is_err(),
        "not while it can't be put in its place"
    );
    works_again(writer).await;
    let _turn = serving
        .lock_grant(&id(), Duration::ZERO)
        .await
        .expect("free");
    assert_eq!(kept(&serving).await, renewed(1));
}

/// A file that lies there and is of no vault, of another state, or changed by someone who has no key, brings nothing in.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_beside_the_vault_is_believed_only_with_its_seals() {
    let place = Place::new();
    let vault = hasty(&place).await;
    fill(&vault).await;
    let writer = fails(&place).await;
    vault
        .keep_grant(&renewed(1), Precondition::Generation(7), &[], None)
        .await
        .expect("kept");
    drop(vault);
    works_again(writer).await;
    let aside = place.home().dir().join("unsaved");
    let file = aside
        .read_dir()
        .expect("a folder")
        .next()
        .expect("a file")
        .expect("read")
        .path();
    let written = std::fs::read(&file).expect("read");
    let mut changed = written.clone();
    changed[written.len() / 2] ^= 1;
    for (bytes, what) in [
        (&changed[..], "one bit"),
        (&written[..written.len() / 2], "half of it"),
        (&[], "nothing"),
    ] {
        std::fs::write(&file, bytes).expect("written");
        let vault = place.vault().await;
        assert_eq!(kept(&vault).await.generation, 7, "{what}");
        assert!(
            !file.exists(),
            "{what}: it is gone, and stands in nobody's way"
        );
    }
    std::fs::write(aside.join("0123456789abcdef0123456789abcdef"), &written).expect("written");
    assert_eq!(
        kept(&place.vault().await).await.generation,
        7,
        "in another's place"
    );
    // An older state than the one that is there.
    let vault = place.vault().await;
    vault.save_grant(&renewed(3), &[]).await.expect("saved");
    std::fs::write(&file, &written).expect("written");
    drop(vault);
    assert_eq!(kept(&place.vault().await).await, renewed(3));
}

/// 1. A renewed set is in memory only. 2. The person revokes the grant, and that cannot be written either. 3. No read gives
///    the tokens any more. 4. The disk works again: the grant is revoked, and has no tokens.
#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_wins_over_what_is_in_memory() {
    let place = Place::new();
    let vault = hasty(&place).await;
    fill(&vault).await;
    let lock = vault.lock_grant(&id(), Duration::ZERO).await.expect("free");
    let writer = fails(&place).await;
    vault
        .keep_grant(&renewed(1), Precondition::Generation(7), &[], Some(lock))
        .await
        .expect("kept");
    let turn = vault
        .lock_grant(&id(), Duration::ZERO)
        .await
        .expect("held by this process");
    let revoked = kept(&vault).await.revoked(NOW.plus(90));
    vault
        .save_grant(&revoked, &[event("Revoked")])
        .await
        .expect_err("the disk takes nothing");
    assert_eq!(kept(&vault).await, revoked);
    drop(turn);
    works_again(writer).await;
    vault.write_unsaved().await.expect("written");
    assert_eq!(kept(&place.vault().await).await, revoked);
}

/// Someone revoked the grant in the file, without its lock, while the renewed set was in memory: theirs stands.
#[tokio::test(flavor = "multi_thread")]
async fn what_others_wrote_meanwhile_stands() {
    let place = Place::new();
    let (vault, other) = (hasty(&place).await, place.vault().await);
    fill(&vault).await;
    let writer = fails(&place).await;
    vault
        .keep_grant(&renewed(1), Precondition::Generation(7), &[], None)
        .await
        .expect("kept");
    works_again(writer).await;
    let revoked = grant("g1").revoked(NOW);
    other.save_grant(&revoked, &[]).await.expect("revoked");
    vault.write_unsaved().await.expect("compared");
    assert_eq!(kept(&vault).await, revoked);
    assert_eq!(vault.count_unsaved(), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_and_a_provider_are_kept_like_a_grant() {
    let place = Place::new();
    let vault = hasty(&place).await;
    fill(&vault).await;
    let provider = IdentityProvider {
        issuer: issuer(),
        client_id: "c".into(),
        client_secret: None,
        auth_method: AuthMethod::None,
        token_endpoint: "https://as.example/token".into(),
        account: None,
        id_token: None,
        id_token_expires_at: None,
        refresh_token: None,
        added_at: NOW,
    };
    vault
        .save_identity_provider(&provider)
        .await
        .expect("saved");
    let mut writer = Some(fails(&place).await);
    let mut new = registration("r1");
    new.registration.client_secret = Some(Secret::new("renewed"));
    let logged_in = IdentityProvider {
        refresh_token: Some(Secret::new("given")),
        ..provider
    };
    let outcomes = [
        vault.keep_registration(&new).await,
        vault.keep_identity_provider(&logged_in).await,
    ];
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Ok(Persistence::InMemory(_)))),
        "{outcomes:?}"
    );
    for round in ["in memory", "in the vault"] {
        assert_eq!(
            vault.registration("r1").await.expect("read").as_ref(),
            Some(&new),
            "{round}"
        );
        assert!(
            vault
                .registrations_at(&issuer())
                .await
                .expect("read")
                .contains(&new),
            "{round}"
        );
        assert_eq!(
            vault.registrations().await.expect("read").len(),
            2,
            "{round}"
        );
        assert_eq!(
            vault
                .identity_provider(&issuer())
                .await
                .expect("read")
                .as_ref(),
            Some(&logged_in),
            "{round}"
        );
        assert_eq!(
            vault.identity_providers().await.expect("read"),
            std::slice::from_ref(&logged_in),
            "{round}"
        );
        if round == "in memory" {
            works_again(writer.take().expect("held once")).await;
            vault.write_unsaved().await.expect("written");
        }
    }
    assert_eq!(
        place.vault().await.registration("r1").await.expect("read"),
        Some(new)
    );
}

/// The room is real: its bytes are there, and are all different.
#[tokio::test]
async fn room_is_held_beside_the_vault_and_made_again_when_it_is_gone() {
    let place = Place::new();
    let vault = place.vault().await;
    let room = place.home().dir().join("vault.reserve");
    let held = std::fs::read(&room).expect("made with the vault");
    assert_eq!(held.len(), 256 * 1024);
    assert!(
        held.chunks(16)
            .collect::<std::collections::HashSet<_>>()
            .len()
            > 16_000,
        "nothing that could be packed"
    );
    for spoil in [
        |path: &std::path::Path| std::fs::remove_file(path),
        |path: &std::path::Path| std::fs::write(path, "short"),
    ] {
        spoil(&room).expect("spoilt");
        vault.make_room().await.expect("there is room");
        assert_eq!(std::fs::metadata(&room).expect("there").len(), 256 * 1024);
    }
    std::fs::remove_file(&room).expect("removed");
    std::fs::create_dir(&room).expect("in its place");
    assert!(
        vault.make_room().await.is_err(),
        "what is not there cannot be given back when it is needed"
    );
}
