//! What is found when a vault is opened: each a state, and none a reason to write to the file or make another (invariant 10).

use crate::setup::{Memory, NOW, Place, fill, grant, opened, resource, sha256, uri};
use model::{ClosedVault, GrantId, Protection};
use oauth::secret::Secret;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use vault::{KeySource, KeyStoreError, OpenResult, Vault, VaultError, VaultKey};

async fn closed() -> Place {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    vault.close().await;
    place
}

fn passphrase(text: &str) -> KeySource {
    KeySource::Passphrase(Secret::new(text))
}

/// Why it is unusable; the file keeps its bytes.
async fn unusable(place: &Place, source: KeySource) -> String {
    let before = sha256(&place.database());
    let why = match place.opening(source).await {
        Ok(OpenResult::Closed(ClosedVault::Unusable { why })) => why,
        other => panic!("unusable, but: {other:?}"),
    };
    assert_eq!(sha256(&place.database()), before, "{why}");
    why.to_string()
}

#[tokio::test]
async fn v05_a_key_that_cannot_be_had_is_a_state_and_the_vault_stays() {
    let place = closed().await;
    let (before, key) = (
        sha256(&place.database()),
        place.store.entry.lock().expect("whole").clone(),
    );
    let with =
        |entry: Option<VaultKey>, failure: Option<KeyStoreError>, probe: Option<KeyStoreError>| {
            *place.store.entry.lock().expect("whole") = entry;
            *place.store.failure.lock().expect("whole") = failure;
            *place.store.probe_failure.lock().expect("whole") = probe;
            place.opening(KeySource::Auto)
        };
    let missing = |opening: Result<OpenResult, VaultError>| {
        matches!(
            opening,
            Ok(OpenResult::Closed(ClosedVault::KeyMissing { .. }))
        )
    };
    let unavailable = |opening: Result<OpenResult, VaultError>| {
        matches!(
            opening,
            Ok(OpenResult::Closed(ClosedVault::KeyUnavailable { .. }))
        )
    };
    assert!(
        missing(with(None, None, None).await),
        "the entry was deleted"
    );
    assert!(
        missing(with(Some(VaultKey::from_bytes([1; 32])), None, None).await),
        "32 wrong bytes"
    );
    assert!(
        missing(with(None, Some(KeyStoreError::Foreign), None).await),
        "31 bytes"
    );
    assert!(
        unavailable(with(None, None, Some(KeyStoreError::Locked("x".into()))).await),
        "'no entry', and it is locked"
    );
    assert!(
        unavailable(with(key.clone(), Some(KeyStoreError::Absent("x".into())), None).await),
        "no bus"
    );
    assert!(
        unavailable(with(key.clone(), Some(KeyStoreError::Failed), None).await),
        "its library failed"
    );
    assert!(
        unavailable(with(None, None, Some(KeyStoreError::Forgetful)).await),
        "'no entry', and it keeps nothing"
    );
    assert!(
        unavailable(with(key.clone(), Some(KeyStoreError::Silent(5)), None).await),
        "it asks for its password"
    );
    assert_eq!(
        sha256(&place.database()),
        before,
        "not a byte of the file changed"
    );
    assert_eq!(
        *place.store.puts.lock().expect("whole"),
        1,
        "no other key was made"
    );
    let vault = opened(with(key, None, None).await);
    assert_eq!(
        vault.grant(&GrantId("g1".into())).await.expect("read"),
        Some(grant("g1"))
    );
}

#[tokio::test]
async fn without_a_keyring_the_person_chooses_and_nothing_is_made() {
    let place = Place::new();
    for failure in [
        KeyStoreError::Absent("x".into()),
        KeyStoreError::Locked("x".into()),
        KeyStoreError::Failed,
        KeyStoreError::Forgetful,
        KeyStoreError::Silent(5),
    ] {
        for slot in [&place.store.failure, &place.store.probe_failure] {
            *slot.lock().expect("whole") = Some(failure.clone());
            assert!(
                matches!(place.opening(KeySource::Auto).await, Ok(OpenResult::Closed(ClosedVault::Absent { why })) if !why.to_string().is_empty()),
                "{failure:?}"
            );
            *slot.lock().expect("whole") = None;
        }
    }
    assert!(!place.database().exists(), "never plain text");
    assert_eq!(*place.store.puts.lock().expect("whole"), 0);
}

