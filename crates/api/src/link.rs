//! Answers of a browser that come by deep link. Any web page can send one, so nothing that it says is shown, a flood of
//! them is cut off, and how it ended is told by the broker, and only where it belongs to a login under way (attack F13).

use crate::dto::{Failure, Notice};
use crate::host::{Host, locked};
use broker::{Code, Error, VaultState};
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

impl Host {
    /// How it ended comes as a notice, if it was an answer at all.
    pub async fn deep_link(&self, url: &str) {
        if !locked(&self.inner.links.throttle).admits(Instant::now()) {
            return;
        }
        let callback = Callback::parse(url);
        match callback {
            Ok(callback) if !matches!(self.broker().vault_state(), VaultState::Open { .. }) => {
                self.keep(callback);
            }
            callback => self.answer(callback).await,
        }
    }

    pub(crate) async fn answer_waiting(&self) {
        let waiting = std::mem::take(&mut *locked(&self.inner.links.waiting));
        for callback in waiting {
            self.answer(Ok(callback)).await;
        }
    }

    async fn answer(&self, callback: Result<Callback, oauth::authorization::ResponseError>) {
        if let Err(error) = self.broker().complete_login(callback).await {
            tracing::info!(code = error.code().as_str(), "a deep link led to no login");
        }
    }

    fn keep(&self, callback: Callback) {
        let mut waiting = locked(&self.inner.links.waiting);
        if waiting.len() >= MOST_WAITING {
            return;
        }
        waiting.push(callback);
        if waiting.len() == 1 {
            let error = Error::new(
                Code::VaultLocked,
                "a login's answer came while the vault is not open",
            );
            let failure = crate::convert::failure(&error);
            let hint =
                "Open the vault within ten minutes; the login then goes on by itself.".to_owned();
            self.notify(Notice::LoginFailed {
                resource_id: None,
                failure: Failure { hint, ..failure },
            });
        }
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
