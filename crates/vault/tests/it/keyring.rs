//! The real keyring of a Linux desktop, in every state that people meet it in (attack V05).
//!
//! Each case is this test program again, as a child on a private bus with a private home. What it needs
//! (dbus, gnome-keyring, xvfb) is installed by `./dev test`; where it is missing, the test fails.
#![cfg(target_os = "linux")]

use crate::setup::{opened, sha256};
use model::{ClosedVault, Protection};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use vault::{Home, KeySource, KeyStore, KeyStoreError, OpenResult, OsKeyring, Vault};

const CASE: &str = "GATELODGE_TEST_KEYRING_CASE";
const UNLOCKED: &str = "printf pw | gnome-keyring-daemon --unlock --components=secrets >&2";
const LOCKED: &str = "gnome-keyring-daemon --start --components=secrets >&2";

/// A bus on which nothing starts by itself.
const EMPTY_BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// The end of a child's case, from `wrap`ped shell words in a home that several cases may share.
fn case(home: &Path, name: &str, wrap: &[&str], before: &str) {
    let exe = std::env::current_exe().expect("this test");
    // A call without a limit would wait for ever: the case fails instead.
    let this = format!(
        "{before}\nexec timeout 60 '{}' keyring::child --exact --nocapture",
        exe.display()
    );
    let mut command = Command::new(wrap.first().unwrap_or(&"sh"));
    command
        .args(wrap.iter().skip(1))
        .args(if wrap.is_empty() {
            &[][..]
        } else {
            &["sh"][..]
        })
        .args(["-c", &this]);
    for variable in [
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "GNOME_KEYRING_CONTROL",
        "XAUTHORITY",
    ] {
        command.env_remove(variable);
    }
    let runtime = home.join("run");
    std::fs::create_dir_all(&runtime).expect("made");
    std::fs::set_permissions(
        &runtime,
        std::os::unix::fs::PermissionsExt::from_mode(0o700),
    )
    .expect("ours");
    command
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env(CASE, name);
    for variable in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(variable, home.join(variable));
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!("{wrap:?} is needed (./dev setup --test installs it): {error}")
    });
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success() && text.contains(&format!("DONE {name}")),
        "{name}: {text}"
    );
}

fn bus(config: &Path) -> [String; 3] {
    [
        "dbus-run-session".to_owned(),
        format!("--config-file={}", config.display()),
        "--".to_owned(),
    ]
}

#[test]
fn v05_the_keyring_in_every_state() {
    for tool in ["dbus-run-session", "gnome-keyring-daemon", "xvfb-run"] {
        let found = Command::new("sh")
            .args(["-c", &format!("command -v {tool}")])
            .output()
            .expect("a shell");
        assert!(
            found.status.success(),
            "{tool} is missing; `./dev setup --test` installs it"
        );
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (fresh, used) = (folder.path().join("fresh"), folder.path().join("used"));
    let config = folder.path().join("empty-bus.conf");
    std::fs::write(&config, EMPTY_BUS).expect("written");
    let empty = bus(&config);
    let empty: Vec<_> = empty.iter().map(String::as_str).collect();
    let session = ["dbus-run-session", "--"];
    case(&fresh, "no_bus", &[], "");
    case(&fresh, "no_keyring", &empty, "");
    case(&fresh, "no_collection", &session, LOCKED);
    case(&used, "working", &session, UNLOCKED);
    case(&used, "working_again", &session, UNLOCKED);
    case(&used, "locked", &session, LOCKED);
    // With a display it shows a window and waits for as long as nobody answers.
    case(
        &used,
        "asks",
        &["xvfb-run", "-a", "dbus-run-session", "--"],
        LOCKED,
    );
    case(&used, "forgotten", &session, UNLOCKED);
}

/// The child's part; without a case there is nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let home = Home::new(std::env::home_dir().expect("HOME").join("gatelodge")).expect("a home");
    let limit = if case == "asks" { 1 } else { 5 };
    let keyring = Arc::new(OsKeyring::new(&home).with_limit(limit));
    let open = || Vault::open(&home, KeySource::Auto, keyring.clone());
    let before = home.database().exists().then(|| sha256(home.database()));
    match case.as_str() {
        "no_bus" | "no_keyring" | "no_collection" => {
            match open().await {
                Ok(OpenResult::Closed(ClosedVault::Absent { why })) => println!("{why}"),
                other => panic!("{other:?}"),
            }
            assert!(!home.database().exists(), "nothing is made");
        }
        "working" => {
            assert!(before.is_none());
            let vault = opened(open().await);
            assert_eq!(vault.protection(), Protection::Keyring);
            vault.set_setting("kept", "yes").await.expect("written");
            vault.close().await;
        }
        "working_again" => {
            let vault = opened(open().await);
            assert_eq!(
                vault.setting("kept").await.expect("read").as_deref(),
                Some("yes")
            );
            vault.close().await;
            let elsewhere = OsKeyring::new(&Home::new(home.dir().join("other")).expect("a home"));
            assert!(
                matches!(elsewhere.get(), Ok(None)),
                "another folder is another entry"
            );
            assert_eq!(elsewhere.probe(), Ok(()));
        }
        "locked" => match open().await {
            Ok(OpenResult::Closed(ClosedVault::KeyUnavailable { why, .. })) => println!("{why}"),
            other => panic!("{other:?}"),
        },
        "asks" => {
            match open().await {
                Ok(OpenResult::Closed(ClosedVault::KeyUnavailable { why, .. })) => {
                    assert_eq!(why.id(), "closed-keyring-silent", "{why}");
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(
                keyring.get().err(),
                Some(KeyStoreError::Silent(limit)),
                "it is still asking"
            );
            assert_eq!(calls_under_way(), 1, "and is not asked twice");
            assert_eq!(
                keyring.unanswered(),
                Some(model::KeyringAnswer::Waiting),
                "whoever only looks asks nothing"
            );
            assert_eq!(calls_under_way(), 1);
        }
        "forgotten" => {
            forget(&home);
            assert!(matches!(
                open().await,
                Ok(OpenResult::Closed(ClosedVault::KeyMissing { .. }))
            ));
        }
        other => panic!("no case {other}"),
    }
    let after = home.database().exists().then(|| sha256(home.database()));
    assert!(
        case == "working" || after == before,
        "the vault keeps its bytes"
    );
    println!("DONE {case}");
    // A call that is still blocked does not end.
    std::process::exit(0);
}

/// Deletes the vault's key, as a person does in the keyring's own window.
fn forget(home: &Home) {
    let digest = Sha256::digest(home.dir().as_os_str().as_encoded_bytes());
    let suffix = if home.is_default() {
        String::new()
    } else {
        let hash = digest[..4].iter();
        hash.fold("-".to_owned(), |text, byte| text + &format!("{byte:02x}"))
    };
    let forget = move || {
        let entry = keyring::v1::Entry::new("app.gatelodge.desktop", &format!("vault-key{suffix}"));
        entry
            .and_then(|entry| entry.delete_credential())
            .expect("deleted");
    };
    // Its library has a runtime of its own.
    std::thread::spawn(forget).join().expect("it ends");
}

/// Threads that are in the keyring now.
fn calls_under_way() -> usize {
    let threads = std::fs::read_dir("/proc/self/task").expect("our threads");
    let names = threads.map(|thread| {
        std::fs::read_to_string(thread.expect("a thread").path().join("comm")).unwrap_or_default()
    });
    names.filter(|name| name.trim() == "keyring").count()
}
