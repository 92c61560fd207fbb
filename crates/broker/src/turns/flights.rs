//! Renewals under way in this process, and issuers that are not asked yet.

use crate::{Code, Error};
use futures_util::future::{BoxFuture, Shared};
use model::{Grant, GrantId};
use oauth::time::Timestamp;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

pub(crate) type Flight = Shared<BoxFuture<'static, Result<Grant, Error>>>;

#[derive(Default)]
pub(crate) struct Flights {
    under_way: Mutex<HashMap<GrantId, Flight>>,
    /// Grants whose issuer could not answer: not asked again before then.
    waiting: Mutex<HashMap<GrantId, BackOff>>,
}

#[derive(Clone)]
struct BackOff {
    until: Timestamp,
    failures: u32,
    error: Error,
}

/// How long a process waits for another one's refresh. Longer than one request may take.
pub(crate) const LOCK_WAIT: Duration = Duration::from_secs(40);

impl Flights {
    /// The one that is under way for this grant, or the one that begins now.
    pub(crate) fn join(&self, id: &GrantId, begin: impl FnOnce() -> Flight) -> Flight {
        let mut under_way = crate::locked(&self.under_way);
        under_way.entry(id.clone()).or_insert_with(begin).clone()
    }

    pub(crate) fn end(&self, id: &GrantId) {
        crate::locked(&self.under_way).remove(id);
    }

    /// The issuer is asked at once the next time.
    pub(crate) fn forgive(&self, id: &GrantId) {
        crate::locked(&self.waiting).remove(id);
    }

    /// The error as it is told until the issuer is asked again.
    pub(crate) fn back_off(
        &self,
        id: &GrantId,
        error: Error,
        retry_after: Option<u64>,
        now: Timestamp,
    ) -> Error {
        let mut waiting = crate::locked(&self.waiting);
        let failures = waiting.get(id).map_or(0, |waiting| waiting.failures) + 1;
        let ours = (1_i64 << failures.min(9)).min(LONGEST_WAIT_SECONDS);
        let seconds = ours.max(
            retry_after
                .and_then(|seconds| i64::try_from(seconds).ok())
                .unwrap_or(0),
        );
        let error = if error.code() == Code::TemporarilyUnavailable {
            error.with_retry_after(u64::try_from(seconds).ok())
        } else {
            error
        };
        waiting.insert(
            id.clone(),
            BackOff {
                until: now.plus(seconds),
                failures,
                error: error.clone(),
            },
        );
        error
    }

    /// The answer of the last attempt, while it is too early for another one.
    pub(crate) fn still_waiting(&self, id: &GrantId, now: Timestamp) -> Option<Error> {
        let waiting = crate::locked(&self.waiting).get(id).cloned()?;
        let left = u64::try_from(waiting.until.since(now))
            .ok()
            .filter(|left| (1..=LONGEST_RETRY_SECONDS).contains(left))?;
        let later = waiting.error.retry_after().map(|_| left);
        Some(waiting.error.with_retry_after(later))
    }
}

/// Back-off after no answer: 2, 4, 8 … seconds, five minutes at most.
const LONGEST_WAIT_SECONDS: i64 = 300;

/// No wait is longer, whatever the issuer says; one that is was made by a clock that jumped.
const LONGEST_RETRY_SECONDS: u64 = 15 * 60;

#[cfg(test)]
mod tests {
    use super::Flights;
    use crate::{Code, Error};
    use model::GrantId;
    use oauth::time::Timestamp;

    #[test]
    fn an_issuer_that_does_not_answer_is_left_alone_for_longer_each_time() {
        let (flights, id) = (Flights::default(), GrantId("g".to_owned()));
        let failure = || Error::new(Code::TemporarilyUnavailable, "no answer");
        let waits = |asked: Option<u64>| {
            let told = flights.back_off(&id, failure(), asked, Timestamp(0));
            told.retry_after()
        };
        assert_eq!(
            [waits(None), waits(None), waits(Some(60))],
            [Some(2), Some(4), Some(60)]
        );
        let left = |now| {
            let waiting = flights.still_waiting(&id, Timestamp(now));
            waiting.and_then(|error| error.retry_after())
        };
        assert_eq!((left(10), left(60)), (Some(50), None));
        flights.forgive(&id);
        assert_eq!((left(10), waits(None)), (None, Some(2)));
    }
}