#[tokio::test]
async fn a_key_whose_vault_is_away_is_not_written_over() {
    let place = closed().await;
    let away = place.folder.path().join("backup");
    std::fs::rename(place.database(), &away).expect("moved away");
    assert!(
        matches!(place.opening(KeySource::Auto).await, Ok(OpenResult::Closed(ClosedVault::Gone { why })) if why.to_string().contains("keyring"))
    );
    assert!(
        !place.database().exists(),
        "nothing is made before the person says so"
    );
    opened(Vault::make(&place.home(), KeySource::Auto, place.store.clone()).await)
        .close()
        .await;
    assert_eq!(*place.store.puts.lock().expect("whole"), 1);
    std::fs::rename(&away, place.database()).expect("moved back");
    let vault = place.vault().await;
    assert_eq!(vault.grants().await.expect("read").len(), 2);
    assert!(vault.is_older(), "and is known for the older one");
}

#[tokio::test]
async fn a_key_file_whose_vault_is_away_is_not_used_for_another_unasked() {
    let place = Place::new();
    let source = || KeySource::KeyFile(place.folder.path().join("key"));
    opened(place.opening(source()).await).close().await;
    std::fs::remove_file(place.database()).expect("removed");
    assert!(
        matches!(place.opening(source()).await, Ok(OpenResult::Closed(ClosedVault::Gone { why })) if why.to_string().contains("/key"))
    );
    assert!(!place.database().exists());
    opened(Vault::make(&place.home(), source(), place.store.clone()).await)
        .close()
        .await;
    opened(place.opening(source()).await);
}

/// Also where all is gone whose name begins like the vault's own.
#[tokio::test]
async fn a_vault_that_is_away_is_not_made_anew_with_a_passphrase_either() {
    for by_passphrase in [false, true] {
        let place = Place::new();
        let key_file = KeySource::KeyFile(place.folder.path().join("key"));
        let source = || {
            if by_passphrase {
                passphrase("correct horse")
            } else {
                key_file.clone()
            }
        };
        let vault = opened(place.opening(source()).await);
        drop(
            vault
                .lock_grant(&GrantId("g1".into()), std::time::Duration::ZERO)
                .await
                .expect("free"),
        );
        vault.close().await;
        for name in ["vault.db", "vault.reserve"] {
            std::fs::remove_file(place.folder.path().join("home").join(name)).expect("removed");
            let opening = place.opening(source()).await;
            assert!(
                matches!(&opening, Ok(OpenResult::Closed(ClosedVault::Gone { why })) if why.to_string().contains("still")),
                "{name}: {opening:?}"
            );
            assert!(!place.database().exists());
        }
        opened(Vault::make(&place.home(), source(), place.store.clone()).await);
    }
}

/// A host that serves was there before the vault: nothing is gone.
#[tokio::test]
async fn the_lock_of_whoever_serves_is_no_trace_of_a_vault() {
    let place = Place::new();
    std::fs::write(place.home().dir().join("endpoint.lock"), b"").expect("written");
    opened(place.opening(passphrase("correct horse")).await);
}

/// Counts the looks at a vault's file.
#[derive(Clone, Default)]
struct Looks(Arc<AtomicUsize>);

