//! The disk fails at the n-th write, or from then on: strace answers in its place.

use super::{assert_each_was_used_once, assert_lives, every, strict};
use crate::kill::{begun, traced};
use crate::setup::{Person, browse};

/// Past the last write the program ends by itself, and the sweep is over.
const MOST_POINTS: usize = 150;
/// What SQLite writes and makes durable with.
const WRITES: &str = "pwrite64,fdatasync,ftruncate";
/// These, and what is written beside the vault.
const ALL_WRITES: &str = "pwrite64,fdatasync,ftruncate,fsync,write";

/// Which calls, with which error, and whether the n-th alone or all from there on.
const FAULTS: [(&str, &str, &str); 5] = [
    (WRITES, "EIO", ""),
    (WRITES, "EIO", "+"),
    (WRITES, "ENOSPC", "+"),
    (ALL_WRITES, "EIO", ""),
    (ALL_WRITES, "ENOSPC", ""),
];

/// 1. The n-th write of a refresh fails. 2. The disk works again. 3. The login lives, and no token was shown twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_of_a_refresh_may_fail() {
    let person = Person::approving(strict()).await;
    person.added_and_logged_in().await;
    for (nth, (calls, error, on)) in FAULTS.into_iter().enumerate() {
        let mut renewed = 0;
        for n in (1 + nth..MOST_POINTS).step_by(every(14)) {
            let what = format!("{error} at write {n}{on} of {calls}");
            let before = person.web.requests("/token");
            let output = traced(
                &person,
                &["refresh", "notes"],
                &format!("inject={calls}:error={error}:when={n}{on}"),
            );
            renewed += person.web.requests("/token") - before;
            assert_lives(&person, "notes", &what);
            if output.status.success() && n > 60 {
                break;
            }
        }
        assert!(
            renewed > 0,
            "{error}{on}: no point was met after the exchange"
        );
    }
    assert_each_was_used_once(&person.web, "the sweep");
}

/// 1. A login's answer of the browser arrives while the disk fails at the n-th write. 2. Either the login is there, or the
///    code was not spent, and the same address works once the disk does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n18_every_write_of_a_login_may_fail() {
    let person = Person::approving(strict()).await;
    person.good(&["add", &person.web.resource(), "--name", "notes"]);
    for (calls, error, on) in FAULTS {
        let mut spent = 0;
        for n in (1..MOST_POINTS).step_by(every(25)) {
            let what = format!("{error} at write {n}{on} of {calls}");
            let callback = browse(&begun(&person)).await;
            let before = person.web.requests("/token");
            let output = traced(
                &person,
                &["answer", &callback],
                &format!("inject={calls}:error={error}:when={n}{on}"),
            );
            let exchanged = person.web.requests("/token") - before;
            spent += exchanged;
            if exchanged == 0 {
                let again = person.run(&["answer", &callback]);
                assert!(
                    again.status.success(),
                    "{what}: {}",
                    String::from_utf8_lossy(&again.stderr)
                );
            }
            assert_lives(&person, "notes", &what);
            if output.status.success() && n > 80 {
                break;
            }
        }
        assert!(
            spent > 0,
            "{error}{on}: no point was met after the exchange"
        );
    }
}
