//! The version of a vault: another one after any commit, by whatever process, and told without a call of the database.

use crate::setup::{NOW, Place, agent, asked, fill};
use sqlx::{Connection, SqliteConnection};
use vault::Vault;

async fn other_program(vault: &Vault) -> SqliteConnection {
    let url = format!("sqlite://{}", vault.path().display());
    SqliteConnection::connect(&url).await.expect("opened")
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[tokio::test]
async fn every_commit_of_any_program_is_another_version() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    let mut other = other_program(&vault).await;
    let mut before = vault.version().expect("it can be told");
    assert_eq!(vault.version(), Some(before), "nobody wrote");
    for round in 0..1_000 {
        if round % 2 == 0 {
            vault
                .record_all(&[(asked("a1", NOW.plus(round)), 1)], |_| ())
                .await
                .expect("written");
        } else {
            sqlx::query("UPDATE agents SET last_used_at = ?")
                .bind(round)
                .execute(&mut other)
                .await
                .expect("written");
        }
        if round % 100 == 50 {
            // An emptied journal begins anew, with other numbers.
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut other)
                .await
                .expect("emptied");
        }
        let after = vault.version().expect("it can be told");
        assert_ne!(after, before, "round {round}");
        before = after;
    }
}

/// 1. A group of lines is written. 2. What was read before is still so afterwards. 3. Another program writes before the next
///    group. 4. What was read before that is not known to hold any more.
#[cfg(any(target_os = "linux", target_os = "macos"))]
#[tokio::test]
async fn a_group_of_lines_carries_a_version_on_only_where_nobody_else_wrote() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.add_agent(&agent("a1")).await.expect("added");
    let read_at = vault.version().expect("it can be told");
    let lines = [(asked("a1", NOW), 1), (asked("a1", NOW.plus(5)), 3)];
    let commit = vault.record_all(&lines, |_| ()).await.expect("written");
    let carried = commit.and_then(|commit| commit.follows(read_at));
    let known = vault.agent("a1").await.expect("read").expect("there");
    assert_eq!(known.last_used_at, Some(NOW.plus(5)), "it asked then");
    assert_eq!(carried, vault.version(), "only this process wrote");
    assert!(carried.is_some());

    let mut other = other_program(&vault).await;
    sqlx::query("DELETE FROM grants")
        .execute(&mut other)
        .await
        .expect("taken away");
    let commit = vault.record_all(&lines, |_| ()).await.expect("written");
    let carried = commit.and_then(|commit| commit.follows(carried.expect("as above")));
    assert_eq!(carried, None, "somebody else wrote in between");
}

/// A journal of a thousand pages is emptied into the file with a commit: what was read before holds after that as well.
#[cfg(any(target_os = "linux", target_os = "macos"))]
#[tokio::test]
async fn an_emptied_journal_carries_a_version_on() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let mut version = vault.version().expect("it can be told");
    let length = || std::fs::metadata(vault.path()).expect("there").len();
    let before = length();
    for round in 0..400 {
        let lines: Vec<_> = (0..40)
            .map(|number| (asked(&format!("a{round}-{number}"), NOW.plus(round)), 1))
            .collect();
        let commit = vault.record_all(&lines, |_| ()).await.expect("written");
        let carried = commit.and_then(|commit| commit.follows(version));
        version = carried.expect("nobody else wrote");
        if length() > before {
            assert_eq!(vault.version(), Some(version));
            return;
        }
    }
    panic!("the journal was never emptied");
}