impl tracing::Subscriber for Looks {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "vault::looked_at"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// A look reads every page: with a full log it is most of what an opening takes.
#[tokio::test]
async fn an_opening_looks_at_the_file_once() {
    let place = closed().await;
    let looks = Looks::default();
    let told = tracing::subscriber::set_default(looks.clone());
    opened(place.opening(KeySource::Auto).await);
    drop(told);
    assert_eq!(looks.0.load(Ordering::SeqCst), 1);
}

/// A key that the person made beforehand, for a vault that never was: nothing is gone.
#[tokio::test]
async fn a_key_file_of_the_persons_own_makes_the_first_vault() {
    let place = Place::new();
    let path = place.folder.path().join("key");
    std::fs::write(&path, "5".repeat(64)).expect("written");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("for its owner only");
    opened(place.opening(KeySource::KeyFile(path)).await)
        .close()
        .await;
    assert!(place.database().exists());
}

/// 1. A first vault is being made: its key is kept. 2. The program ends. 3. The next start makes it, and asks nothing.
#[tokio::test]
async fn a_vault_that_was_never_finished_is_not_one_that_is_gone() {
    let place = Place::new();
    place.home();
    *place.store.entry.lock().expect("whole") = Some(VaultKey::from_bytes([3; 32]));
    std::fs::write(place.folder.path().join("home/vault.new"), b"half").expect("written");
    opened(place.opening(KeySource::Auto).await).close().await;
    assert!(!place.folder.path().join("home/vault.new").exists());
}

#[tokio::test]
async fn a_passphrase_opens_only_what_it_made() {
    let place = Place::new();
    assert!(matches!(
        place.opening(passphrase("short")).await,
        Err(VaultError::ShortPassphrase)
    ));
    let vault = opened(place.opening(passphrase("correct horse")).await);
    assert_eq!(vault.protection(), Protection::Passphrase);
    vault
        .add_resource(&resource("s1", uri().as_str()))
        .await
        .expect("added");
    vault.close().await;
    let before = sha256(&place.database());
    assert!(matches!(
        place.opening(passphrase("correct house")).await,
        Err(VaultError::WrongPassphrase)
    ));
    assert!(matches!(
        place.opening(KeySource::Auto).await,
        Ok(OpenResult::Closed(ClosedVault::Locked {
            protection: Protection::Passphrase
        }))
    ));
    let file = KeySource::KeyFile(place.folder.path().join("key"));
    assert!(matches!(
        place.opening(file).await,
        Ok(OpenResult::Closed(ClosedVault::Locked {
            protection: Protection::Passphrase
        }))
    ));
    assert!(
        !place.folder.path().join("key").exists(),
        "no key file is made beside an existing vault"
    );
    assert_eq!(sha256(&place.database()), before);
    assert_eq!(
        *place.store.puts.lock().expect("whole"),
        0,
        "the keyring has no part in it"
    );
    assert_eq!(
        opened(place.opening(passphrase("correct horse")).await)
            .resources()
            .await
            .expect("read")
            .len(),
        1
    );
}

#[tokio::test]
async fn v17_lowered_passphrase_parameters_are_refused() {
    let place = Place::new();
    opened(place.opening(passphrase("passphrase")).await)
        .close()
        .await;
    for (member, value) in [
        ("memory_kib", "8"),
        ("memory_kib", "4294967295"),
        ("memory_kib", "1048576"),
        ("passes", "64"),
        ("passes", "1"),
        ("lanes", "0"),
        ("algorithm", "\"md5\""),
        ("salt", "[]"),
    ] {
        place
            .tamper("CREATE TABLE IF NOT EXISTS elsewhere.kept AS SELECT kdf FROM vault")
            .await;
        place
            .tamper(&format!(
                "UPDATE vault SET kdf = json_set(kdf, '$.{member}', json('{value}'))"
            ))
            .await;
        let why = unusable(&place, passphrase("passphrase")).await;
        assert!(why.contains("passphrase"), "{member}: {why}");
        place
            .tamper("UPDATE vault SET kdf = (SELECT kdf FROM elsewhere.kept)")
            .await;
    }
    // Above the floor, and still not what the vault was made with.
    place
        .tamper("UPDATE vault SET kdf = json_set(kdf, '$.memory_kib', 19456, '$.passes', 2)")
        .await;
    assert!(matches!(
        place.opening(passphrase("passphrase")).await,
        Err(VaultError::WrongPassphrase)
    ));
}

#[tokio::test]
async fn a_key_file_is_made_once_and_then_has_to_be_there() {
    let place = Place::new();
    let path = place.folder.path().join("key");
    let source = || KeySource::KeyFile(path.clone());
    opened(place.opening(source()).await).close().await;
    let text = std::fs::read_to_string(&path).expect("made");
    assert!(text.trim().len() == 64 && text.trim().bytes().all(|digit| digit.is_ascii_hexdigit()));
    assert!(matches!(
        place.opening(KeySource::Auto).await,
        Ok(OpenResult::Closed(ClosedVault::Locked {
            protection: Protection::KeyFile
        }))
    ));
    std::fs::remove_file(&path).expect("removed");
    assert!(matches!(
        place.opening(source()).await,
        Ok(OpenResult::Closed(ClosedVault::KeyMissing { .. }))
    ));
    assert!(!path.exists(), "a lost key file is not replaced");
    let private = |text: &str| {
        std::fs::write(&path, text).expect("written");
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("ours");
    };
    private(&"0".repeat(64));
    assert!(
        matches!(
            place.opening(source()).await,
            Ok(OpenResult::Closed(ClosedVault::KeyMissing { .. }))
        ),
        "another vault's"
    );
    private("not a key");
    assert!(matches!(
        place.opening(source()).await,
        Ok(OpenResult::Closed(ClosedVault::KeyUnavailable { .. }))
    ));
    private(&text);
    assert_eq!(
        opened(place.opening(source()).await).protection(),
        Protection::KeyFile
    );
}

#[tokio::test]
async fn v06_a_newer_schema_is_refused_and_left_alone() {
    let place = closed().await;
    place
        .tamper(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of the future', 1, x'00', 0)",
        )
        .await;
    assert!(unusable(&place, KeySource::Auto).await.contains("newer"));
}

#[tokio::test]
async fn v04_what_is_no_vault_or_no_longer_one_is_left_alone() {
    let place = closed().await;
    let whole = std::fs::read(place.database()).expect("readable");
    assert!(whole.len() > 8 * 4096);
    let mut cases: Vec<(String, Vec<u8>)> = (0..whole.len())
        .step_by(4096)
        .map(|n| (format!("cut to {n}"), whole[..n].to_vec()))
        .collect();
    cases.push((
        "cut inside a page".into(),
        whole[..whole.len() - 512].to_vec(),
    ));
    cases.push((
        "random".into(),
        vault::random::<4096>().expect("random bytes").to_vec(),
    ));
    cases.push(("text".into(), b"not a database".to_vec()));
    cases.push(("only the magic".into(), b"SQLite format 3\0".to_vec()));
    for page in 1..whole.len() / 4096 {
        let mut garbled = whole.clone();
        garbled[page * 4096..page * 4096 + 64]
            .copy_from_slice(&vault::random::<64>().expect("random bytes"));
        cases.push((format!("page {page} begins with garbage"), garbled));
    }
    let mut quiet = 0;
    for (what, bytes) in &cases {
        std::fs::write(place.database(), bytes).expect("written");
        let before = sha256(&place.database());
        match place.opening(KeySource::Auto).await {
            Ok(OpenResult::Closed(ClosedVault::Unusable { why })) => {
                assert_eq!(sha256(&place.database()), before, "{what}: {why}");
            }
            // Free space has no form that could be wrong. Then all rows are there, and a seal tells if its bytes are.
            Ok(OpenResult::Opened(vault))
                if what.starts_with("page") || what.contains("inside") =>
            {
                assert_eq!(vault.grants().await.expect("read").len(), 2, "{what}");
                vault.close().await;
                quiet += 1;
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    assert!(quiet <= 2, "{quiet} of {} were not noticed", cases.len());
    assert_eq!(
        *place.store.puts.lock().expect("whole"),
        1,
        "and no other vault was made"
    );
    std::fs::write(place.database(), &whole).expect("written");
    assert_eq!(
        place.vault().await.grants().await.expect("read").len(),
        2,
        "the backup opens"
    );
}

#[tokio::test]
async fn v04_another_programs_database_is_refused() {
    let place = Place::new();
    place.home();
    sqlx::Connection::close(raw_new(&place).await)
        .await
        .expect("closed");
    place.tamper("CREATE TABLE notes (text)").await;
    unusable(&place, KeySource::Auto).await;
    place
        .tamper("CREATE TABLE _sqlx_migrations (version INTEGER)")
        .await;
    place.tamper("CREATE TABLE vault (id TEXT)").await;
    unusable(&place, KeySource::Auto).await;
}

async fn raw_new(place: &Place) -> sqlx::SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(place.database())
        .create_if_missing(true);
    sqlx::ConnectOptions::connect(&options).await.expect("made")
}

#[tokio::test]
async fn v04_garbage_beside_the_file_does_no_harm_and_a_stray_journal_is_not_played() {
    let place = closed().await;
    let beside = |name: &str| place.folder.path().join("home").join(name);
    for name in ["vault.db-wal", "vault.db-shm", "vault.new", "vault.new-wal"] {
        std::fs::write(beside(name), vault::random::<8192>().expect("random bytes"))
            .expect("written");
        let vault = place.vault().await;
        assert_eq!(vault.grants().await.expect("read").len(), 2, "{name}");
        vault.close().await;
        let _ = std::fs::remove_file(beside(name));
    }
    let away = place.folder.path().join("away");
    std::fs::rename(place.database(), &away).expect("moved");
    std::fs::write(beside("vault.db-wal"), [1; 100]).expect("written");
    assert!(
        matches!(place.opening(KeySource::Auto).await, Ok(OpenResult::Closed(ClosedVault::Unusable { why })) if why.to_string().contains("journal"))
    );
    assert!(!place.database().exists());
    std::fs::remove_file(beside("vault.db-wal")).expect("removed");
    std::fs::rename(&away, place.database()).expect("moved back");
    assert_eq!(place.vault().await.grants().await.expect("read").len(), 2);
}

/// 1. Twelve tasks find no vault. 2. One makes it. 3. All twelve have the same one, and one key was made.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn first_starts_at_the_same_moment_make_one_vault() {
    let place = Place::new();
    let (home, store) = (place.home(), place.store.clone());
    let tasks: Vec<_> = (0..12)
        .map(|number| {
            let (home, store): (_, Arc<Memory>) = (home.clone(), store.clone());
            tokio::spawn(async move {
                let vault = opened(Vault::open(&home, KeySource::Auto, store).await);
                vault
                    .set_setting(&format!("s{number}"), "x")
                    .await
                    .expect("written");
                vault
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("it ends");
    }
    let vault = place.vault().await;
    for number in 0..12 {
        assert!(
            vault
                .setting(&format!("s{number}"))
                .await
                .expect("read")
                .is_some(),
            "{number} wrote to another file"
        );
    }
    assert_eq!(*place.store.puts.lock().expect("whole"), 1);
}

#[tokio::test]
async fn nothing_that_can_be_printed_holds_a_secret() {
    let place = Place::new();
    let key = place.folder.path().join("key");
    let vault = opened(place.opening(KeySource::KeyFile(key.clone())).await);
    let digits = std::fs::read_to_string(key).expect("made");
    let shown = format!(
        "{vault:?} {:?} {:?} {:?}",
        passphrase("CANARY"),
        VaultKey::from_bytes([0xAB; 32]),
        NOW
    );
    assert!(
        !shown.contains("CANARY")
            && !shown.contains(&digits[..16])
            && !shown.contains("171")
            && !shown.contains("ab, "),
        "{shown}"
    );
}

/// Connections that close at once see each other, and none of them is the last: then the journal stayed, and a vault that was
/// just made lost what was in it when it was moved to its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_is_in_the_one_file_after_the_end() {
    for _ in 0..40 {
        let place = Place::new();
        let vault = place.vault().await;
        let read = || vault.agents();
        let (one, two, three, four) = tokio::join!(read(), read(), read(), read());
        assert!(one.is_ok() && two.is_ok() && three.is_ok() && four.is_ok());
        vault.close().await;
        assert!(!place.database().with_extension("db-wal").exists());
    }
}
