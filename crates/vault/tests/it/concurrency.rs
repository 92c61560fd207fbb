//! Several tasks, several instances, several processes over one file.

use crate::setup::{Memory, NOW, Place, attempt, event, files, fill, grant, opened};
use model::{Grant, GrantId, GrantState, LoginStatus};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use vault::{Home, KeySource, Precondition, Vault, VaultError};

const HOME: &str = "GATELODGE_TEST_LOCK_HOME";

fn renewed(generation: u64) -> Grant {
    Grant {
        generation,
        ..grant("g1")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_login_is_taken_by_exactly_one() {
    let place = Place::new();
    let instances = [place.vault().await, place.vault().await];
    fill(&instances[0]).await;
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let vault = instances[number % 2].clone();
            let status = LoginStatus::Failed {
                error: format!("by {number}").into(),
            };
            tokio::spawn(async move {
                vault
                    .end_login_attempt("p1", &status, NOW)
                    .await
                    .expect("asked")
            })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += u32::from(task.await.expect("it ends"));
    }
    assert_eq!(taken, 1);
    assert_eq!(instances[1].login_attempt("p1").await.expect("read"), None);
    assert!(matches!(
        instances[1].login_status("p1").await.expect("read"),
        Some(LoginStatus::Failed { error }) if error.as_str().is_some_and(|error| error.starts_with("by "))
    ));
    assert_eq!(
        instances[0].login_attempts().await.expect("read"),
        [attempt("p2")]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_login_becomes_exactly_one_grant() {
    let place = Place::new();
    let instances = [place.vault().await, place.vault().await];
    fill(&instances[0]).await;
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let vault = instances[number % 2].clone();
            let made = grant(&format!("new{number}"));
            tokio::spawn(async move {
                let answered = LoginStatus::Answered;
                let ended = vault.end_login_attempt("p1", &answered, NOW).await;
                if ended.expect("asked") {
                    vault
                        .keep_login("p1", &made, Precondition::Nothing, &[event("new")], None)
                        .await
                        .expect("kept");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("it ends");
    }
    assert_eq!(instances[0].grants().await.expect("read").len(), 3);
    assert!(matches!(
        instances[1].login_status("p1").await.expect("read"),
        Some(LoginStatus::Done { .. })
    ));
}

/// Of several processes that begin a login to one server, one is left that waits: the others are replaced.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_logins_that_begin_at_once_one_waits() {
    let place = Place::new();
    let instances = [place.vault().await, place.vault().await];
    fill(&instances[0]).await;
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let vault = instances[number % 2].clone();
            let begun = attempt(&format!("new{number}"));
            tokio::spawn(async move {
                vault
                    .begin_login_attempt(&begun, Some(&event("replaced")))
                    .await
                    .expect("begun");
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("it ends");
    }
    assert_eq!(instances[0].login_attempts().await.expect("read").len(), 1);
}

/// 1. Two instances read generation 7. 2. Each has new tokens for it, twenty times over. 3. One of them is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn v11_of_writers_that_saw_the_same_generation_one_wins() {
    let place = Place::new();
    let instances = [place.vault().await, place.vault().await];
    fill(&instances[0]).await;
    for generation in 7..12 {
        let tasks: Vec<_> = (0..20)
            .map(|number| {
                let vault = instances[number % 2].clone();
                tokio::spawn(async move {
                    vault
                        .compare_and_save_grant(
                            &renewed(generation + 1),
                            generation,
                            &[event("kept")],
                        )
                        .await
                        .expect("compared")
                })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            won += u32::from(task.await.expect("it ends"));
        }
        assert_eq!(won, 1, "generation {generation}");
    }
    for vault in instances {
        assert_eq!(
            vault
                .grant(&GrantId("g1".into()))
                .await
                .expect("read")
                .map(|grant| grant.generation),
            Some(12)
        );
    }
}

/// 1. A refresher has read generation 7. 2. The person revokes. 3. The refresher's answer comes: it is not kept.
#[tokio::test]
async fn a_late_refresh_does_not_bring_a_revoked_grant_back() {
    let place = Place::new();
    let (app, cli) = (place.vault().await, place.vault().await);
    fill(&app).await;
    cli.save_grant(&grant("g1").revoked(NOW), &[])
        .await
        .expect("revoked");
    assert!(
        !app.compare_and_save_grant(&renewed(8), 7, &[])
            .await
            .expect("compared")
    );
    assert!(
        !app.compare_and_save_grant(&renewed(8), 9, &[])
            .await
            .expect("compared")
    );
    assert!(
        !app.compare_and_save_grant(
            &Grant {
                id: GrantId("none".into()),
                ..renewed(8)
            },
            7,
            &[]
        )
        .await
        .expect("compared")
    );
    let kept = app
        .grant(&GrantId("g1".into()))
        .await
        .expect("read")
        .expect("there");
    assert!(matches!(kept.state, GrantState::Revoked { .. }));
}

#[tokio::test]
async fn every_change_by_anyone_changes_the_number_and_reading_does_not() {
    let place = Place::new();
    let (app, cli) = (place.vault().await, place.vault().await);
    fill(&app).await;
    let mut seen = app.data_version().await.expect("a number");
    assert_eq!(app.data_version().await.expect("a number"), seen);
    for (who, vault) in [
        ("its own", &app),
        ("another's", &cli),
        ("its own again", &app),
        ("another's again", &cli),
    ] {
        vault.record(&event(who)).await.expect("written");
        let now = app.data_version().await.expect("a number");
        assert_ne!(now, seen, "{who}");
        app.grants().await.expect("read");
        cli.grants().await.expect("read");
        assert_eq!(
            app.data_version().await.expect("a number"),
            now,
            "reading is no change"
        );
        seen = now;
    }
}

#[tokio::test]
async fn a_grants_lock_excludes_other_instances_and_not_other_grants() {
    let place = Place::new();
    let (app, cli) = (place.vault().await, place.vault().await);
    let (one, other) = (GrantId("0a1b".into()), GrantId("0a1c".into()));
    let held = app.lock_grant(&one, Duration::ZERO).await.expect("free");
    assert!(matches!(
        cli.lock_grant(&one, Duration::ZERO).await,
        Err(VaultError::LockTimeout)
    ));
    assert!(
        matches!(
            app.lock_grant(&one, Duration::ZERO).await,
            Err(VaultError::LockTimeout)
        ),
        "nor the same instance"
    );
    cli.lock_grant(&other, Duration::ZERO)
        .await
        .expect("another grant is free");
    let mut waiting = Box::pin(cli.lock_grant(&one, Duration::from_mins(1)));
    assert!(futures_pending(&mut waiting).await, "it waits");
    drop(held);
    waiting.await.expect("its turn came");
}

/// Polls once.
async fn futures_pending<F: Future>(future: &mut std::pin::Pin<Box<F>>) -> bool {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(future.as_mut().poll(context).is_pending())
    })
    .await
}

#[tokio::test]
async fn a_grant_id_does_not_lead_out_of_the_folder() {
    let place = Place::new();
    let vault = place.vault().await;
    let before = files(place.folder.path()).len();
    for id in ["../../escaped", "/tmp/escaped", "..", ""] {
        vault
            .lock_grant(&GrantId(id.into()), Duration::ZERO)
            .await
            .expect("free");
    }
    let in_there = files(place.home().locks());
    assert!(
        in_there
            .iter()
            .all(|(path, _)| path.parent() == Some(place.home().locks())),
        "{in_there:?}"
    );
    assert_eq!(
        files(place.folder.path()).len() - before,
        3,
        "their files are in there, and nowhere else"
    );
}

/// 1. Another process holds the grant's lock. 2. We do not get it. 3. That process is killed. 4. We get it.
#[tokio::test]
async fn a_grants_lock_excludes_other_processes_until_they_die() {
    let place = Place::new();
    let vault = opened(
        place
            .opening(KeySource::KeyFile(place.folder.path().join("key")))
            .await,
    );
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args([
            "concurrency::child_that_holds_a_lock",
            "--exact",
            "--nocapture",
        ])
        .env(HOME, place.folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    assert!(
        lines.any(|line| line.expect("text").contains("LOCKED")),
        "the child has the lock"
    );
    assert!(matches!(
        vault
            .lock_grant(&GrantId("g1".into()), Duration::ZERO)
            .await,
        Err(VaultError::LockTimeout)
    ));
    child.kill().expect("killed");
    child.wait().expect("dead");
    vault
        .lock_grant(&GrantId("g1".into()), Duration::ZERO)
        .await
        .expect("freed by the system");
}

/// The child's part; without a home there is nothing to do.
#[tokio::test]
async fn child_that_holds_a_lock() {
    let Ok(folder) = std::env::var(HOME).map(PathBuf::from) else {
        return;
    };
    let home = Home::new(folder.join("home")).expect("the home");
    let vault = opened(
        Vault::open(
            &home,
            KeySource::KeyFile(folder.join("key")),
            Arc::<Memory>::default(),
        )
        .await,
    );
    let _lock = vault
        .lock_grant(&GrantId("g1".into()), Duration::ZERO)
        .await
        .expect("free");
    println!("LOCKED");
    // Until the parent kills us.
    let _ = std::io::stdin().read(&mut [0]);
}
