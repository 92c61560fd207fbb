//! Answers of a browser that come by deep link. Any web page can send one, so nothing that it says is shown, a flood of
//! them is cut off, and how it ended is told by the broker, and only where it belongs to a login under way (attack F13).

use crate::lock::locked;
use oauth::authorization::Callback;
use std::sync::Mutex;
use std::time::{Duration, Instant};

#[derive(Default)]
pub(crate) struct Links {
    throttle: Mutex<Throttle>,
    /// What came while the vault was locked: the person unlocks it, and the login goes on.
    waiting: Mutex<Vec<Callback>>,
}

const MOST_WAITING: usize = 256;

impl Links {
    /// False for what comes faster than anybody logs in.
    pub(crate) fn admits(&self, now: Instant) -> bool {
        locked(&self.throttle).admits(now)
    }

    /// True for the first that waits: that is told, and what comes after it is not.
    pub(crate) fn keep(&self, callback: Callback) -> bool {
        let mut waiting = locked(&self.waiting);
        if waiting.len() >= MOST_WAITING {
            return false;
        }
        waiting.push(callback);
        waiting.len() == 1
    }

    pub(crate) fn is_empty(&self) -> bool {
        locked(&self.waiting).is_empty()
    }

    /// All that waited.
    pub(crate) fn take(&self) -> Vec<Callback> {
        std::mem::take(&mut *locked(&self.waiting))
    }
}

/// So many a second, and no more: nobody logs in faster.
#[derive(Default)]
struct Throttle {
    second: Option<Instant>,
    taken: u32,
    ignored: u64,
}

const MOST_A_SECOND: u32 = 4;

impl Throttle {
    fn admits(&mut self, now: Instant) -> bool {
        if self
            .second
            .is_none_or(|second| now.duration_since(second) >= Duration::from_secs(1))
        {
            if self.ignored > 0 {
                tracing::warn!(
                    ignored = self.ignored,
                    "deep links came faster than anyone logs in; they were ignored"
                );
            }
            *self = Self {
                second: Some(now),
                ..Self::default()
            };
        }
        if self.taken < MOST_A_SECOND {
            self.taken += 1;
            return true;
        }
        self.ignored += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_A_SECOND, Throttle};
    use std::time::{Duration, Instant};

    #[test]
    fn f13_a_flood_is_cut_off_and_a_person_gets_through_after_it() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        let flood: u32 = (0..10_000)
            .map(|nth| u32::from(throttle.admits(start + Duration::from_micros(nth))))
            .sum();
        assert_eq!(flood, MOST_A_SECOND);
        assert_eq!(throttle.ignored, 10_000 - u64::from(MOST_A_SECOND));
        assert!(throttle.admits(start + Duration::from_secs(1)));
    }
}
