//! The files of a vault that is open are deleted or replaced: nobody goes on with those that nobody else sees.
//!
//! Another process is one of its own here: within one, SQLite shares what it knows of a file.
#![cfg(unix)]

use crate::setup::{Memory, Place, agent, fill, opened};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use vault::{Home, KeySource, Vault, VaultError};

const FOLDER: &str = "GATELODGE_TEST_EXCHANGED_FOLDER";
const DEED: &str = "GATELODGE_TEST_EXCHANGED_DEED";

async fn vault_in(folder: &Path) -> Vault {
    let home = Home::new(folder.join("home")).expect("a home");
    opened(
        Vault::open(
            &home,
            KeySource::KeyFile(folder.join("key")),
            Arc::<Memory>::default(),
        )
        .await,
    )
}

async fn names(vault: &Vault) -> Vec<String> {
    vault
        .agents()
        .await
        .expect("read")
        .into_iter()
        .map(|agent| agent.id)
        .collect()
}

/// Another process opens the vault, does this, closes it, and says which agents it saw then.
fn elsewhere(place: &Place, deed: &str) -> String {
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args([
            "exchanged::child_that_does_something",
            "--exact",
            "--nocapture",
        ])
        .env(FOLDER, place.folder.path())
        .env(DEED, deed)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = text
        .split("SAW ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    said.expect("it says so").to_owned()
}

/// The child's part; without a folder there is nothing to do.
#[tokio::test]
async fn child_that_does_something() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let vault = vault_in(&folder).await;
    if let Some(id) = std::env::var(DEED).expect("a deed").strip_prefix("remove ") {
        assert!(vault.remove_agent(id).await.expect("removed"));
    }
    println!("SAW {}", names(&vault).await.join(" "));
    vault.close().await;
}

async fn host_with_agents(place: &Place) -> Vault {
    let vault = vault_in(place.folder.path()).await;
    fill(&vault).await;
    for id in ["a1", "a2"] {
        vault.add_agent(&agent(id)).await.expect("added");
    }
    vault
}

fn delete(place: &Place, endings: &[&str]) {
    for ending in endings {
        let name = format!("{}{ending}", place.database().display());
        std::fs::remove_file(&name).expect(&name);
    }
}

/// 1. A host has the vault open. 2. Its journal and the index are deleted. 3. Another process removes an agent. 4. The host
/// knows. 5. Nor does the agent come back when the host ends.
#[tokio::test]
async fn a_removal_in_a_new_journal_holds_for_a_host_that_has_the_old_one_open() {
    let place = Place::new();
    let host = host_with_agents(&place).await;
    assert_eq!(elsewhere(&place, "look"), "a1 a2");
    place.empty_journal().await;
    delete(&place, &["-wal", "-shm"]);
    assert_eq!(elsewhere(&place, "remove a1"), "a2");
    assert_eq!(names(&host).await, ["a2"]);
    host.add_agent(&agent("a3"))
        .await
        .expect("it can be written");
    assert_eq!(elsewhere(&place, "look"), "a2 a3");
    host.close().await;
    assert_eq!(
        names(&vault_in(place.folder.path()).await).await,
        ["a2", "a3"]
    );
}

/// The same where the host asks for nothing before it ends: its old journal is not put over the newer one.
#[tokio::test]
async fn a_host_that_ends_takes_no_removal_back() {
    for closes in [true, false] {
        let place = Place::new();
        let host = host_with_agents(&place).await;
        place.empty_journal().await;
        host.add_agent(&agent("a3"))
            .await
            .expect("added, in the journal that is deleted then");
        delete(&place, &["-wal", "-shm"]);
        assert_eq!(elsewhere(&place, "remove a1"), "a2");
        if closes {
            host.close().await;
        }
        drop(host);
        assert_eq!(elsewhere(&place, "look"), "a2", "closed: {closes}");
    }
}

/// 1. What a host wrote is in the journal only. 2. That is deleted, and nobody else comes. 3. The host reads: nothing is lost.
#[tokio::test]
async fn what_is_only_in_a_deleted_journal_is_kept() {
    for endings in [&["-wal", "-shm"][..], &["-wal"], &["-shm"]] {
        let place = Place::new();
        let host = host_with_agents(&place).await;
        delete(&place, endings);
        assert_eq!(names(&host).await, ["a1", "a2"], "{endings:?}");
        assert_eq!(elsewhere(&place, "remove a1"), "a2", "{endings:?}");
        assert_eq!(names(&host).await, ["a2"], "{endings:?}");
        host.close().await;

        let host = vault_in(place.folder.path()).await;
        host.add_agent(&agent("a3")).await.expect("added");
        delete(&place, endings);
        host.close().await;
        assert_eq!(
            elsewhere(&place, "look"),
            "a2 a3",
            "also where it ends at once: {endings:?}"
        );
    }
}

/// 1. A host has the vault open. 2. The file is gone: it says so, and gives nothing. 3. It is back: the host goes on. 4. One of
/// yesterday comes in its place: it is older. 5. Another vault comes: the host says so.
#[tokio::test]
async fn a_file_that_is_gone_or_replaced_gives_nothing() {
    let place = Place::new();
    let host = host_with_agents(&place).await;
    place.empty_journal().await;
    let (aside, yesterday) = (
        place.folder.path().join("aside"),
        place.folder.path().join("yesterday"),
    );
    std::fs::copy(place.database(), &yesterday).expect("copied");
    assert!(host.remove_agent("a1").await.expect("removed"));

    std::fs::rename(place.database(), &aside).expect("moved away");
    assert!(matches!(host.agents().await, Err(VaultError::Exchanged(_))));
    assert!(
        matches!(host.remove_agent("a2").await, Err(VaultError::Exchanged(_))),
        "nothing is told as done"
    );
    std::fs::rename(&aside, place.database()).expect("moved back");
    assert_eq!(names(&host).await, ["a2"]);

    place.empty_journal().await;
    delete(&place, &["-wal", "-shm"]);
    std::fs::rename(&yesterday, place.database()).expect("put in its place");
    assert_eq!(names(&host).await, Vec::<String>::new());
    assert!(host.is_older());

    let stranger = Place::new();
    host_with_agents(&stranger).await.close().await;
    std::fs::rename(stranger.database(), place.database()).expect("put in its place");
    match host.agents().await {
        Err(VaultError::Exchanged(why)) => {
            assert!(why.to_string().contains("another vault"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}
