//! What stands in the way of renewing a grant's tokens, without having ended it: a no of the issuer, or no answer.

use oauth::error_description::ErrorDescription;
use oauth::time::Timestamp;
use oauth::token::ErrorCode;

/// What came of the attempts to renew these very tokens. It ends nothing: only `invalid_grant` does (RFC 6749 §5.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trouble {
    /// The last word of the issuer, if it was a no.
    pub refusal: Option<Refusal>,
    /// How many attempts got no answer, or one that asks to come later.
    pub unanswered: u32,
    /// When the first of them was.
    pub since: Option<Timestamp>,
}

/// A definite no to a refresh token, or to what stands in for one, that does not say that the grant is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// When it came.
    pub at: Timestamp,
    /// The OAuth code, or the status where there was none.
    pub error: ErrorCode,
    /// The issuer's own words.
    pub said: Option<ErrorDescription>,
}

/// Asked once more after so long, since an owner may have mended it; by hand at any time.
pub(super) const HOLDS_SECONDS: i64 = 6 * 3600;
/// Who cannot be asked so often, or for so long, may have lost the login without saying so.
const MANY_TRIES: u32 = 5;
const LONG_SECONDS: i64 = 3600;

impl Trouble {
    /// Whether the issuer has said no so lately that it is not asked again.
    pub fn holds(&self, now: Timestamp) -> bool {
        // A clock that jumped back must not make it hold for ever.
        self.refusal
            .as_ref()
            .is_some_and(|refusal| (0..HOLDS_SECONDS).contains(&now.since(refusal.at)))
    }

    /// Whether the issuer could not be asked so often, or for so long, that a login is the next thing to try.
    pub fn is_long(&self, now: Timestamp) -> bool {
        self.unanswered >= MANY_TRIES
            || self
                .since
                .is_some_and(|since| now.since(since) >= LONG_SECONDS)
    }

    /// One more attempt that brought no answer. A no of before stands: nobody has taken it back.
    #[must_use]
    pub fn unanswered(self, now: Timestamp) -> Self {
        Self {
            unanswered: self.unanswered.saturating_add(1),
            since: self.since.or(Some(now)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn an_outage_is_long_after_five_tries_or_an_hour() {
        let tried = |times: usize| {
            (0..times).fold(Trouble::default(), |trouble, _| trouble.unanswered(NOW))
        };
        assert!(!tried(4).is_long(NOW) && tried(5).is_long(NOW));
        assert!(!tried(1).is_long(NOW.plus(3599)) && tried(1).is_long(NOW.plus(3600)));
        assert!(!Trouble::default().is_long(NOW.plus(99_999)));
    }
}
