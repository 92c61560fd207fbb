//! Login attempts: one outcome each, for every process; and where the browser was sent.

use crate::records::messages;
use crate::setup::{NOW, Place, attempt, event, fill, issuer, request, resource};
use model::{EventQuery, LoginAttempt, LoginStatus};

/// An outcome is its login's own: copied to another, or written by somebody without the key, it is none.
#[tokio::test]
async fn an_outcome_is_kept_with_its_login_and_forgotten_in_time() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let status = async |id: &str| vault.login_status(id).await.expect("read");
    let failed = |error: &str| LoginStatus::Failed {
        error: error.into(),
    };
    vault
        .note_unused_answer("p1", "not used".into())
        .await
        .expect("noted");
    let unused = LoginStatus::Waiting {
        unused_answer: Some("not used".into()),
    };
    assert_eq!(status("p1").await, Some(unused));
    let end = async |status: &LoginStatus| {
        vault
            .end_login_attempt("p1", status, NOW)
            .await
            .expect("asked")
    };
    assert!(end(&LoginStatus::Answered).await);
    assert!(!end(&failed("again")).await);
    vault
        .note_unused_answer("p1", "too late".into())
        .await
        .expect("asked");
    assert_eq!(status("p1").await, Some(LoginStatus::Answered));
    assert_eq!(vault.login_attempt("p1").await.expect("read"), None);
    let finish = async |status: &LoginStatus| {
        vault
            .finish_login_attempt("p1", status, NOW)
            .await
            .expect("asked")
    };
    assert!(finish(&failed("refused")).await);
    assert!(!finish(&failed("once more")).await, "it is over");
    assert_eq!(status("p1").await, Some(failed("refused")));
    let copied = "UPDATE login_attempts SET (status, status_sealed, ended_at, state_hash, details_sealed, row_sealed) =
        (SELECT status, status_sealed, ended_at, state_hash, details_sealed, row_sealed FROM login_attempts WHERE id = 'p1')
        WHERE id = 'p2'";
    assert_eq!(place.tamper(copied).await, 1);
    assert_eq!(status("p2").await, None);
    for (later, kept) in [(3599, Some(failed("refused"))), (3600, None)] {
        vault
            .sweep_login_attempts(NOW.plus(later))
            .await
            .expect("swept");
        assert_eq!(status("p1").await, kept);
    }
}

/// 1. Two attempts wait for one server, and one for another. 2. A third begins. 3. The first two end at once, each with a line
///    of the log; the other waits on. 4. Where nothing is to be replaced, nothing is.
#[tokio::test]
async fn an_attempt_replaces_those_that_wait_for_the_same_server() {
    let place = Place::new();
    let vault = place.vault().await;
    fill(&vault).await;
    let other = resource("s2", "https://other.example/mcp");
    vault.add_resource(&other).await.expect("added");
    let elsewhere = LoginAttempt {
        resource: other.uri,
        ..attempt("p8")
    };
    for (begun, replaces) in [(&elsewhere, true), (&attempt("d1"), false)] {
        let event = replaces.then(|| event("replaced"));
        vault
            .begin_login_attempt(begun, event.as_ref())
            .await
            .expect("begun");
    }
    assert_eq!(vault.login_attempts().await.expect("read").len(), 4);
    vault
        .begin_login_attempt(&attempt("p3"), Some(&event("replaced")))
        .await
        .expect("begun");
    let waiting = vault.login_attempts().await.expect("read");
    assert_eq!(waiting, [attempt("p3"), elsewhere]);
    for id in ["p1", "p2", "d1"] {
        let status = vault.login_status(id).await.expect("read");
        assert_eq!(status, Some(LoginStatus::Replaced), "{id}");
        let state = request(id).state;
        let found = vault.login_attempt_by_state(&state).await.expect("read");
        assert_eq!(found, None, "its link is dead: {id}");
    }
    let filter = EventQuery {
        limit: 9,
        ..EventQuery::default()
    };
    let events = vault.events(&filter).await.expect("read");
    assert_eq!(
        messages(&events),
        ["replaced", "replaced", "replaced", "g2", "g1"]
    );
    let late = attempt("p3").id;
    assert!(vault.remove_resource("s1").await.expect("removed"));
    assert_eq!(vault.login_status(&late).await.expect("read"), None);
    assert_eq!(
        vault.login_status("p1").await.expect("read"),
        Some(LoginStatus::Replaced),
        "an outcome outlives its server"
    );
}

#[tokio::test]
async fn where_the_browser_was_sent_is_known_to_every_process() {
    let place = Place::new();
    let (vault, other) = (place.vault().await, place.vault().await);
    assert!(
        !other.was_visited(&issuer()).await.expect("read")
            && !other.had_deep_link("today").await.expect("read")
    );
    vault
        .note_visit(&issuer(), Some("today"), NOW)
        .await
        .expect("noted");
    vault.note_visit(&issuer(), None, NOW).await.expect("noted");
    assert!(
        other.was_visited(&issuer()).await.expect("read")
            && other.had_deep_link("today").await.expect("read")
    );
    assert!(!other.had_deep_link("tomorrow").await.expect("read"));
}
