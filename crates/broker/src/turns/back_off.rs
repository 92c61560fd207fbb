//! The back-off of renewals: an issuer that could not answer is not asked again at once.

use crate::Error;
use model::{Code, GrantId};
use oauth::time::Timestamp;
use oauth::token::LONGEST_RETRY_SECONDS;
use std::collections::HashMap;
use std::sync::Mutex;

/// By grant: its issuer could not answer, and is not asked before then.
#[derive(Default)]
pub(crate) struct BackOff(Mutex<HashMap<GrantId, Pause>>);

#[derive(Clone)]
struct Pause {
    until: Timestamp,
    failures: u32,
    error: Error,
}

/// Back-off after no answer: 2, 4, 8 … seconds, five minutes at most.
const LONGEST_WAIT_SECONDS: i64 = 300;

impl BackOff {
    /// The issuer is asked at once the next time.
    pub(crate) fn forgive(&self, id: &GrantId) {
        crate::locked(&self.0).remove(id);
    }

    /// The error as it is told until the issuer is asked again.
    pub(crate) fn begin(
        &self,
        id: &GrantId,
        error: Error,
        retry_after: Option<u64>,
        now: Timestamp,
    ) -> Error {
        let mut waiting = crate::locked(&self.0);
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
            Pause {
                until: now.plus(seconds),
                failures,
                error: error.clone(),
            },
        );
        error
    }

    /// The answer of the last attempt, while it is too early for another one.
    pub(crate) fn still(&self, id: &GrantId, now: Timestamp) -> Option<Error> {
        let waiting = crate::locked(&self.0).get(id).cloned()?;
        let left = u64::try_from(waiting.until.since(now))
            .ok()
            // One that is longer was made by a clock that jumped.
            .filter(|left| (1..=LONGEST_RETRY_SECONDS).contains(left))?;
        let later = waiting.error.retry_after().map(|_| left);
        Some(waiting.error.with_retry_after(later))
    }
}

#[cfg(test)]
mod tests {
    use super::BackOff;
    use crate::Error;
    use messages::text;
    use model::Code;
    use model::GrantId;
    use oauth::time::Timestamp;

    #[test]
    fn an_issuer_that_does_not_answer_is_left_alone_for_longer_each_time() {
        let (back_off, id) = (BackOff::default(), GrantId("g".to_owned()));
        let failure = || Error::new(Code::TemporarilyUnavailable, text::StoreEnding);
        let waits = |asked: Option<u64>| {
            let told = back_off.begin(&id, failure(), asked, Timestamp(0));
            told.retry_after()
        };
        assert_eq!(
            [waits(None), waits(None), waits(Some(60))],
            [Some(2), Some(4), Some(60)]
        );
        let left = |now| {
            let waiting = back_off.still(&id, Timestamp(now));
            waiting.and_then(|error| error.retry_after())
        };
        assert_eq!((left(10), left(60)), (Some(50), None));
        back_off.forgive(&id);
        assert_eq!((left(10), waits(None)), (None, Some(2)));
    }
}
