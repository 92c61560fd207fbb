//! Whose files these are: ours alone, whatever the umask, and not through anybody's link (attack V13).
#![cfg(unix)]

use crate::setup::{Memory, Place, fill, opened, sha256};
use model::ClosedVault;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use vault::{Home, KeySource, OpenResult, Vault, VaultError};

const FOLDER: &str = "GATELODGE_TEST_FILES_FOLDER";
/// Someone who is not root: root may write everywhere.
const SOMEONE: u32 = 65_534;

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).expect("there").mode() & 0o777
}

fn give(path: &Path, mode: u32) {
    set_permissions(path, Permissions::from_mode(mode)).expect("ours to change");
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Runs one test of this file again in another process, which `change` prepares.
fn again(name: &str, folder: &Path, change: impl FnOnce(&mut Command)) {
    let mut command = Command::new("sh");
    command.args(["-c", "umask \"$1\"; shift; exec \"$@\"", "sh"]);
    change(&mut command);
    // A copy that another user can reach: the build may be in a home that is closed to others.
    let within_reach = tempfile::tempdir().expect("a temporary folder");
    give(within_reach.path(), 0o755);
    let program = within_reach.path().join("again");
    std::fs::copy(std::env::current_exe().expect("this test"), &program).expect("copied");
    give(&program, 0o755);
    command
        .arg(program)
        .args([&format!("files::{name}"), "--exact", "--nocapture"]);
    let output = command
        .env(FOLDER, folder)
        .env("TMPDIR", folder)
        .output()
        .expect("it runs");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success() && text.contains("DONE"), "{text}");
}

fn folder_of_a_child() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

#[test]
fn v13_an_open_umask_opens_nothing() {
    let place = Place::new();
    again("child_with_an_open_umask", place.folder.path(), |command| {
        command.arg("000");
    });
    let top = place.folder.path().join("above");
    for (path, expected) in [
        ("", 0o700),
        ("home", 0o700),
        ("home/locks", 0o700),
        ("home/vault.db", 0o600),
        ("home/vault.db-wal", 0o600),
        ("home/vault.db-shm", 0o600),
        ("home/key", 0o600),
        ("home/locks/opening.lock", 0o600),
        ("home/locks/g1.lock", 0o600),
    ] {
        let found = mode(&top.join(path));
        assert_eq!(found, expected, "{path} has mode {found:o}");
    }
}

#[tokio::test]
async fn child_with_an_open_umask() {
    let Some(folder) = folder_of_a_child() else {
        return;
    };
    let home = Home::new(folder.join("above/home")).expect("a home");
    let vault = opened(
        Vault::open(
            &home,
            KeySource::KeyFile(home.dir().join("key")),
            Arc::<Memory>::default(),
        )
        .await,
    );
    fill(&vault).await;
    drop(
        vault
            .lock_grant(&model::GrantId("g1".into()), std::time::Duration::ZERO)
            .await
            .expect("free"),
    );
    println!("DONE");
    // Without closing: the journal stays for the parent to look at.
    std::process::exit(0);
}

#[tokio::test]
async fn v13_files_that_were_copied_open_are_closed() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.close().await;
    give(&place.database(), 0o644);
    give(&place.folder.path().join("home"), 0o755);
    let vault = place.vault().await;
    assert_eq!(
        (
            mode(&place.database()),
            mode(&place.folder.path().join("home"))
        ),
        (0o600, 0o700)
    );
    vault.close().await;
}

#[tokio::test]
async fn v13_a_folder_that_others_may_write_in_is_refused() {
    let place = Place::new();
    let dir = place.folder.path().join("home");
    std::fs::create_dir(&dir).expect("made");
    for open in [0o770, 0o707, 0o777, 0o720, 0o1777] {
        give(&dir, open);
        assert!(
            matches!(Home::new(&dir), Err(VaultError::Folder { .. })),
            "{open:o}"
        );
        assert_eq!(mode(&dir), open & 0o777, "left as it is");
    }
    give(&dir, 0o700);
    Home::new(&dir).expect("ours again");
}

/// 1. A vault's folder is ours, and closed. 2. It lies in one in which others can rename it, or is led to by a link of theirs.
#[test]
fn v13_a_way_that_others_could_turn_elsewhere_is_refused() {
    let place = Place::new();
    let (open, dir) = (
        place.folder.path().join("open"),
        place.folder.path().join("open/home"),
    );
    Home::new(&dir).expect("ours");
    let refused = |path: &Path, what: &str| match Home::new(path) {
        Err(VaultError::Folder { why, .. }) => {
            assert!(
                why.to_string().to_lowercase().contains("another user"),
                "{what}: {why}"
            );
        }
        other => panic!("{what}: {other:?}"),
    };
    for mode in [0o777, 0o707] {
        give(&open, mode);
        refused(&dir, &format!("{mode:o}"));
        refused(&open.join("home/new"), "also where nothing is yet");
        assert!(!dir.join("new").exists());
    }
    give(&open, 0o1777);
    Home::new(&dir).expect("only its owner renames it");
    symlink(".", open.join("link")).expect("linked");
    Home::new(open.join("link/link/home")).expect("by a link of ours");
    if is_root() {
        lchown(open.join("link"), Some(SOMEONE), None).expect("given away");
        refused(&open.join("link/home"), "by a link of another user");
        symlink("link", open.join("ours")).expect("linked");
        refused(&open.join("ours/home"), "by a link of ours to one");
        give(&open, 0o775);
        Home::new(&dir).expect("a group of our own");
        chown(&open, None, Some(SOMEONE)).expect("given to a group");
        give(&open, 0o775);
        refused(&dir, "by others of a group");
    }
}

