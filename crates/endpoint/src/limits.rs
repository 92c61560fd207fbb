//! How much a caller may send, and how often it may be wrong (attack L15). Whoever is right is never turned away.

use axum::body::{Body, Bytes, to_bytes};
use futures_util::FutureExt;
use oauth::time::Timestamp;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub(crate) const MOST_BODY: usize = 16 * 1024;
const BODY_DEADLINE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyProblem {
    TooLarge,
    TooSlow,
}

pub(crate) async fn body(body: Body) -> Result<Bytes, BodyProblem> {
    let mut reading = pin!(to_bytes(body, MOST_BODY));
    // Mostly it came with the header, and no timer is needed.
    let read = match reading.as_mut().now_or_never() {
        Some(read) => Ok(read),
        None => tokio::time::timeout(BODY_DEADLINE, reading).await,
    };
    match read {
        Ok(Ok(bytes)) => Ok(bytes),
        // Or the connection broke, and then nobody reads the answer.
        Ok(Err(_)) => Err(BodyProblem::TooLarge),
        Err(_) => Err(BodyProblem::TooSlow),
    }
}

/// Wrong keys, counted for each user at the other end. Agents of one person share a user, so a right key is not counted
/// and not held up; past the limit a wrong one is told so and loses its connection.
#[derive(Default)]
pub(crate) struct WrongKeys(Mutex<HashMap<Option<u32>, Bucket>>);

#[derive(Clone, Copy)]
struct Bucket {
    left: i64,
    at: Timestamp,
}

/// So many at once, and one a second after that.
const BURST: i64 = 20;
/// Only root, we and "untold" get this far; the bound is for what nobody thought of.
const MOST_PEERS: usize = 64;

impl WrongKeys {
    /// Whether this one is still within the limit.
    pub(crate) fn count(&self, uid: Option<u32>, now: Timestamp) -> bool {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_PEERS && !buckets.contains_key(&uid) {
            buckets.clear();
        }
        let bucket = buckets.entry(uid).or_insert(Bucket {
            left: BURST,
            at: now,
        });
        let back = now.since(bucket.at).max(0);
        bucket.left = bucket.left.saturating_add(back).min(BURST);
        bucket.at = now;
        let within = bucket.left > 0;
        bucket.left = (bucket.left - 1).max(0);
        within
    }
}

#[cfg(test)]
mod tests {
    use super::{BURST, MOST_PEERS, WrongKeys};
    use oauth::time::Timestamp;

    #[test]
    fn attack_l15_a_burst_and_then_one_a_second_for_each_peer() {
        let keys = WrongKeys::default();
        let start = Timestamp(1000);
        assert_eq!(
            (0..100).filter(|_| keys.count(Some(1), start)).count(),
            usize::try_from(BURST).expect("small")
        );
        assert!(keys.count(Some(2), start), "another peer has its own");
        assert_eq!(
            (0..100)
                .filter(|_| keys.count(Some(1), start.plus(3)))
                .count(),
            3
        );
        assert!(
            !keys.count(Some(1), start),
            "a clock that was set back gives nothing"
        );
        assert!(keys.count(Some(1), start.plus(i64::MAX)), "and none panics");
    }

    #[test]
    fn attack_l15_the_map_is_bounded() {
        let keys = WrongKeys::default();
        for uid in 0..10_000 {
            keys.count(Some(uid), Timestamp(0));
        }
        assert!(keys.0.lock().expect("whole").len() <= MOST_PEERS);
    }
}
