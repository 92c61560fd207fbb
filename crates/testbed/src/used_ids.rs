//! The identifiers of JWTs that were used: each works once (RFC 7523 section 3, RFC 9449 section 11.1).

use std::collections::HashMap;

/// What was used, and until when it would have been good.
#[derive(Debug, Default)]
pub(crate) struct UsedIds(HashMap<(String, String), u64>);

impl UsedIds {
    /// Whether this is the first use. `whose` keeps the identifiers of different signers apart.
    pub(crate) fn first(&mut self, whose: &str, jti: &str, good_until: u64, now: u64) -> bool {
        self.0.retain(|_, until| now <= *until);
        self.0
            .insert((whose.to_owned(), jti.to_owned()), good_until)
            .is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_works_once_while_its_jwt_is_good() {
        let mut seen = UsedIds::default();
        assert!(seen.first("a", "1", 10, 0));
        assert!(seen.first("b", "1", 10, 0));
        assert!(!seen.first("a", "1", 10, 10));
        assert!(seen.first("a", "1", 20, 11));
    }
}