#[test]
fn v13_a_folder_of_someone_else_is_refused() {
    let place = Place::new();
    let dir = place.folder.path().join("home");
    let dir = if is_root() {
        std::fs::create_dir(&dir).expect("made");
        give(&dir, 0o700);
        chown(&dir, Some(SOMEONE), None).expect("given away");
        dir
    } else {
        PathBuf::from("/usr")
    };
    match Home::new(&dir) {
        Err(VaultError::Folder { why, .. }) => {
            assert!(
                why.to_string().to_lowercase().contains("another user"),
                "{why}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn v13_a_link_in_the_files_place_is_not_followed() {
    let place = Place::new();
    let vault = place.vault().await;
    vault.close().await;
    let elsewhere = place.folder.path().join("elsewhere");
    std::fs::rename(place.database(), &elsewhere).expect("moved");
    let home = place.home();
    for target in [elsewhere.clone(), place.folder.path().join("nowhere")] {
        symlink(&target, place.database()).expect("linked");
        let before = sha256(&elsewhere);
        assert!(matches!(
            Home::new(home.dir()),
            Err(VaultError::Folder { .. })
        ));
        // It may also appear after the home was looked at.
        match Vault::open(&home, KeySource::Auto, place.store.clone()).await {
            Ok(OpenResult::Closed(ClosedVault::Unusable { why })) => {
                assert!(why.to_string().contains("link"), "{why}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(sha256(&elsewhere), before);
        assert!(
            !place.folder.path().join("nowhere").exists(),
            "nothing is made behind it"
        );
        std::fs::remove_file(place.database()).expect("removed");
    }
    std::fs::create_dir(place.database()).expect("made");
    assert!(matches!(
        Vault::open(&home, KeySource::Auto, place.store.clone()).await,
        Ok(OpenResult::Closed(ClosedVault::Unusable { .. }))
    ));
}

#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused() {
    let place = Place::new();
    let key = place.folder.path().join("key");
    opened(place.opening(KeySource::KeyFile(key.clone())).await)
        .close()
        .await;
    assert_eq!(mode(&key), 0o600);
    give(&key, 0o640);
    match place.opening(KeySource::KeyFile(key.clone())).await {
        Ok(OpenResult::Closed(ClosedVault::KeyUnavailable { why, .. })) => {
            assert!(why.to_string().contains("can read this file"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    give(&key, 0o600);
    if is_root() {
        chown(&key, Some(SOMEONE), None).expect("given away");
        match place.opening(KeySource::KeyFile(key.clone())).await {
            Ok(OpenResult::Closed(ClosedVault::KeyUnavailable { why, .. })) => {
                assert!(why.to_string().contains("another user"), "{why}");
            }
            other => panic!("{other:?}"),
        }
        chown(&key, Some(0), None).expect("taken back");
    }
    opened(place.opening(KeySource::KeyFile(key)).await);
}

/// Root writes everywhere, so that the child is someone else.
#[test]
fn v13_a_file_that_cannot_be_written_is_told_of() {
    let place = Place::new();
    give(place.folder.path(), 0o700);
    if is_root() {
        chown(place.folder.path(), Some(SOMEONE), None).expect("given away");
    }
    again(
        "child_with_a_read_only_file",
        place.folder.path(),
        |command| {
            command.arg("077");
            if is_root() {
                command.uid(SOMEONE);
            }
        },
    );
}

#[tokio::test]
async fn child_with_a_read_only_file() {
    let Some(folder) = folder_of_a_child() else {
        return;
    };
    let home = Home::new(folder.join("home")).expect("a home");
    let open = || {
        Vault::open(
            &home,
            KeySource::KeyFile(folder.join("key")),
            Arc::<Memory>::default(),
        )
    };
    opened(open().await).close().await;
    let before = sha256(home.database());
    give(home.database(), 0o400);
    match open().await {
        Ok(OpenResult::Closed(ClosedVault::Unusable { why })) => assert!(
            why.to_string().contains("vault.db") && why.to_string().contains("ermission"),
            "{why}"
        ),
        other => panic!("{other:?}"),
    }
    assert_eq!(sha256(home.database()), before);
    give(home.database(), 0o600);
    opened(open().await).close().await;
    give(home.dir(), 0o500);
    match open().await {
        Ok(OpenResult::Closed(ClosedVault::Unusable { why })) => {
            assert!(!why.to_string().is_empty());
        }
        other => panic!("{other:?}"),
    }
    give(home.dir(), 0o700);
    opened(open().await);
    println!("DONE");
}
